"""Certificate entries, their material, the CA of a profile, and enrollments under way.

An entry is configuration and says only that a certificate of this name exists in this location.
Its material (certificate, key) is operational data: immutable rows, one of which is current, that
no load or revert brings back (docs/adr/0006-entry-and-material.md).
"""

import uuid

from django.db import models
from django.db.models import Q

from certificates.authority_models import AuthorityWatch as AuthorityWatch  # noqa: PLC0414 - offered
from certificates.authority_models import Revocation as Revocation  # noqa: PLC0414 - likewise
from certificates.authority_models import RevocationCheck as RevocationCheck  # noqa: PLC0414 - likewise
from certificates.rules import RenewalMethod
from certificates.states import ACTIVE_STATES as ACTIVE_STATES  # noqa: PLC0414 - offered with the rows
from certificates.states import EnrollmentState as EnrollmentState  # noqa: PLC0414 - likewise
from certificates.states import MaterialStatus as MaterialStatus  # noqa: PLC0414 - likewise
from certificates.states import Source as Source  # noqa: PLC0414 - likewise


class CertificateEntry(models.Model):
    """The candidate's row of one certificate entry: what it is used for."""

    object = models.OneToOneField(
        "configuration.CandidateObject",
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="certificate_entry",
    )
    forward_trust = models.BooleanField(default=False)
    forward_untrust = models.BooleanField(default=False)
    trusted_root = models.BooleanField(default=False)
    secure_syslog = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"certificate entry {self.pk}"


class Enrollment(models.Model):
    """One request for a certificate, from the click to its end; kept as history."""

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    job_id = models.BigIntegerField(null=True, db_index=True)
    name = models.CharField(max_length=63)
    location = models.CharField(max_length=10)
    profile_uuid = models.UUIDField(db_index=True)
    profile_name = models.CharField(max_length=31)
    tokens = models.JSONField(default=dict)
    subject = models.TextField()
    state = models.CharField(max_length=10, choices=EnrollmentState, default=EnrollmentState.QUEUED)
    requested_by = models.CharField(max_length=150)
    requested_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    bundle = models.TextField(default="")
    transaction_id = models.CharField(max_length=255, default="")
    request_secret = models.UUIDField(null=True)
    key_secret = models.UUIDField(null=True)
    resends = models.PositiveSmallIntegerField(default=0)
    """How often the request was sent again because no answer came."""
    renews = models.ForeignKey(
        "Material", on_delete=models.PROTECT, null=True, related_name="renewals"
    )
    """The certificate that it shall take the place of; its key opens the answers."""
    renewal_method = models.CharField(max_length=10, default="")
    fallback = models.CharField(max_length=10, default="")
    """How the server is asked since it refused the method that was chosen; empty until then."""

    entry_uuid = models.UUIDField(null=True, db_index=True)
    polls = models.PositiveIntegerField(default=0)
    poll_job_id = models.BigIntegerField(null=True)
    """The job of the last poll."""
    next_poll_at = models.DateTimeField(null=True)

    reason = models.TextField(default="")
    hint = models.TextField(default="")
    exit_code = models.PositiveSmallIntegerField(null=True)

    class Meta:
        """A name is asked for once at a time; the newest are looked at most."""

        indexes = (models.Index(fields=["-requested_at"], name="enrollment_newest"),)
        constraints = (
            models.UniqueConstraint(
                fields=["location", "name"],
                condition=Q(state__in=ACTIVE_STATES),
                name="one_active_enrollment_per_name",
            ),
        )

    def __str__(self) -> str:
        return f"enrollment of {self.name}: {self.state}"

    @property
    def method(self) -> RenewalMethod:
        """How the server is asked to renew."""
        return RenewalMethod(self.fallback or self.renewal_method)


class Material(models.Model):
    """A certificate and its key, as they came; nothing but ``is_current`` ever changes.

    Even revoking a certificate gives its entry another row: the same certificate, revoked.

    ``issuer_material`` is found by signature, when either of the two is stored. Material outlives
    its entry in the candidate, because the running configuration may still have it.

    What a certificate says is text of any length: no odd certificate may stop a commit.
    """

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.ForeignKey(
        CertificateEntry,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_column="entry_uuid",
        related_name="materials",
    )
    is_current = models.BooleanField(default=True)
    status = models.CharField(max_length=8, choices=MaterialStatus, default=MaterialStatus.VALID)
    source = models.CharField(max_length=10, choices=Source)
    profile_uuid = models.UUIDField(null=True, db_index=True)
    enrollment = models.ForeignKey(
        Enrollment, on_delete=models.PROTECT, null=True, related_name="materials"
    )
    certificate_der = models.BinaryField(default=b"")
    csr_der = models.BinaryField(default=b"")
    """The request that another CA has to answer; kept beside the answer."""
    key_secret = models.UUIDField(null=True)
    block_key_export = models.BooleanField(default=False)
    revoked_at = models.DateTimeField(null=True)
    revocation_reason = models.CharField(max_length=24, default="")
    """As in RFC 5280: ``keyCompromise``; empty when it is not revoked."""
    created_at = models.DateTimeField()

    subject = models.TextField()
    issuer = models.TextField(default="")
    subject_hash = models.CharField(max_length=64, db_index=True)
    issuer_hash = models.CharField(max_length=64, default="", db_index=True)
    serial_hex = models.TextField(default="")
    not_before = models.DateTimeField(null=True)
    not_after = models.DateTimeField(null=True)
    algorithm = models.TextField(default="")
    key_bits = models.PositiveIntegerField(default=0)
    signature_algorithm = models.TextField(default="")
    is_ca = models.BooleanField(default=False)
    fingerprint_sha256 = models.CharField(max_length=64, default="", db_index=True)
    subject_key_id = models.TextField(default="")
    authority_key_id = models.TextField(default="")
    weaknesses = models.TextField(default="")
    """Codes of :mod:`pki.weaknesses`, a space between them; empty when there are none."""
    issuer_material = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, related_name="issued"
    )

    class Meta:
        """An entry has one current material, and only a pending one has no certificate."""

        constraints = (
            models.UniqueConstraint(
                fields=["entry"], condition=Q(is_current=True), name="one_current_material"
            ),
            models.CheckConstraint(
                condition=Q(status=MaterialStatus.PENDING) | Q(not_after__isnull=False),
                name="valid_material_has_a_certificate",
            ),
        )

    def __str__(self) -> str:
        return f"material {self.uuid}: {self.subject}"


