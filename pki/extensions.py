"""X.509 extensions in words, one fact per line."""

import re
from collections.abc import Callable, Iterable
from typing import Any, Final, cast

from cryptography import x509

from pki import asn1
from pki.errors import UNREADABLE
from pki.names import text
from pki.oids import EXTENDED_KEY_USAGES

MAX_TEXT: Final = 8192
"""Longest explanation of one extension, in characters; hostile ones are cut there."""

_KEY_USAGES: Final = (
    ("digital_signature", "digitalSignature"),
    ("content_commitment", "nonRepudiation"),
    ("key_encipherment", "keyEncipherment"),
    ("data_encipherment", "dataEncipherment"),
    ("key_agreement", "keyAgreement"),
    ("key_cert_sign", "keyCertSign"),
    ("crl_sign", "cRLSign"),
)

_UPN: Final = "1.3.6.1.4.1.311.20.2.3"

_ACCESS_METHODS: Final = {
    "1.3.6.1.5.5.7.48.1": "OCSP",
    "1.3.6.1.5.5.7.48.2": "CA certificate",
    "1.3.6.1.5.5.7.48.5": "CA repository",
}


def key_usages(usage: x509.KeyUsage) -> tuple[str, ...]:
    """The bits that are set, with their RFC 5280 names."""
    names = [name for attribute, name in _KEY_USAGES if getattr(usage, attribute)]
    if usage.key_agreement:
        # The two are only defined beside keyAgreement.
        names += ["encipherOnly"] if usage.encipher_only else []
        names += ["decipherOnly"] if usage.decipher_only else []
    return tuple(names)


def extended_key_usages(usage: x509.ExtendedKeyUsage) -> tuple[str, ...]:
    """Names of the purposes; the OID where there is none."""
    return tuple(EXTENDED_KEY_USAGES.get(oid.dotted_string, oid.dotted_string) for oid in usage)


def general_name(name: x509.GeneralName) -> str:
    """One alternative name with its kind: ``"DNS:fw.example.com"``."""
    match name:
        case x509.DNSName():
            return f"DNS:{name.value}"
        case x509.RFC822Name():
            return f"email:{name.value}"
        case x509.UniformResourceIdentifier():
            return f"URI:{name.value}"
        case x509.IPAddress():
            return f"IP:{name.value}"
        case _:
            return _rare_general_name(name)


def _rare_general_name(name: x509.GeneralName) -> str:
    if isinstance(name, x509.DirectoryName):
        return f"directory:{text(name.value)}"
    if isinstance(name, x509.RegisteredID):
        return f"registered ID:{name.value.dotted_string}"
    # X.400 addresses and EDI party names are not loaded at all: what is left is otherName. Its
    # value is DER, and a UTF8String where Microsoft puts a user principal name.
    other = cast("x509.OtherName", name)
    if other.type_id.dotted_string == _UPN:
        return f"UPN:{other.value[2:].decode('utf-8', 'replace')}"
    return f"{other.type_id.dotted_string}:{other.value.hex()}"


def explain(value: x509.ExtensionType) -> str:
    """Say what an extension means; hex of its value when nobody here knows it."""
    writer = _WRITERS.get(type(value))
    lines = writer(value) if writer else [hex_text(value.public_bytes())]
    whole = "\n".join(lines)
    return whole if len(whole) <= MAX_TEXT else f"{whole[:MAX_TEXT]} ... (cut)"


def hex_text(value: bytes) -> str:
    """Octets as lower-case hex pairs with colons."""
    return value.hex(":")


def _basic_constraints(value: x509.BasicConstraints) -> list[str]:
    if not value.ca:
        return ["Not a CA: it cannot issue certificates"]
    if value.path_length is None:
        return ["CA: it may issue certificates, any number of CAs below it"]
    return [f"CA: it may issue certificates, at most {value.path_length} CAs below it"]


def _alternative_names(
    value: x509.SubjectAlternativeName | x509.IssuerAlternativeName,
) -> list[str]:
    return [general_name(name) for name in value]


def _authority_key(value: x509.AuthorityKeyIdentifier) -> list[str]:
    lines = [f"Key ID {hex_text(value.key_identifier)}"] if value.key_identifier else []
    lines += [f"Issuer {general_name(name)}" for name in value.authority_cert_issuer or ()]
    if value.authority_cert_serial_number is not None:
        lines.append(f"Serial {value.authority_cert_serial_number:X}")
    return lines or ["Empty"]


