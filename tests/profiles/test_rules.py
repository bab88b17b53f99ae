"""Every rule, each at its field, in its words."""

from typing import Any
from uuid import uuid4

import pytest

from domain.errors import Problem
from domain.locations import DEVICE, SHARED, VSYS1, Location
from profiles import rules
from profiles.rules import Surroundings
from profiles.spec import Challenge, Digest, SanType
from tests.profiles import factories

AROUND = Surroundings(
    locations=[VSYS1, SHARED], ca_certificates=["root-ca"], client_certificates=["device"]
)
FIPS_CC = Surroundings(locations=[VSYS1, SHARED], ca_certificates=["root-ca"], fips_cc=True)
REQUIRED = "This field is required."
SECRET = uuid4()

fixed: dict[str, Any] = {"challenge": Challenge.FIXED}
dynamic = factories.dynamic()


def san(san_type: SanType, value: str) -> dict[str, Any]:
    return {"san_type": san_type, "san_value": value}


def problems(
    around: Surroundings = AROUND,
    **draft: Any,  # noqa: ANN401 - the many kinds of value a draft has
) -> list[tuple[str, str]]:
    found = rules.check(factories.draft(**draft), around)
    return [(problem.field, problem.message) for problem in found]


def url_of(length: int) -> str:
    start = "https://ca.example/"
    return start + "a" * (length - len(start))


def name_of(length: int) -> str:
    """A subject of this many characters, spread over values that each fit."""
    parts = ["CN=a"]
    while len(",".join(parts)) + len(",OU=") + 60 < length:
        parts.append("OU=" + "b" * 60)
    rest = length - len(",".join(parts)) - len(",L=")
    return ",".join([*parts, "L=" + "c" * rest])


@pytest.mark.conformance("C64")
@pytest.mark.parametrize(
    "overrides",
    [
        pytest.param({}, id="the usual profile"),
        pytest.param({"name": "n" * 31}, id="name of 31"),
        pytest.param({"name": "two words_a-b.c"}, id="name with all it may have"),
        pytest.param({"location": SHARED}, id="Shared"),
        pytest.param({**fixed, "typed_challenge_password": "p" * 1024}, id="password of 1024"),
        pytest.param({**fixed, "challenge_password": SECRET}, id="password kept"),
        pytest.param(dynamic, id="Dynamic"),
        pytest.param({**dynamic, "otp_server_url": url_of(255)}, id="challenge URL of 255"),
        pytest.param({**dynamic, "otp_username": "u" * 255}, id="user name of 255"),
        pytest.param({**dynamic, "typed_otp_password": "p" * 255}, id="password of 255"),
        pytest.param(
            {**dynamic, "typed_otp_password": None, "otp_password": SECRET}, id="OTP password kept"
        ),
        pytest.param({"otp_server_url": "junk"}, id="fields of another challenge"),
        pytest.param({"server_url": url_of(2048)}, id="server URL of 2048"),
        pytest.param({"server_url": "HTTPS://CA:8443/x?profile=y"}, id="port and query"),
        pytest.param({"server_url": "http://[2001:db8::1]:80/"}, id="IPv6"),
        pytest.param({"server_url": "http://10.200.101.1/certsrv/mscep/"}, id="IPv4"),
        pytest.param({"server_url": "http://ca_1/"}, id="underscore"),
        pytest.param({"ca_ident": "c" * 255}, id="CA-IDENT of 255"),
        pytest.param({"subject": name_of(1024)}, id="subject of 1024"),
        pytest.param({"subject": "CN=$UDID+OU=a\\,b,O=x"}, id="subject with everything"),
        pytest.param({"subject": "C=DE,CN=a"}, id="country"),
        pytest.param({"san_value": "junk"}, id="SAN value without type"),
        pytest.param(san(SanType.RFC822, "$EMAILADDRESS"), id="e-mail from a token"),
        pytest.param(san(SanType.RFC822, "$USERNAME"), id="e-mail from a user name"),
        pytest.param(san(SanType.DNS, "$HOSTID.example.com"), id="DNS name from a token"),
        pytest.param(san(SanType.URI, "urn:x:" + "a" * 1018), id="SAN value of 1024"),
        pytest.param({"key_bits": 1024}, id="1024 bits"),
        pytest.param({"key_bits": 3072}, id="3072 bits"),
        pytest.param({"digest": Digest.SHA1}, id="SHA-1"),
        pytest.param({"fingerprint": "A656FA66 AB12B433 A2DA5CF7 CC153D9A"}, id="MD5 of NDES"),
        pytest.param({"fingerprint": ":".join(["ab"] * 20)}, id="SHA-1 with colons"),
        pytest.param({"fingerprint": "-".join(["0F"] * 32)}, id="SHA-256 with hyphens"),
        pytest.param({"scep_ca_certificate": "root-ca"}, id="CA certificate"),
        pytest.param({"scep_client_certificate": "device"}, id="client certificate"),
    ],
)
def test_a_profile_that_is_fine(overrides: dict[str, Any]) -> None:
    assert problems(**overrides) == []


