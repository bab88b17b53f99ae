"""What the demo CA remembers."""

from typing import Final

from django.db import models

from democa.faults import Fault

TRANSACTION_ID_MAX: Final = 255
"""Longest transaction ID taken; certmonger's, the longest seen, has 77 characters."""


class Switches(models.Model):
    """How the CA behaves: one row, written at each start from the command line.

    Attributes:
        admin_password: argon2 hash of the password of the mscep_admin page.
        password_max: how many one-time passwords may be open at once; NDES has 5.
        approve_by_hand: requests are held until somebody approves them.
        allow_legacy: single DES, 3DES, SHA-1 and RSA keys of 1024 bits are taken.
        renewal_days: how long before its end a certificate may be renewed.
        requests_per_minute: PKIOperations taken from one address; 0 means no limit.
        generation: the CA that issues now; those before it have handed over.
        has_next: whether the CA after it is made already, and waits to take over.
        sends_root: GetCACert answers with the root, too, where it stands above the issuing CA.
        fault: what is wrong with it on purpose, a value of :class:`democa.faults.Fault`.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    admin_password = models.CharField(max_length=200, default="")
    password_max = models.PositiveIntegerField(default=5)
    approve_by_hand = models.BooleanField(default=False)
    allow_legacy = models.BooleanField(default=True)
    renewal_days = models.PositiveIntegerField(default=365)
    requests_per_minute = models.PositiveIntegerField(default=0)
    generation = models.PositiveSmallIntegerField(default=1)
    has_next = models.BooleanField(default=False)
    sends_root = models.BooleanField(default=True)
    fault = models.CharField(max_length=20, default=Fault.NONE.value)

    class Meta:
        """Constraints and indexes."""

        constraints = (
            models.CheckConstraint(condition=models.Q(id=1), name="democa_switches_single_row"),
        )

    def __str__(self) -> str:
        return "switches"


class AuthorityCertificate(models.Model):
    """A certificate of the CA itself; its private key is a file in the data folder.

    A CA has a root in any case, an issuing CA where the root does not issue, and RAs where its
    keys can encrypt.

    Attributes:
        generation: 1 for the first CA, one more for each that takes over from it.
    """

    class Role(models.TextChoices):
        """What it is for; the value is also the name of the key's file."""

        ROOT = "root"
        ISSUING = "issuing"
        RA_SIGNATURE = "ra-signature"
        RA_ENCRYPTION = "ra-encryption"

    generation = models.PositiveSmallIntegerField(default=1)
    role = models.CharField(max_length=16, choices=Role.choices)
    certificate_der = models.BinaryField()

    class Meta:
        """Constraints and indexes."""

        constraints = (
            models.UniqueConstraint(fields=["generation", "role"], name="democa_authority_role"),
        )

    def __str__(self) -> str:
        return f"{self.role} {self.generation}"


class OneTimePassword(models.Model):
    """A challenge password; kept itself only while a CA has to try it on messages.

    Attributes:
        subject: the only subject it is good for; empty for any.
        alternative_names: with a subject, the only names it is good for, sorted, one a line.
        digest: HMAC-SHA-256 of the password.
        sealed: the password, encrypted, while it is open and a CA with EC keys is there.
        expires_at: not good from this moment on.
        used_at: when a request was granted or held with it.
    """

    digest = models.CharField(max_length=64, unique=True)
    sealed = models.BinaryField(default=b"")
    subject = models.TextField(default="")
    alternative_names = models.TextField(default="")
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"one-time password {self.pk}"


class EnrollmentRequest(models.Model):
    """A request that got past every check: granted, held for approval, or rejected by hand.

    Attributes:
        transaction_id: names it for ever; the same ID with another CSR is refused, unless it
            renews what came of the first.
        generation: the CA that was asked: the request was encrypted to it.
        renews: the certificate that proved who asks, instead of a challenge password.
        challenge_sealed: the password that encrypts all messages of the transaction, encrypted;
            empty where a key does.
        csr_sha256: tells a repeated request from another one.
        signer_key_sha256: public key that signed it; only its holder may ask how it stands.
        address: where it came from.
    """

    class State(models.TextChoices):
        """What became of it."""

        ISSUED = "issued"
        HELD = "held"
        REJECTED = "rejected"

    transaction_id = models.CharField(max_length=TRANSACTION_ID_MAX)
    generation = models.PositiveSmallIntegerField(default=1)
    renews = models.ForeignKey(
        "IssuedCertificate", on_delete=models.PROTECT, null=True, related_name="renewals"
    )
    state = models.CharField(max_length=8, choices=State.choices)
    subject = models.TextField()
    csr_der = models.BinaryField()
    challenge_sealed = models.BinaryField(default=b"")
    csr_sha256 = models.CharField(max_length=64)
    signer_key_sha256 = models.CharField(max_length=64)
    address = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    class Meta:
        """Constraints and indexes."""

        indexes = (models.Index(fields=["state", "received_at"], name="democa_request_state"),)
        constraints = (
            models.UniqueConstraint(
                fields=["transaction_id", "csr_sha256"], name="democa_request_transaction"
            ),
        )

    def __str__(self) -> str:
        return f"request {self.transaction_id}"


class IssuedCertificate(models.Model):
    """A certificate the CA issued; never changed, but for being revoked once.

    Attributes:
        issued_by: generation of the CA that signed it.
        revoked_at: since when nobody should trust it.
    """

    request = models.OneToOneField(
        EnrollmentRequest, on_delete=models.PROTECT, related_name="certificate"
    )
    serial_hex = models.CharField(max_length=40, unique=True)
    certificate_der = models.BinaryField()
    not_before = models.DateTimeField()
    not_after = models.DateTimeField()
    issued_at = models.DateTimeField(db_index=True)
    issued_by = models.PositiveSmallIntegerField(default=1)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        """Constraints and indexes."""

        indexes = (
            models.Index(
                fields=["revoked_at"],
                name="democa_revoked",
                condition=models.Q(revoked_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"certificate {self.serial_hex}"
