"""The rules of a SCEP profile as one table: what is fine at each limit, and what is not beyond it.

Every door is tried with the same table: the rules themselves, the service, the form, and the XML
codec. A door that cannot carry a case (XML has stored passwords only, forms trim spaces) is left
out of it by name.
"""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import pytest

from domain.locations import DEVICE, SHARED, Location
from profiles.rules import REQUIRED
from profiles.spec import Challenge, Digest, Renewal, SanType
from tests.profiles import factories

SECRET: Final = UUID("5e2f3a4c-0000-4000-8000-000000000001")

fixed: dict[str, Any] = {"challenge": Challenge.FIXED}
dynamic = factories.dynamic()


@dataclass(frozen=True)
class Case:
    """A profile and what is wrong with it.

    Attributes:
        draft: how it differs from the profile that breaks no rule, and the passwords typed.
        field: where the one problem is; empty when there is none.
        message: what the problem says, or a part of it.
        not_by: doors that cannot carry it: ``"form"``, ``"xml"``, ``"service"``.
        fips_cc: the device is in FIPS-CC mode.
    """

    draft: dict[str, Any]
    field: str = ""
    message: str = ""
    not_by: tuple[str, ...] = ()
    fips_cc: bool = False


def san(san_type: SanType, value: str) -> dict[str, Any]:
    return {"san_type": san_type, "san_value": value}


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


def fips_profile(**overrides: object) -> dict[str, Any]:
    values = {**dynamic, "server_url": "https://ca.example/", "scep_ca_certificate": "root-ca"}
    return {**values, **overrides}


def fine(id_: str, draft: dict[str, Any], **other: Any) -> Any:  # noqa: ANN401 - pytest's parameter
    return pytest.param(Case(draft, **other), id=id_)


def wrong(id_: str, draft: dict[str, Any], field: str, message: str, **other: Any) -> Any:  # noqa: ANN401
    return pytest.param(Case(draft, field, message, **other), id=id_)


KEPT = {"not_by": ("form", "service")}
"""A password that is stored already: tests of services and views have their own."""

TYPED = {"not_by": ("xml",)}
"""A password's length: XML has stored passwords only."""

NAMES_ONLY = {"not_by": ("xml",)}
"""What a certificate is: a commit knows from XML only that there is one of this name."""

NOT_XML = {"not_by": ("xml",)}
"""Characters that XML cannot carry."""

TRIMMED = {"not_by": ("form",)}
"""Spaces at the end, which forms trim."""

