"""How the demo CA is laid out: its tiers, its keys, its RAs."""

from datetime import timedelta

import pytest
from cryptography import x509

from democa import hierarchy
from democa.hierarchy import CERTIFICATE_REQUEST_AGENT, Authority, Design
from pki import certinfo, chain
from tests.democa.conftest import made_authority, made_successor
from tests.issuing import NOW

DESIGNS = [pytest.param(design, id=design) for design in Design]
TWO_TIERS = [design for design in Design if design.is_two_tier]


@pytest.mark.parametrize("design", DESIGNS)
def test_the_root_issues_or_stands_above_what_issues(design: Design) -> None:
    ca = made_authority(design)
    root, issuing = (certinfo.read(one.certificate_der) for one in (ca.root, ca.issuing))

    assert root.subject == "CN=scepadmin Demo Root CA"
    assert root.self_issued
    for one in (root, issuing):
        assert one.is_ca
        assert set(one.key_usage) == {"digitalSignature", "keyCertSign", "cRLSign"}
        assert one.algorithm == ("EC" if design.is_ec else "RSA")
    chain.verify_issued(ca.root.certificate_der, ca.root.certificate_der)
    chain.verify_issued(ca.issuing.certificate_der, ca.root.certificate_der)
    assert (issuing.subject == "CN=scepadmin Demo Issuing CA") is design.is_two_tier


@pytest.mark.parametrize("design", DESIGNS)
def test_below_what_issues_is_no_other_ca(design: Design) -> None:
    ca = made_authority(design)
    lengths = [
        x509.load_der_x509_certificate(one.certificate_der)
        .extensions.get_extension_for_class(x509.BasicConstraints)
        .value.path_length
        for one in (ca.issuing, ca.root)
    ]

    assert lengths == ([0, 1] if design.is_two_tier else [0, 0])


@pytest.mark.parametrize("design", DESIGNS)
def test_a_ca_knows_its_design(design: Design) -> None:
    assert made_authority(design).design is design
    assert len({one.label for one in Design}) == len(Design)


@pytest.mark.conformance("S04", "D17")
@pytest.mark.parametrize("authority", [Design.RSA, Design.RSA_TWO_TIER], indirect=True)
def test_the_ra_certificates_are_those_of_ndes(authority: Authority) -> None:
    assert authority.ras is not None
    signing = certinfo.read(authority.ras.signature.certificate_der)
    encrypting = certinfo.read(authority.ras.encryption.certificate_der)

    assert signing.key_usage == ("digitalSignature",)
    assert encrypting.key_usage == ("keyEncipherment",)
    assert signing.subject == encrypting.subject
    for ra in (authority.ras.signature, authority.ras.encryption):
        usage = (
            x509.load_der_x509_certificate(ra.certificate_der)
            .extensions.get_extension_for_class(x509.ExtendedKeyUsage)
            .value
        )
        assert list(usage) == [CERTIFICATE_REQUEST_AGENT]
        chain.verify_issued(ra.certificate_der, authority.issuing.certificate_der)


@pytest.mark.parametrize("authority", [Design.EC, Design.EC_TWO_TIER], indirect=True)
def test_nothing_can_be_encrypted_to_a_ca_with_ec_keys(authority: Authority) -> None:
    assert authority.recipients == ()
    assert authority.reply_signer is authority.issuing


@pytest.mark.parametrize("design", TWO_TIERS)
def test_a_new_issuing_ca_stands_below_the_same_root(design: Design) -> None:
    before, after = made_authority(design), made_successor(design)

    assert after.root == before.root
    assert after.issuing != before.issuing
    assert certinfo.read(after.issuing.certificate_der).subject == "CN=scepadmin Demo Issuing CA 2"


def test_another_design_has_a_root_of_its_own() -> None:
    before = made_authority(Design.RSA)

    after = hierarchy.make_authority(NOW, Design.EC_TWO_TIER, generation=2, before=before)

    assert certinfo.read(after.root.certificate_der).subject == "CN=scepadmin Demo Root CA 2"


def test_an_issuing_ca_ends_with_its_root() -> None:
    before = made_authority(Design.EC_TWO_TIER)

    late = hierarchy.make_authority(
        NOW + timedelta(days=3000), Design.EC_TWO_TIER, generation=2, before=before
    )

    root, issuing = (certinfo.read(one.certificate_der) for one in (late.root, late.issuing))
    assert issuing.not_after == root.not_after


@pytest.mark.parametrize("design", TWO_TIERS)
def test_the_root_above_is_sent_or_left_out(design: Design) -> None:
    ca = made_authority(design)

    sent = ca.certificates(with_root=True)

    assert sent[-2:] == [ca.issuing.certificate_der, ca.root.certificate_der]
    assert ca.certificates(with_root=False) == sent[:-1]
