"""What is kept to look after the CAs of SCEP profiles between two commits."""

from django.db import models


class AuthorityWatch(models.Model):
    """How the CA of a profile does since it was last asked, by the worker or an admin.

    Attributes:
        tried_at: when its server was asked last, whatever came of it.
        problem: what is wrong with the answer, or why there is none; empty when all is well.
        hint: what to do about it; may be empty.
        next_bundle: the certificates that its present CA announces, as JSON; empty without any.
        takes_over: when they take the place of the present ones.
    """

    profile_uuid = models.UUIDField(primary_key=True)
    tried_at = models.DateTimeField()
    problem = models.TextField(default="")
    hint = models.TextField(default="")
    next_bundle = models.TextField(default="")
    takes_over = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"watch over the CA of profile {self.profile_uuid}"


class Revocation(models.TextChoices):
    """What the CA says about a certificate."""

    GOOD = "good"
    REVOKED = "revoked"
    UNKNOWN = "unknown"
    """It has not said anything that can be used."""


class RevocationCheck(models.Model):
    """What a CA elsewhere said last about whether it has revoked a certificate.

    Attributes:
        entry_uuid: the certificate's entry.
        serial_hex: of the certificate; a successor has another, and what is here is not about it.
        tried_at: when its CA was asked last, whatever came of it.
        checked_at: when it last gave an answer that can be used.
        source: ``"CRL"``, ``"OCSP"`` or ``"GetCRL"``.
        next_update: until when the answer holds at least; ``None`` when it does not say.
        revoked_at: since when it is revoked.
        reason: as in RFC 5280; empty when the CA does not say.
        problem: why there is no newer answer; empty when there is.
    """

    entry_uuid = models.UUIDField(primary_key=True)
    serial_hex = models.TextField()
    tried_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, choices=Revocation, default=Revocation.UNKNOWN)
    source = models.CharField(max_length=8, default="")
    next_update = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=24, default="")
    problem = models.TextField(default="")

    def __str__(self) -> str:
        return f"revocation of entry {self.entry_uuid}: {self.state}"