class LocalSerial(models.Model):
    """The serial number that was given last by the CAs on this device: one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    last = models.PositiveBigIntegerField()

    class Meta:
        """There is one counter."""

        constraints = (models.CheckConstraint(condition=Q(id=1), name="local_serial_one_row"),)

    def __str__(self) -> str:
        return f"{self.last:X}"


class ListedCertificate(models.Model):
    """The list's index: one narrow row for each certificate of the candidate.

    It repeats what entry and current material say, so that searching, sorting and paging 10,000
    certificates reads one small table and no certificate. ``certificates.services.listed`` alone
    writes it, in the transaction that changes what it repeats.

    Attributes:
        issuer_material: as the material's; the tree hangs on it.
        status: the material's. What the clock or an enrollment says is not repeated.
        search_text: name, subject, issuer, serial number, SHA-256 fingerprint and alternative
            names, one a line, in lower case.
    """

    entry = models.OneToOneField(
        CertificateEntry, on_delete=models.CASCADE, primary_key=True, related_name="listed"
    )
    material = models.OneToOneField(Material, on_delete=models.CASCADE, related_name="listed")
    issuer_material_id = models.UUIDField(null=True)
    enrollment = models.ForeignKey(
        Enrollment, on_delete=models.PROTECT, null=True, related_name="listed"
    )
    profile_uuid = models.UUIDField(null=True)
    name = models.CharField(max_length=255)
    location = models.CharField(max_length=16)
    subject = models.TextField()
    issuer = models.TextField()
    serial_hex = models.TextField()
    not_before = models.DateTimeField(null=True)
    not_after = models.DateTimeField(null=True, db_index=True)
    algorithm = models.TextField()
    key_bits = models.PositiveIntegerField()
    signature_algorithm = models.TextField()
    is_ca = models.BooleanField()
    has_key = models.BooleanField()
    status = models.CharField(max_length=8)
    weaknesses = models.TextField()
    search_text = models.TextField()

    class Meta:
        """What is read most: the list by name and as a tree, and how many end when."""

        indexes = (
            models.Index(fields=("name", "location"), name="listed_by_name"),
            models.Index(
                fields=("issuer", "algorithm", "key_bits", "profile_uuid"), name="listed_offered"
            ),
            models.Index(fields=("name", "location"), condition=Q(is_ca=True), name="listed_cas"),
            models.Index(fields=("status", "not_after", "location"), name="listed_by_end"),
            models.Index(
                fields=("issuer_material_id", "name", "location"),
                condition=Q(is_ca=False),
                name="listed_leaves",
            ),
        )

    def __str__(self) -> str:
        return f"listed certificate {self.name}"


class ListPreference(models.Model):
    """How an admin looked at the list the last time.

    Attributes:
        query: parameters of the list's URL; what they may say is the page's affair.
    """

    username = models.CharField(primary_key=True, max_length=150)
    query = models.TextField()

    def __str__(self) -> str:
        return f"list of certificates as {self.username} likes it"


class ScepAuthority(models.Model):
    """What a profile's SCEP server said about itself when it was last asked."""

    profile_uuid = models.UUIDField(primary_key=True)
    profile_name = models.CharField(max_length=31)
    profile_digest = models.CharField(max_length=64)
    """Digest of the profile that was used; another one means the answer is out of date."""
    fetched_at = models.DateTimeField()
    caps_url = models.TextField(default="")
    """Where GetCACaps was asked; what another address offered says nothing about this one."""
    capabilities = models.BinaryField()
    """The GetCACaps body as it came."""
    remembered = models.TextField(default="", blank=True)
    """Capabilities that it did not list any more and that are gone by all the same, one a line."""
    bundle = models.TextField()
    """The certificates of GetCACert as JSON."""
    job_id = models.BigIntegerField()
    """The job that asked."""
    pinned = models.BooleanField()
    """The profile's fingerprint was compared and fits."""

    def __str__(self) -> str:
        return f"SCEP authority of profile {self.profile_uuid}"