@pytest.mark.conformance("C64")
@pytest.mark.parametrize(
    ("overrides", "field", "message"),
    [
        pytest.param({"name": ""}, "name", REQUIRED, id="no name"),
        pytest.param(
            {"name": "n" * 32},
            "name",
            "The name has 32 characters; at most 31 are allowed.",
            id="name of 32",
        ),
        pytest.param(
            {"name": "a/b"},
            "name",
            "Only letters, digits, hyphens, underscores, dots and spaces are allowed in a name.",
            id="name with a slash",
        ),
        pytest.param(
            {"name": "a "},
            "name",
            "The name cannot begin or end with a space.",
            id="name that ends with a space",
        ),
        pytest.param(
            {"location": DEVICE},
            "location",
            "A profile cannot be in Device. Choose vsys1 or Shared.",
            id="device",
        ),
        pytest.param(
            {"location": Location("vsys2")},
            "location",
            "A profile cannot be in vsys2. Choose vsys1 or Shared.",
            id="a vsys that is not there",
        ),
        pytest.param(fixed, "challenge_password", REQUIRED, id="no password"),
        pytest.param(
            {**fixed, "typed_challenge_password": ""}, "challenge_password", REQUIRED, id="empty"
        ),
        pytest.param(
            {**fixed, "typed_challenge_password": "p" * 1025},
            "challenge_password",
            "This field has 1025 characters; at most 1024 are allowed.",
            id="password of 1025",
        ),
        pytest.param({**dynamic, "otp_server_url": ""}, "otp_server_url", REQUIRED, id="no page"),
        pytest.param(
            {**dynamic, "otp_server_url": url_of(256)},
            "otp_server_url",
            "This field has 256 characters; at most 255 are allowed.",
            id="challenge URL of 256",
        ),
        pytest.param(
            {**dynamic, "otp_server_url": "ftp://ca/"},
            "otp_server_url",
            "The URL must begin with http:// or https://.",
            id="challenge URL of another scheme",
        ),
        pytest.param({**dynamic, "otp_username": " "}, "otp_username", REQUIRED, id="no user"),
        pytest.param(
            {**dynamic, "otp_username": "u" * 256},
            "otp_username",
            "This field has 256 characters; at most 255 are allowed.",
            id="user name of 256",
        ),
        pytest.param(
            {**dynamic, "typed_otp_password": None}, "otp_password", REQUIRED, id="no OTP password"
        ),
        pytest.param(
            {**dynamic, "typed_otp_password": "p" * 256},
            "otp_password",
            "This field has 256 characters; at most 255 are allowed.",
            id="OTP password of 256",
        ),
        pytest.param({"server_url": ""}, "server_url", REQUIRED, id="no server"),
        pytest.param(
            {"server_url": url_of(2049)},
            "server_url",
            "This field has 2049 characters; at most 2048 are allowed.",
            id="server URL of 2049",
        ),
        pytest.param(
            {"server_url": "http://ca/?operation=GetCACaps"},
            "server_url",
            "Remove operation= from the URL; each request adds its own.",
            id="operation",
        ),
        pytest.param({"ca_ident": ""}, "ca_ident", REQUIRED, id="no CA-IDENT"),
        pytest.param(
            {"ca_ident": "c" * 256},
            "ca_ident",
            "This field has 256 characters; at most 255 are allowed.",
            id="CA-IDENT of 256",
        ),
        pytest.param(
            {"ca_ident": "a\x0bb"},
            "ca_ident",
            "Remove the line break or control character from this field.",
            id="control character",
        ),
        pytest.param(
            {"ca_ident": "a\uffffb"},
            "ca_ident",
            "Remove the line break or control character from this field.",
            id="no character at all",
        ),
        pytest.param({"key_bits": 4096}, "key_bits", "Choose 1024, 2048 or 3072 bits.", id="4096"),
        pytest.param(
            {"fingerprint": "x" * 32},
            "fingerprint",
            "A fingerprint has hexadecimal digits only; spaces, colons and hyphens may part them.",
            id="not hexadecimal",
        ),
        pytest.param(
            {"fingerprint": "a" * 33},
            "fingerprint",
            "The fingerprint has 33 hexadecimal digits; MD5 has 32, SHA-1 40 and SHA-256 64. "
            "Copy it whole.",
            id="no hash has 33",
        ),
        pytest.param(
            {"fingerprint": "a" * 256},
            "fingerprint",
            "This field has 256 characters; at most 255 are allowed.",
            id="fingerprint of 256",
        ),
        pytest.param(
            {"scep_ca_certificate": "device"},
            "scep_ca_certificate",
            "vsys1 sees no CA certificate named device. Choose one from the list.",
            id="not a CA",
        ),
        pytest.param(
            {"scep_client_certificate": "gone", "location": SHARED},
            "scep_client_certificate",
            "Shared sees no certificate with a private key named gone. Choose one from the list.",
            id="client certificate gone",
        ),
    ],
)
def test_one_broken_rule(overrides: dict[str, Any], field: str, message: str) -> None:
    assert problems(**overrides) == [(field, message)]