FINE = [
    fine("the usual profile", {}),
    fine("name of 1", {"name": "n"}),
    fine("name of 31", {"name": "n" * 31}),
    fine("name with all it may have", {"name": "two words_a-b.c"}),
    fine("Shared", {"location": SHARED}),
    fine("password of 1", {**fixed, "typed_challenge_password": "p"}),
    fine("password of 1024", {**fixed, "typed_challenge_password": "p" * 1024}),
    fine("password kept", {**fixed, "challenge_password": SECRET}, **KEPT),
    fine("Dynamic", dynamic),
    fine("challenge URL of 255", {**dynamic, "otp_server_url": url_of(255)}),
    fine("user name of 255", {**dynamic, "otp_username": "u" * 255}),
    fine("OTP password of 255", {**dynamic, "typed_otp_password": "p" * 255}),
    fine(
        "OTP password kept",
        {**dynamic, "typed_otp_password": None, "otp_password": SECRET},
        **KEPT,
    ),
    fine("fields of another challenge", {"otp_server_url": "junk", "otp_username": "u" * 999}),
    fine("server URL of 2048", {"server_url": url_of(2048)}),
    fine("port and query", {"server_url": "HTTPS://CA:8443/x?profile=y"}),
    fine("last port", {"server_url": "http://ca:65535/"}),
    fine("IPv6", {"server_url": "http://[2001:db8::1]:80/"}),
    fine("IPv4", {"server_url": "http://10.200.101.1/certsrv/mscep/"}),
    fine("underscore", {"server_url": "http://ca_1/"}),
    fine("CA-IDENT of 255", {"ca_ident": "c" * 255}),
    fine("subject of 1024", {"subject": name_of(1024)}),
    fine("subject with everything", {"subject": "CN=$UDID+OU=a\\,b,O=x"}),
    fine("static CN", {"subject": "CN=fw1"}),
    fine("CN of 64", {"subject": "CN=" + "a" * 64}),
    fine("every token", {"subject": "CN=$USERNAME,OU=$HOSTID,UID=$EMAILADDRESS,T=$UDID"}),
    fine("country", {"subject": "C=DE,CN=a"}),
    fine("SAN value without type", {"san_value": "junk"}),
    fine("e-mail from a token", san(SanType.RFC822, "$EMAILADDRESS")),
    fine("e-mail from a user name", san(SanType.RFC822, "$USERNAME")),
    fine("DNS name from a token", san(SanType.DNS, "$HOSTID.example.com")),
    fine("DNS name of 253", san(SanType.DNS, "a." * 126 + "a")),
    fine("SAN value of 1024", san(SanType.URI, "urn:x:" + "a" * 1018)),
    fine("1024 bits", {"key_bits": 1024}),
    fine("2048 bits", {"key_bits": 2048}),
    fine("3072 bits", {"key_bits": 3072}),
    fine("SHA-1", {"digest": Digest.SHA1}),
    fine("SHA-384", {"digest": Digest.SHA384}),
    fine("SHA-512", {"digest": Digest.SHA512}),
    fine("both usages", {"use_as_digital_signature": True, "use_for_key_encipherment": True}),
    fine("MD5 of NDES", {"fingerprint": "A656FA66 AB12B433 A2DA5CF7 CC153D9A"}),
    fine("SHA-1 with colons", {"fingerprint": ":".join(["ab"] * 20)}),
    fine("SHA-256 with hyphens", {"fingerprint": "-".join(["0F"] * 32)}),
    fine("as OpenSSL prints it", {"fingerprint": "SHA1 Fingerprint=" + ":".join(["AB"] * 20)}),
    fine("any separators", {"fingerprint": "aA.bB,cC_dD" * 4}),
    fine("fingerprint of 255", {"fingerprint": "a" * 32 + " " * 222 + ".", "name": "f"}),
    fine("CA certificate", {"scep_ca_certificate": "root-ca"}),
    fine("client certificate", {"scep_client_certificate": "device"}),
    fine("renewal off", {"renewal": Renewal.OFF}),
    fine("renewal at 50 %", {"renewal_percent": 50}),
    fine("renewal at 95 %", {"renewal_percent": 95}),
    fine("renewal 1 day before", {"renewal": Renewal.DAYS, "renewal_days": 1}),
    fine("renewal 365 days before", {"renewal": Renewal.DAYS, "renewal_days": 365}),
    fine("percent of another way", {"renewal": Renewal.DAYS, "renewal_percent": 1}),
    fine("days of another way", {"renewal_days": 999}),
    fine("FIPS-CC", fips_profile(), fips_cc=True),
    fine("FIPS-CC with a SHA-256 pin", fips_profile(fingerprint="a" * 64), fips_cc=True),
    fine("FIPS-CC with 3072 bits", fips_profile(key_bits=3072), fips_cc=True),
    fine("FIPS-CC with SHA-512", fips_profile(digest=Digest.SHA512), fips_cc=True),
]

NAME_CHARACTERS = (
    "Only letters, digits, hyphens, underscores, dots and spaces are allowed in a name."
)
CONTROL = "Remove the line break or control character from this field."


def too_long(found: int, limit: int) -> str:
    return f"This field has {found} characters; at most {limit} are allowed."


