"""Profiles for tests: one that is fine, changed as a test needs it."""

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from domain.locations import SHARED, VSYS1
from profiles.spec import (
    KEY_BITS,
    Challenge,
    Digest,
    Minimum,
    ProfileDraft,
    Renewal,
    SanType,
    ScepProfileSpec,
    Transport,
)

FINE = ScepProfileSpec(
    name="ndes",
    location=VSYS1,
    server_url="http://ca.example/certsrv/mscep/",
    ca_ident="CORP",
    subject="O=acme,CN=$USERNAME",
)
"""A profile that breaks no rule."""


def spec(**overrides: object) -> ScepProfileSpec:
    """The profile that breaks no rule, with other values."""
    values: dict[str, Any] = {**overrides}
    return replace(FINE, **values)


def draft(
    *,
    typed_challenge_password: str | None = None,
    typed_otp_password: str | None = None,
    **overrides: object,
) -> ProfileDraft:
    """The same as a draft, with the passwords typed."""
    return ProfileDraft(
        spec(**overrides),
        challenge_password=typed_challenge_password,
        otp_password=typed_otp_password,
    )


def dynamic(**overrides: object) -> dict[str, Any]:
    """The arguments of a draft with a Dynamic challenge and a typed password."""
    values = {
        "challenge": Challenge.DYNAMIC,
        "otp_server_url": "https://ca.example/CertSrv/mscep_admin/",
        "otp_username": "enroll",
        "typed_otp_password": "once",
    }
    return {**values, **overrides}


xml_texts = st.text(
    st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff")
)
"""Text that XML can carry."""

specs = st.builds(
    ScepProfileSpec,
    name=xml_texts,
    location=st.sampled_from([VSYS1, SHARED]),
    challenge=st.sampled_from(Challenge),
    challenge_password=st.none() | st.uuids(),
    otp_server_url=xml_texts,
    otp_username=xml_texts,
    otp_password=st.none() | st.uuids(),
    server_url=xml_texts,
    ca_ident=xml_texts,
    subject=xml_texts,
    san_type=st.sampled_from(SanType),
    san_value=xml_texts,
    key_bits=st.sampled_from(KEY_BITS),
    digest=st.sampled_from(Digest),
    use_as_digital_signature=st.booleans(),
    use_for_key_encipherment=st.booleans(),
    fingerprint=xml_texts,
    scep_ca_certificate=xml_texts,
    scep_client_certificate=xml_texts,
    transport=st.sampled_from(Transport),
    minimum=st.sampled_from(Minimum),
    renewal=st.sampled_from(Renewal),
    renewal_percent=st.integers(0, 999_999),
    renewal_days=st.integers(0, 999_999),
    check_revocation=st.booleans(),
).map(ScepProfileSpec.relevant)
"""Profiles of every shape, rules aside."""
