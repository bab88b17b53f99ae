"""Whose request it is, and whose a password may be."""

import pytest
from cryptography import x509

from democa import holder
from democa.holder import Holder, NotUnderstood
from pki import csr, names
from pki.csr import CsrSpec
from pki.san import SanKind, SanValue
from tests import issuing
from tests.issuing import Wanted

SAN = (SanValue(SanKind.RFC822, "a@example.com"), SanValue(SanKind.DNS, "fw.example.com"))


def test_a_request_is_for_its_subject_and_all_of_its_names() -> None:
    spec = CsrSpec(names.parse("CN=fw-01,O=Example"), san=SAN)
    request = csr.load(csr.build(spec, issuing.rsa_key("device")))

    found = holder.of_request(request)

    assert found == Holder("CN=fw-01,O=Example", ("DNS:fw.example.com", "email:a@example.com"))
    assert str(found) == "CN=fw-01,O=Example with DNS:fw.example.com, email:a@example.com"


def test_a_certificate_names_its_holder_in_the_same_words() -> None:
    sans = [x509.DNSName("fw.example.com"), x509.RFC822Name("a@example.com")]
    certificate = issuing.issue(Wanted("fw-01", sans=sans))

    found = holder.of_certificate(certificate.der)

    assert found == Holder("CN=fw-01", ("DNS:fw.example.com", "email:a@example.com"))


def test_what_an_operator_types_is_read_as_a_request_would_write_it() -> None:
    typed = holder.parse(
        " cn = fw-01 , O = Exämple ", "EMAIL:a@example.com,\n dns:fw.example.com ip:192.0.2.1"
    )

    names_ = ("DNS:fw.example.com", "IP:192.0.2.1", "email:a@example.com")
    assert typed == Holder("CN=fw-01,O=Exämple", names_)
    assert str(holder.parse("CN=fw-01", "")) == "CN=fw-01"


@pytest.mark.parametrize(
    ("subject", "alternative_names", "field", "words"),
    [
        ("fw-01", "", "subject", "not of the form"),
        ("", "", "subject", "Give a subject"),
        ("C=Germany", "", "subject", "country code"),
        ("CN=fw", "fw.example.com", "names", "has no kind"),
        ("CN=fw", "host:fw", "names", "has no kind"),
        ("CN=fw", "dns:no spaces", "names", "has no kind"),
        ("CN=fw", "email:nobody", "names", "not an e-mail address"),
    ],
)
def test_what_is_not_understood_is_told_at_its_field(
    subject: str, alternative_names: str, field: str, words: str
) -> None:
    with pytest.raises(NotUnderstood, match=words) as problem:
        holder.parse(subject, alternative_names)

    assert problem.value.field == field
