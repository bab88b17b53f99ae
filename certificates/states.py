"""What an enrollment, and the material of a certificate, can be; the values stand in the tables."""

from django.db import models


class EnrollmentState(models.TextChoices):
    """Where an enrollment stands."""

    QUEUED = "queued"
    PREPARED = "prepared"
    """Key and request are stored, sealed; from here on they may have been sent."""
    PENDING = "pending"
    """The CA has taken the request and decides later; it is polled."""
    ISSUED = "issued"
    REFUSED = "refused"
    """The CA said no."""
    FAILED = "failed"
    """There was no usable answer, or one that cannot be trusted."""
    ABANDONED = "abandoned"
    """The admin gave up a pending request."""


ACTIVE_STATES = (EnrollmentState.QUEUED, EnrollmentState.PREPARED, EnrollmentState.PENDING)
"""States that hold the certificate's name."""


class MaterialStatus(models.TextChoices):
    """Whether there is a certificate yet, and still."""

    VALID = "valid"
    PENDING = "pending"
    """There is a request only: a CA decides about it, or its answer is to be imported."""
    REVOKED = "revoked"


class Source(models.TextChoices):
    """Where material came from."""

    SCEP_CA = "scep-ca"
    """The certificate authority of a SCEP profile."""
    SCEP_RA = "scep-ra"
    """A registration authority of a SCEP profile."""
    SCEP_CHAIN = "scep-chain"
    """A certificate above the certificate authority of a SCEP profile."""
    ENROLLMENT = "enrollment"
    LOCAL = "local"
    """Made on this device: signed here, or a request for another CA."""
    IMPORT = "import"