def _points(value: Iterable[x509.DistributionPoint]) -> list[str]:
    lines = []
    for point in value:
        lines += [general_name(name) for name in point.full_name or ()]
        if point.relative_name:
            lines.append(f"Relative to the CRL issuer: {text(x509.Name([point.relative_name]))}")
        lines += [f"CRL issuer {general_name(name)}" for name in point.crl_issuer or ()]
    return lines


def _access(value: Iterable[x509.AccessDescription]) -> list[str]:
    lines = []
    for item in value:
        method = item.access_method.dotted_string
        lines.append(f"{_ACCESS_METHODS.get(method, method)}: {general_name(item.access_location)}")
    return lines


def _policies(value: x509.CertificatePolicies) -> list[str]:
    lines = []
    for policy in value:
        lines.append(f"Policy {policy.policy_identifier.dotted_string}")
        for qualifier in policy.policy_qualifiers or ():
            if isinstance(qualifier, str):
                lines.append(f"  Practice statement: {qualifier}")
            else:
                lines.append(f"  Notice: {qualifier.explicit_text or 'by reference'}")
    return lines


def _template(value: x509.MSCertificateTemplate) -> list[str]:
    version = "" if value.major_version is None else f", version {value.major_version}"
    minor = "" if value.minor_version is None else f".{value.minor_version}"
    return [f"Template {value.template_id.dotted_string}{version}{minor}"]


def _name_constraints(value: x509.NameConstraints) -> list[str]:
    permitted = [f"Permitted {general_name(name)}" for name in value.permitted_subtrees or ()]
    excluded = [f"Excluded {general_name(name)}" for name in value.excluded_subtrees or ()]
    return permitted + excluded


def _policy_constraints(value: x509.PolicyConstraints) -> list[str]:
    lines = []
    if value.require_explicit_policy is not None:
        lines.append(f"An explicit policy is needed after {value.require_explicit_policy} CAs")
    if value.inhibit_policy_mapping is not None:
        lines.append(f"Policy mapping is forbidden after {value.inhibit_policy_mapping} CAs")
    return lines


def _unrecognized(value: x509.UnrecognizedExtension) -> list[str]:
    reader = _MICROSOFT.get(value.oid.dotted_string)
    if reader is None:
        return [hex_text(value.value)]
    try:
        return reader(value.value)
    except UNREADABLE:
        return [hex_text(value.value)]


def _application_policies(value: bytes) -> list[str]:
    oids = [asn1.plain(asn1.children(policy)[0]) for policy in asn1.children(value)]
    return [EXTENDED_KEY_USAGES.get(oid, oid) for oid in oids]


def _security_identifier(value: bytes) -> list[str]:
    # An otherName around the SID as ASCII; the text is unmistakable.
    found = re.search(rb"S-1-[0-9-]{3,180}", value)
    return [found[0].decode("ascii") if found else hex_text(value)]


_MICROSOFT: Final[dict[str, Callable[[bytes], list[str]]]] = {
    "1.3.6.1.4.1.311.20.2": lambda value: [asn1.plain(value)],
    "1.3.6.1.4.1.311.21.1": lambda value: [asn1.plain(value)],
    "1.3.6.1.4.1.311.21.10": _application_policies,
    "1.3.6.1.4.1.311.25.2": _security_identifier,
    "2.16.840.1.113730.1.13": lambda value: [asn1.plain(value)],
}

_WRITERS: Final[dict[type[x509.ExtensionType], Callable[[Any], list[str]]]] = {
    x509.AuthorityInformationAccess: _access,
    x509.AuthorityKeyIdentifier: _authority_key,
    x509.BasicConstraints: _basic_constraints,
    x509.CRLDistributionPoints: _points,
    x509.CertificatePolicies: _policies,
    x509.ExtendedKeyUsage: lambda value: list(extended_key_usages(value)),
    x509.FreshestCRL: _points,
    x509.InhibitAnyPolicy: lambda value: [f"After {value.skip_certs} CAs"],
    x509.IssuerAlternativeName: _alternative_names,
    x509.KeyUsage: lambda value: list(key_usages(value)),
    x509.MSCertificateTemplate: _template,
    x509.NameConstraints: _name_constraints,
    x509.OCSPNoCheck: lambda _: ["The responder's certificate is not checked for revocation"],
    x509.PolicyConstraints: _policy_constraints,
    x509.SubjectAlternativeName: _alternative_names,
    x509.SubjectInformationAccess: _access,
    x509.SubjectKeyIdentifier: lambda value: [f"Key ID {hex_text(value.digest)}"],
    x509.TLSFeature: lambda value: [feature.name for feature in value],
    x509.UnrecognizedExtension: _unrecognized,
}