BROKEN = [
    wrong("renewal at 49 %", {"renewal_percent": 49}, "renewal_percent", "from 50 to 95"),
    wrong("renewal at 96 %", {"renewal_percent": 96}, "renewal_percent", "from 50 to 95"),
    wrong(
        "renewal 0 days before",
        {"renewal": Renewal.DAYS, "renewal_days": 0},
        "renewal_days",
        "from 1 to 365",
    ),
    wrong(
        "renewal 366 days before",
        {"renewal": Renewal.DAYS, "renewal_days": 366},
        "renewal_days",
        "from 1 to 365",
    ),
    wrong("no name", {"name": ""}, "name", REQUIRED),
    wrong(
        "name of 32",
        {"name": "n" * 32},
        "name",
        "The name has 32 characters; at most 31 are allowed.",
    ),
    wrong("name with a slash", {"name": "a/b"}, "name", NAME_CHARACTERS),
    wrong("name beyond ASCII", {"name": "nd\u00e9s"}, "name", NAME_CHARACTERS),
    wrong(
        "name that ends with a space",
        {"name": "a "},
        "name",
        "The name cannot begin or end with a space.",
        **TRIMMED,
    ),
    wrong(
        "device",
        {"location": DEVICE},
        "location",
        "A profile cannot be in Device. Choose vsys1 or Shared.",
    ),
    wrong(
        "a vsys that is not there",
        {"location": Location("vsys2")},
        "location",
        "A profile cannot be in vsys2. Choose vsys1 or Shared.",
    ),
    wrong("no password", fixed, "challenge_password", REQUIRED),
    wrong(
        "empty password", {**fixed, "typed_challenge_password": ""}, "challenge_password", REQUIRED
    ),
    wrong(
        "password of 1025",
        {**fixed, "typed_challenge_password": "p" * 1025},
        "challenge_password",
        too_long(1025, 1024),
        **TYPED,
    ),
    wrong("no page", {**dynamic, "otp_server_url": ""}, "otp_server_url", REQUIRED),
    wrong(
        "challenge URL of 256",
        {**dynamic, "otp_server_url": url_of(256)},
        "otp_server_url",
        too_long(256, 255),
    ),
    wrong(
        "challenge URL of another scheme",
        {**dynamic, "otp_server_url": "ftp://ca/"},
        "otp_server_url",
        "The URL must begin with http:// or https://.",
    ),
    wrong("no user", {**dynamic, "otp_username": " "}, "otp_username", REQUIRED),
    wrong(
        "user name of 256",
        {**dynamic, "otp_username": "u" * 256},
        "otp_username",
        too_long(256, 255),
    ),
    wrong("no OTP password", {**dynamic, "typed_otp_password": None}, "otp_password", REQUIRED),
    wrong(
        "OTP password of 256",
        {**dynamic, "typed_otp_password": "p" * 256},
        "otp_password",
        too_long(256, 255),
        **TYPED,
    ),
    wrong("no server", {"server_url": ""}, "server_url", REQUIRED),
    wrong("server URL of 2049", {"server_url": url_of(2049)}, "server_url", too_long(2049, 2048)),
    wrong(
        "operation",
        {"server_url": "http://ca/?operation=GetCACaps"},
        "server_url",
        "Remove operation= from the URL; each request adds its own.",
    ),
    *(
        wrong(f"URL {url!r}", {"server_url": url}, "server_url", message)
        for url, message in (
            ("ca.example/scep", "The URL must begin with http:// or https://."),
            ("file:///etc/passwd", "The URL must begin with http:// or https://."),
            ("http://", "The URL names no host."),
            ("http://:80/", "The URL names no host."),
            (
                "http://ca..example/",
                "The host of the URL is neither a host name nor an IP address.",
            ),
            ("http://10.200.101/", "The host of the URL is neither a host name nor an IP address."),
            ("http://ca:0/", "The port of the URL must be a number from 1 to 65535."),
            ("http://ca:65536/", "The host or the port of the URL cannot be read."),
            ("http://ca:http/", "The host or the port of the URL cannot be read."),
            ("http://[::1/", "The host or the port of the URL cannot be read."),
            ("http://me@ca/", "The URL cannot carry a user name or a password."),
            ("http://me:secret@ca/", "The URL cannot carry a user name or a password."),
            ("http://ca/#top", "Remove the part after #; it is never sent to a server."),
            ("http://ca/two words", "Write them percent-encoded"),
            ("http://z\u00fcrich.example/", "Write them percent-encoded"),
            ("http://ca\\path", "Write them percent-encoded"),
        )
    ),
    wrong("line break in a URL", {"server_url": "http://ca/\n"}, "server_url", CONTROL, **TRIMMED),
    wrong("no CA-IDENT", {"ca_ident": ""}, "ca_ident", REQUIRED),
    wrong("CA-IDENT of 256", {"ca_ident": "c" * 256}, "ca_ident", too_long(256, 255)),
    wrong("line break", {"ca_ident": "a\nb"}, "ca_ident", CONTROL),
    wrong("control character", {"ca_ident": "a\x0bb"}, "ca_ident", CONTROL, **NOT_XML),
    wrong("no character at all", {"ca_ident": "a\uffffb"}, "ca_ident", CONTROL, **NOT_XML),
    wrong("no subject", {"subject": ""}, "subject", REQUIRED),
    wrong("subject of 1025", {"subject": name_of(1025)}, "subject", too_long(1025, 1024)),
    wrong("line break in a subject", {"subject": "CN=a\nb"}, "subject", CONTROL),
    wrong(
        "no CN",
        {"subject": "O=acme"},
        "subject",
        "The subject must contain a common name, for example CN=$USERNAME.",
    ),
    wrong(
        "unknown token",
        {"subject": "CN=$USER"},
        "subject",
        "$USER is not a token. Use $USERNAME, $EMAILADDRESS, $HOSTID or $UDID.",
    ),
    wrong("country", {"subject": "C=Germany,CN=a"}, "subject", "country code of two letters"),
    wrong("empty CN", {"subject": "CN="}, "subject", "CN is empty"),
    wrong("CN of 65", {"subject": "CN=" + "a" * 65}, "subject", "65 characters; at most 64"),
    wrong(
        "half a name", {"subject": "CN=a, Ann"}, "subject", '"Ann" is not of the form attribute='
    ),
    wrong(
        "address in a serial number",
        {"subject": "CN=a,serialNumber=$EMAILADDRESS"},
        "subject",
        "The value of serialNumber can have letters, digits",
    ),
    wrong("empty SAN", san(SanType.DNS, ""), "san_value", REQUIRED),
    wrong("SAN of 1025", san(SanType.DNS, "a" * 1025), "san_value", too_long(1025, 1024)),
    wrong("no e-mail", san(SanType.RFC822, "nobody"), "san_value", "Enter one e-mail address"),
    wrong("no DNS", san(SanType.DNS, "$EMAILADDRESS"), "san_value", "Enter one DNS name"),
    wrong("DNS name of 254", san(SanType.DNS, "a." * 126 + "ab"), "san_value", "Enter one DNS"),
    wrong("no URI", san(SanType.URI, "$HOSTID"), "san_value", "Enter one URI"),
    wrong("SAN beyond ASCII", san(SanType.DNS, "b\u00fccher.de"), "san_value", "in its xn-- form"),
    wrong(
        "unknown token in a SAN", san(SanType.DNS, "$FQDN"), "san_value", "$FQDN is not a token."
    ),
    wrong("4096 bits", {"key_bits": 4096}, "key_bits", "Choose 1024, 2048 or 3072 bits."),
    wrong("512 bits", {"key_bits": 512}, "key_bits", "Choose 1024, 2048 or 3072 bits."),
    wrong(
        "not hexadecimal",
        {"fingerprint": "x" * 32},
        "fingerprint",
        "A fingerprint has hexadecimal digits only; spaces, colons and hyphens may part them.",
    ),
    *(
        wrong(
            f"fingerprint of {digits} digits",
            {"fingerprint": "a" * digits},
            "fingerprint",
            f"The fingerprint has {digits} hexadecimal digits; MD5 has 32, SHA-1 40 and "
            "SHA-256 64. Copy it whole.",
        )
        for digits in (31, 33, 39, 41, 63, 65)
    ),
    wrong("fingerprint of 256", {"fingerprint": "a" * 256}, "fingerprint", too_long(256, 255)),
    wrong(
        "not a CA",
        {"scep_ca_certificate": "device"},
        "scep_ca_certificate",
        "vsys1 sees no CA certificate named device. Choose one from the list.",
        **NAMES_ONLY,
    ),
    wrong(
        "client certificate gone",
        {"scep_client_certificate": "gone", "location": SHARED},
        "scep_client_certificate",
        "Shared sees no certificate with a private key named gone. Choose one from the list.",
    ),
    *(
        wrong(
            f"FIPS-CC: {id_}",
            fips_profile(**overrides),
            field,
            f"FIPS-CC mode requires {message}.",
            fips_cc=True,
        )
        for id_, overrides, field, message in (
            ("None", {"challenge": Challenge.NONE}, "challenge", "a Dynamic challenge"),
            (
                "Fixed",
                {"challenge": Challenge.FIXED, "typed_challenge_password": "p"},
                "challenge",
                "a Dynamic challenge",
            ),
            (
                "challenge page over http",
                {"otp_server_url": "http://ca.example/"},
                "otp_server_url",
                "an https URL",
            ),
            ("http", {"server_url": "HTTP://ca.example/"}, "server_url", "an https URL"),
            ("1024 bits", {"key_bits": 1024}, "key_bits", "at least 2048 bits"),
            ("SHA-1", {"digest": Digest.SHA1}, "digest", "sha256 or stronger"),
            (
                "MD5 pin",
                {"fingerprint": "a" * 32},
                "fingerprint",
                "a SHA-256 fingerprint (64 hexadecimal digits)",
            ),
            (
                "SHA-1 pin",
                {"fingerprint": "SHA1 Fingerprint=" + "a" * 40},
                "fingerprint",
                "a SHA-256 fingerprint (64 hexadecimal digits)",
            ),
            (
                "no CA certificate",
                {"scep_ca_certificate": ""},
                "scep_ca_certificate",
                "the CA certificate that the server's TLS certificate chains to",
            ),
        )
    ),
]
"""Each breaks one rule, at one field."""
