"""A SCEP profile as an XML entry, and back.

The element names are those of the product emulated. What is ours (transport, minimum, renewal)
stands in one ``x-scepadmin`` child that is absent at the defaults. Secrets appear as the UUID of
their row.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeVar
from uuid import UUID

from lxml import etree

from domain.errors import Problem, Refused
from domain.locations import Location
from profiles.spec import (
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

ChoiceT = TypeVar("ChoiceT", bound=StrEnum)

MAX_XML_CHARACTERS: Final = 64 * 1024
"""Longest entry read; a profile with every field at its limit has about 10,000."""

_OURS: Final = "x-scepadmin"
_SAN_ELEMENTS: Final = {
    SanType.RFC822: "rfc822name",
    SanType.DNS: "dnsname",
    SanType.URI: "uniform-resource-identifier",
}
CHILDREN: Final = {
    "": (
        "scep-challenge",
        "scep-url",
        "ca-identity-name",
        "subject",
        "certificate-attributes",
        "algorithm",
        "digest",
        "use-as-digital-signature",
        "use-for-key-encipherment",
        "fingerprint",
        "scep-ca-cert",
        "scep-client-cert",
        _OURS,
    ),
    "scep-challenge": tuple(Challenge),
    "scep-challenge/dynamic": ("otp-server-url", "username", "password"),
    "certificate-attributes": tuple(_SAN_ELEMENTS.values()),
    "algorithm": ("rsa",),
    "algorithm/rsa": ("rsa-nbits",),
    _OURS: (
        "transport",
        "minimum",
        "renewal",
        "renewal-percent",
        "renewal-days",
        "check-revocation",
    ),
}
"""Which elements stand in which, by the path below the entry."""
_ONE_OF: Final = ("scep-challenge", "certificate-attributes")


class ProfileXmlUnusable(Refused):
    """The XML is not a SCEP profile; the message says what is wrong and where."""


def to_xml(spec: ScepProfileSpec) -> str:
    """Write a profile as an ``entry``; what its challenge and SAN type do not use is left out."""
    spec = spec.relevant()
    entry = etree.Element("entry", name=spec.name)
    _write_challenge(etree.SubElement(entry, "scep-challenge"), spec)
    _add(entry, "scep-url", spec.server_url)
    _add(entry, "ca-identity-name", spec.ca_ident)
    _add(entry, "subject", spec.subject)
    if element := _SAN_ELEMENTS.get(spec.san_type):
        _add(etree.SubElement(entry, "certificate-attributes"), element, spec.san_value)
    rsa = etree.SubElement(etree.SubElement(entry, "algorithm"), "rsa")
    _add(rsa, "rsa-nbits", str(spec.key_bits))
    _add(entry, "digest", spec.digest)
    _add(entry, "use-as-digital-signature", _yes_no(spec.use_as_digital_signature))
    _add(entry, "use-for-key-encipherment", _yes_no(spec.use_for_key_encipherment))
    for element, value in (("fingerprint", spec.fingerprint), *certificate_references(spec)):
        if value:
            _add(entry, element, value)
    _write_ours(entry, spec)
    return etree.tostring(entry, encoding="unicode")


def from_xml(name: str, location: Location, xml: str) -> ScepProfileSpec:
    """Read an ``entry``.

    Elements that are missing get the defaults of the spec; whether the values make a usable
    profile is for ``profiles.rules`` to say.

    Args:
        name: the profile's name; the entry's own ``name`` is not looked at.
        location: where the profile is.
        xml: the entry as text.

    Raises:
        ProfileXmlUnusable: not XML, not an entry, or an element or value that no profile has.
    """
    entry = _Entry(_parse(xml))
    san_type, san_value = entry.san()
    challenge = entry.challenge()
    return ScepProfileSpec(
        name=name,
        location=location,
        challenge=challenge,
        challenge_password=entry.secret("challenge_password", "scep-challenge/fixed"),
        otp_server_url=entry.text("scep-challenge/dynamic/otp-server-url"),
        otp_username=entry.text("scep-challenge/dynamic/username"),
        otp_password=entry.secret("otp_password", "scep-challenge/dynamic/password"),
        server_url=entry.text("scep-url"),
        ca_ident=entry.text("ca-identity-name"),
        subject=entry.text("subject"),
        san_type=san_type,
        san_value=san_value,
        key_bits=entry.number("key_bits", "algorithm/rsa/rsa-nbits", 2048),
        digest=entry.choice("digest", "digest", Digest.SHA256),
        use_as_digital_signature=entry.flag("use_as_digital_signature", "use-as-digital-signature"),
        use_for_key_encipherment=entry.flag("use_for_key_encipherment", "use-for-key-encipherment"),
        fingerprint=entry.text("fingerprint"),
        scep_ca_certificate=entry.text("scep-ca-cert"),
        scep_client_certificate=entry.text("scep-client-cert"),
        transport=entry.choice("transport", f"{_OURS}/transport", Transport.AUTO),
        minimum=entry.choice("minimum", f"{_OURS}/minimum", Minimum.DEFAULT),
        renewal=entry.choice("renewal", f"{_OURS}/renewal", Renewal.PERCENT),
        renewal_percent=entry.number(
            "renewal_percent", f"{_OURS}/renewal-percent", RENEWAL_PERCENT
        ),
        renewal_days=entry.number("renewal_days", f"{_OURS}/renewal-days", RENEWAL_DAYS),
        check_revocation=entry.flag("check_revocation", f"{_OURS}/check-revocation", default=True),
    )


def certificate_references(spec: ScepProfileSpec) -> tuple[tuple[str, str], ...]:
    """Pair the elements that name a certificate with the name there; empty where none is named."""
    return (
        ("scep-ca-cert", spec.scep_ca_certificate),
        ("scep-client-cert", spec.scep_client_certificate),
    )


@dataclass(frozen=True, slots=True)
class _Entry:
    """Reads values out of an entry whose structure has been checked."""

    root: etree._Element

    def text(self, path: str) -> str:
        return self.root.findtext(path) or ""

    def challenge(self) -> Challenge:
        chosen = self.root.find("scep-challenge/*")
        return Challenge.NONE if chosen is None else Challenge(chosen.tag)

    def san(self) -> tuple[SanType, str]:
        for san_type, element in _SAN_ELEMENTS.items():
            value = self.root.findtext(f"certificate-attributes/{element}")
            if value is not None:
                return san_type, value
        return SanType.NONE, ""

    def secret(self, field: str, path: str) -> UUID | None:
        value = self.text(path)
        try:
            return UUID(value) if value else None
        except ValueError:
            # The text may be a password someone put here, so it must not be repeated.
            raise _unusable(field, path, "does not hold a secret of this device") from None

    def number(self, field: str, path: str, default: int) -> int:
        value = self.text(path)
        if value and not (value.isascii() and value.isdigit() and len(value) <= 6):
            raise _unusable(field, path, "is not a number")
        return int(value) if value else default

    def flag(self, field: str, path: str, *, default: bool = False) -> bool:
        value = self.text(path)
        if value not in {"", "yes", "no"}:
            raise _unusable(field, path, "must be yes or no")
        return value == "yes" if value else default

    def choice(self, field: str, path: str, default: ChoiceT) -> ChoiceT:
        value = self.text(path)
        try:
            return type(default)(value) if value else default
        except ValueError:
            known = ", ".join(type(default))
            raise _unusable(field, path, f"must be one of: {known}") from None


def _parse(xml: str) -> etree._Element:
    if len(xml) > MAX_XML_CHARACTERS:
        raise ProfileXmlUnusable("The XML is far longer than any SCEP profile.")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(xml.encode(), parser)
    except (etree.XMLSyntaxError, UnicodeEncodeError) as error:
        raise ProfileXmlUnusable("The text is not well-formed XML.") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise ProfileXmlUnusable("The XML must not have a document type.")
    if root.tag != "entry":
        raise ProfileXmlUnusable("A SCEP profile is an element named entry.")
    _check_children(root, "")
    return root


def _check_children(element: etree._Element, path: str) -> None:
    """Refuse elements that no profile has, doubled ones, and more than one of a choice."""
    allowed = CHILDREN.get(path, ())
    seen: set[str] = set()
    for child in element:
        tag = str(child.tag)
        if tag not in allowed:
            raise ProfileXmlUnusable(f"The element {tag} is unexpected in {path or 'entry'}.")
        if tag in seen or (seen and path in _ONE_OF):
            raise ProfileXmlUnusable(f"The element {path or 'entry'} has one {tag} too many.")
        seen.add(tag)
        _check_children(child, f"{path}/{tag}".lstrip("/"))


def _unusable(field: str, path: str, why: str) -> ProfileXmlUnusable:
    message = f"The element {path} {why}."
    return ProfileXmlUnusable(message, problems=[Problem(field, message)])


def _write_challenge(parent: etree._Element, spec: ScepProfileSpec) -> None:
    chosen = etree.SubElement(parent, spec.challenge.value)
    if spec.challenge is Challenge.FIXED:
        chosen.text = _uuid_text(spec.challenge_password)
    if spec.challenge is Challenge.DYNAMIC:
        _add(chosen, "otp-server-url", spec.otp_server_url)
        _add(chosen, "username", spec.otp_username)
        _add(chosen, "password", _uuid_text(spec.otp_password))


def _write_ours(entry: etree._Element, spec: ScepProfileSpec) -> None:
    values: tuple[tuple[str, object, object], ...] = (
        ("transport", spec.transport, Transport.AUTO),
        ("minimum", spec.minimum, Minimum.DEFAULT),
        ("renewal", spec.renewal, Renewal.PERCENT),
        ("renewal-percent", spec.renewal_percent, RENEWAL_PERCENT),
        ("renewal-days", spec.renewal_days, RENEWAL_DAYS),
        ("check-revocation", _yes_no(spec.check_revocation), "yes"),
    )
    unusual = [(element, value) for element, value, usual in values if value != usual]
    if unusual:
        ours = etree.SubElement(entry, _OURS)
        for element, value in unusual:
            _add(ours, element, str(value))


def _add(parent: etree._Element, tag: str, text: str) -> None:
    etree.SubElement(parent, tag).text = text


def _uuid_text(uuid: UUID | None) -> str:
    return "" if uuid is None else str(uuid)


def _yes_no(value: bool) -> str:  # noqa: FBT001 - a formatter of one flag
    return "yes" if value else "no"