@pytest.mark.conformance("C64")
@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("ca.example/scep", "The URL must begin with http:// or https://."),
        ("file:///etc/passwd", "The URL must begin with http:// or https://."),
        ("http://", "The URL names no host."),
        ("http://:80/", "The URL names no host."),
        ("http://ca..example/", "The host of the URL is neither a host name nor an IP address."),
        ("http://10.200.101/", "The host of the URL is neither a host name nor an IP address."),
        ("http://ca:0/", "The port of the URL must be a number from 1 to 65535."),
        ("http://ca:65536/", "The host or the port of the URL cannot be read."),
        ("http://ca:http/", "The host or the port of the URL cannot be read."),
        ("http://[::1/", "The host or the port of the URL cannot be read."),
        ("http://me@ca/", "The URL cannot carry a user name or a password."),
        ("http://me:secret@ca/", "The URL cannot carry a user name or a password."),
        ("http://ca/#top", "Remove the part after #; it is never sent to a server."),
        ("http://ca/two words", "Write them percent-encoded"),
        ("http://zürich.example/", "Write them percent-encoded"),
        ("http://ca\\path", "Write them percent-encoded"),
        ("http://ca/\n", "Remove the line break or control character from this field."),
    ],
)
def test_what_is_wrong_with_a_url(url: str, message: str) -> None:
    [(field, text)] = problems(server_url=url)

    assert field == "server_url"
    assert message in text


@pytest.mark.parametrize(
    ("subject", "message"),
    [
        pytest.param("", REQUIRED, id="empty"),
        pytest.param(name_of(1025), "1025 characters; at most 1024", id="1025 characters"),
        pytest.param("CN=a\nb", "Remove the line break", id="line break"),
        pytest.param(
            "O=acme",
            "The subject must contain a common name, for example CN=$USERNAME.",
            id="no CN",
        ),
        pytest.param(
            "CN=$USER",
            "$USER is not a token. Use $USERNAME, $EMAILADDRESS, $HOSTID or $UDID.",
            id="unknown token",
        ),
        pytest.param("C=Germany,CN=a", "country code of two letters", id="country"),
        pytest.param("CN=", "CN is empty", id="empty CN"),
        pytest.param("CN=" + "a" * 65, "at most 64", id="CN of 65"),
    ],
)
def test_what_is_wrong_with_a_subject(subject: str, message: str) -> None:
    [(field, text)] = problems(subject=subject)

    assert field == "subject"
    assert message in text


