"""What the demo CA remembers."""

from typing import Final

from django.db import models

TRANSACTION_ID_MAX: Final = 255
"""Longest transaction ID taken; certmonger's, the longest seen, has 77 characters."""


class Switches(models.Model):
    """How the CA behaves: one row, written at each start from the command line.

    Attributes:
        admin_password: argon2 hash of the password of the mscep_admin page.
        password_max: how many one-time passwords may be open at once; NDES has 5.
        approve_by_hand: requests are held until somebody approves them.
        allow_legacy: single DES, 3DES, SHA-1 and RSA keys of 1024 bits are taken.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    admin_password = models.CharField(max_length=200, default="")
    password_max = models.PositiveIntegerField(default=5)
    approve_by_hand = models.BooleanField(default=False)
    allow_legacy = models.BooleanField(default=True)

    class Meta:
        """Constraints and indexes."""

        constraints = (
            models.CheckConstraint(condition=models.Q(id=1), name="democa_switches_single_row"),
        )

    def __str__(self) -> str:
        return "switches"


class AuthorityCertificate(models.Model):
    """A certificate of the CA itself; its private key is a file in the data folder."""

    class Role(models.TextChoices):
        """What it is for; the value is also the name of the key's file."""

        ROOT = "root"
        RA_SIGNATURE = "ra-signature"
        RA_ENCRYPTION = "ra-encryption"

    role = models.CharField(max_length=16, choices=Role.choices, unique=True)
    certificate_der = models.BinaryField()

    def __str__(self) -> str:
        return self.role


class OneTimePassword(models.Model):
    """A challenge password of the mscep_admin page; the password itself is not kept.

    Attributes:
        digest: HMAC-SHA-256 of the password.
        expires_at: not good from this moment on.
        used_at: when a request was granted or held with it.
    """

    digest = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"one-time password {self.pk}"


class EnrollmentRequest(models.Model):
    """A request that got past every check: granted, held for approval, or rejected by hand.

    Attributes:
        transaction_id: names it for ever; the same ID with another CSR is refused.
        csr_sha256: tells a repeated request from another one.
        signer_key_sha256: public key that signed it; only its holder may ask how it stands.
        address: where it came from.
    """

    class State(models.TextChoices):
        """What became of it."""

        ISSUED = "issued"
        HELD = "held"
        REJECTED = "rejected"

    transaction_id = models.CharField(max_length=TRANSACTION_ID_MAX, unique=True)
    state = models.CharField(max_length=8, choices=State.choices)
    subject = models.TextField()
    csr_der = models.BinaryField()
    csr_sha256 = models.CharField(max_length=64)
    signer_key_sha256 = models.CharField(max_length=64)
    address = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    class Meta:
        """Constraints and indexes."""

        indexes = (models.Index(fields=["state", "received_at"], name="democa_request_state"),)

    def __str__(self) -> str:
        return f"request {self.transaction_id}"


class IssuedCertificate(models.Model):
    """A certificate the CA issued; never changed."""

    request = models.OneToOneField(
        EnrollmentRequest, on_delete=models.PROTECT, related_name="certificate"
    )
    serial_hex = models.CharField(max_length=40, unique=True)
    certificate_der = models.BinaryField()
    not_before = models.DateTimeField()
    not_after = models.DateTimeField()
    issued_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"certificate {self.serial_hex}"
