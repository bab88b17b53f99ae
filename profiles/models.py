"""The typed row of a SCEP profile in the candidate configuration."""

from dataclasses import fields
from enum import StrEnum
from typing import Any

from django.db import models
from django.db.models import Q

from domain.locations import Location
from profiles import rules
from profiles.spec import (
    KEY_BITS,
    RENEWAL_DAYS,
    RENEWAL_PERCENT,
    Challenge,
    Digest,
    Minimum,
    Renewal,
    SanType,
    ScepProfileSpec,
    Transport,
)
from profiles.subject import SAN_VALUE_MAX

CODE_MAX = 10
"""Longest stored code of the closed sets (challenge, digest and so on)."""

_OF_THE_OBJECT = frozenset({"name", "location"})


def _codes(words: type[StrEnum]) -> list[str]:
    return [word.value for word in words]


class ScepProfile(models.Model):
    """A profile's fields; name, location and version are the configured object's.

    The secrets are UUIDs of sealed rows; several profiles and old revisions may share one.
    """

    object = models.OneToOneField(
        "configuration.CandidateObject",
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    challenge = models.CharField(max_length=CODE_MAX)
    challenge_password = models.UUIDField(null=True)
    otp_server_url = models.CharField(max_length=rules.OTP_FIELD_MAX, blank=True)
    otp_username = models.CharField(max_length=rules.OTP_FIELD_MAX, blank=True)
    otp_password = models.UUIDField(null=True)
    server_url = models.CharField(max_length=rules.SERVER_URL_MAX)
    ca_ident = models.CharField(max_length=rules.CA_IDENT_MAX)
    subject = models.CharField(max_length=rules.SUBJECT_MAX)
    san_type = models.CharField(max_length=CODE_MAX)
    san_value = models.CharField(max_length=SAN_VALUE_MAX, blank=True)
    key_bits = models.PositiveSmallIntegerField()
    digest = models.CharField(max_length=CODE_MAX)
    use_as_digital_signature = models.BooleanField()
    use_for_key_encipherment = models.BooleanField()
    fingerprint = models.CharField(max_length=rules.FINGERPRINT_MAX, blank=True)
    scep_ca_certificate = models.CharField(max_length=rules.REFERENCE_MAX, blank=True)
    scep_client_certificate = models.CharField(max_length=rules.REFERENCE_MAX, blank=True)
    transport = models.CharField(max_length=CODE_MAX)
    minimum = models.CharField(max_length=CODE_MAX)
    renewal = models.CharField(max_length=CODE_MAX, default=Renewal.PERCENT.value)
    renewal_percent = models.PositiveIntegerField(default=RENEWAL_PERCENT)
    renewal_days = models.PositiveIntegerField(default=RENEWAL_DAYS)
    check_revocation = models.BooleanField(default=True)

    class Meta:
        """The closed sets are closed in the database as well."""

        constraints = (
            models.CheckConstraint(
                condition=Q(challenge__in=_codes(Challenge)), name="profile_challenge_known"
            ),
            models.CheckConstraint(
                condition=Q(san_type__in=_codes(SanType)), name="profile_san_type_known"
            ),
            models.CheckConstraint(
                condition=Q(key_bits__in=KEY_BITS), name="profile_key_bits_known"
            ),
            models.CheckConstraint(
                condition=Q(digest__in=_codes(Digest)), name="profile_digest_known"
            ),
            models.CheckConstraint(
                condition=Q(transport__in=_codes(Transport)), name="profile_transport_known"
            ),
            models.CheckConstraint(
                condition=Q(minimum__in=_codes(Minimum)), name="profile_minimum_known"
            ),
            models.CheckConstraint(
                condition=Q(renewal__in=_codes(Renewal)), name="profile_renewal_known"
            ),
        )

    def __str__(self) -> str:
        return self.object.name

    def to_spec(self) -> ScepProfileSpec:
        """Return the profile as a value; needs the configured object, so select it along."""
        return ScepProfileSpec(
            name=self.object.name,
            location=Location(self.object.location),
            challenge=Challenge(self.challenge),
            challenge_password=self.challenge_password,
            otp_server_url=self.otp_server_url,
            otp_username=self.otp_username,
            otp_password=self.otp_password,
            server_url=self.server_url,
            ca_ident=self.ca_ident,
            subject=self.subject,
            san_type=SanType(self.san_type),
            san_value=self.san_value,
            key_bits=self.key_bits,
            digest=Digest(self.digest),
            use_as_digital_signature=self.use_as_digital_signature,
            use_for_key_encipherment=self.use_for_key_encipherment,
            fingerprint=self.fingerprint,
            scep_ca_certificate=self.scep_ca_certificate,
            scep_client_certificate=self.scep_client_certificate,
            transport=Transport(self.transport),
            minimum=Minimum(self.minimum),
            renewal=Renewal(self.renewal),
            renewal_percent=self.renewal_percent,
            renewal_days=self.renewal_days,
            check_revocation=self.check_revocation,
        )


def columns(spec: ScepProfileSpec) -> dict[str, Any]:  # Any: one value per column, types differ
    """Return the columns of a profile's row."""
    names = [field.name for field in fields(spec) if field.name not in _OF_THE_OBJECT]
    return {name: getattr(spec, name) for name in names}