def test_a_subject_that_is_no_name_is_quoted_where_it_goes_wrong() -> None:
    [(field, text)] = problems(subject="CN=Miller, Ann,O=acme")

    assert field == "subject"
    assert text.startswith('"Ann" is not of the form attribute=value')


@pytest.mark.parametrize(
    ("san_type", "value", "message"),
    [
        pytest.param(SanType.DNS, "", REQUIRED, id="empty"),
        pytest.param(SanType.DNS, "a" * 1025, "1025 characters; at most 1024", id="1025"),
        pytest.param(SanType.RFC822, "nobody", "Enter one e-mail address", id="e-mail"),
        pytest.param(SanType.DNS, "$EMAILADDRESS", "Enter one DNS name", id="DNS"),
        pytest.param(SanType.URI, "$HOSTID", "Enter one URI", id="URI"),
        pytest.param(SanType.DNS, "$FQDN", "$FQDN is not a token.", id="unknown token"),
    ],
)
def test_what_is_wrong_with_a_san(san_type: SanType, value: str, message: str) -> None:
    [(field, text)] = problems(**san(san_type, value))

    assert field == "san_value"
    assert message in text


def fips_profile(**overrides: object) -> dict[str, Any]:
    values = {**dynamic, "server_url": "https://ca.example/", "scep_ca_certificate": "root-ca"}
    return {**values, **overrides}


def test_a_profile_that_fips_cc_mode_allows() -> None:
    assert problems(FIPS_CC, **fips_profile()) == []
    assert problems(FIPS_CC, **fips_profile(fingerprint="a" * 64)) == []


@pytest.mark.parametrize(
    ("overrides", "field", "message"),
    [
        ({"challenge": Challenge.NONE}, "challenge", "a Dynamic challenge"),
        (
            {"challenge": Challenge.FIXED, "challenge_password": SECRET},
            "challenge",
            "a Dynamic challenge",
        ),
        ({"otp_server_url": "http://ca.example/"}, "otp_server_url", "an https URL"),
        ({"server_url": "HTTP://ca.example/"}, "server_url", "an https URL"),
        ({"key_bits": 1024}, "key_bits", "at least 2048 bits"),
        ({"digest": Digest.SHA1}, "digest", "sha256 or stronger"),
        ({"fingerprint": "a" * 32}, "fingerprint", "a SHA-256 fingerprint (64 hexadecimal digits)"),
        ({"fingerprint": "a" * 40}, "fingerprint", "a SHA-256 fingerprint (64 hexadecimal digits)"),
        (
            {"scep_ca_certificate": ""},
            "scep_ca_certificate",
            "the CA certificate that the server's TLS certificate chains to",
        ),
    ],
)
def test_what_fips_cc_mode_requires(overrides: dict[str, Any], field: str, message: str) -> None:
    profile = fips_profile(**overrides)

    assert problems(FIPS_CC, **profile) == [(field, f"FIPS-CC mode requires {message}.")]
    assert problems(AROUND, **profile) == []


def test_all_broken_rules_are_listed_in_form_order() -> None:
    found = problems(
        FIPS_CC,
        name="",
        location=DEVICE,
        challenge=Challenge.DYNAMIC,
        server_url="",
        ca_ident="",
        subject="O=acme",
        san_type=SanType.DNS,
        key_bits=512,
        digest=Digest.SHA1,
        fingerprint="a",
        scep_client_certificate="gone",
    )

    assert [field for field, _ in found] == [
        "name",
        "location",
        "otp_server_url",
        "otp_username",
        "otp_password",
        "server_url",
        "ca_ident",
        "subject",
        "san_value",
        "key_bits",
        "key_bits",
        "digest",
        "fingerprint",
        "scep_ca_certificate",
        "scep_client_certificate",
    ]


def test_problems_are_sorted_by_their_field() -> None:
    late, early = Problem("digest", ""), Problem("name", "")

    assert rules.in_order([late, early]) == [early, late]
