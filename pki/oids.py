"""Names that people use for object identifiers."""

from typing import Final

ATTRIBUTE_OIDS: Final[dict[str, str]] = {
    "CN": "2.5.4.3",
    "SN": "2.5.4.4",
    "serialNumber": "2.5.4.5",
    "C": "2.5.4.6",
    "L": "2.5.4.7",
    "ST": "2.5.4.8",
    "street": "2.5.4.9",
    "O": "2.5.4.10",
    "OU": "2.5.4.11",
    "T": "2.5.4.12",
    "description": "2.5.4.13",
    "businessCategory": "2.5.4.15",
    "postalCode": "2.5.4.17",
    "telephoneNumber": "2.5.4.20",
    "name": "2.5.4.41",
    "GN": "2.5.4.42",
    "initials": "2.5.4.43",
    "generationQualifier": "2.5.4.44",
    "dnQualifier": "2.5.4.46",
    "pseudonym": "2.5.4.65",
    "organizationIdentifier": "2.5.4.97",
    "UID": "0.9.2342.19200300.100.1.1",
    "DC": "0.9.2342.19200300.100.1.25",
    "emailAddress": "1.2.840.113549.1.9.1",
    "unstructuredName": "1.2.840.113549.1.9.2",
    "unstructuredAddress": "1.2.840.113549.1.9.8",
    "jurisdictionL": "1.3.6.1.4.1.311.60.2.1.1",
    "jurisdictionST": "1.3.6.1.4.1.311.60.2.1.2",
    "jurisdictionC": "1.3.6.1.4.1.311.60.2.1.3",
}
"""Attribute types in the spelling we show."""

ATTRIBUTE_ALIASES: Final[dict[str, str]] = {
    "e": "emailAddress",
    "email": "emailAddress",
    "commonName": "CN",
    "surname": "SN",
    "countryName": "C",
    "localityName": "L",
    "s": "ST",
    "stateOrProvinceName": "ST",
    "streetAddress": "street",
    "organizationName": "O",
    "organizationalUnitName": "OU",
    "title": "T",
    "givenName": "GN",
    "userId": "UID",
    "domainComponent": "DC",
}
"""Other spellings that are understood."""

ATTRIBUTE_NAMES: Final[dict[str, str]] = {oid: name for name, oid in ATTRIBUTE_OIDS.items()}

EXTENDED_KEY_USAGES: Final[dict[str, str]] = {
    "1.3.6.1.5.5.7.3.1": "serverAuth",
    "1.3.6.1.5.5.7.3.2": "clientAuth",
    "1.3.6.1.5.5.7.3.3": "codeSigning",
    "1.3.6.1.5.5.7.3.4": "emailProtection",
    "1.3.6.1.5.5.7.3.5": "ipsecEndSystem",
    "1.3.6.1.5.5.7.3.6": "ipsecTunnel",
    "1.3.6.1.5.5.7.3.7": "ipsecUser",
    "1.3.6.1.5.5.7.3.8": "timeStamping",
    "1.3.6.1.5.5.7.3.9": "OCSPSigning",
    "1.3.6.1.5.5.7.3.17": "ipsecIKE",
    "1.3.6.1.5.5.8.2.2": "ipsecIntermediate",
    "1.3.6.1.4.1.311.10.3.4": "encryptingFileSystem",
    "1.3.6.1.4.1.311.10.3.12": "documentSigning",
    "1.3.6.1.4.1.311.20.2.1": "certificateRequestAgent",
    "1.3.6.1.4.1.311.20.2.2": "smartcardLogon",
    "2.5.29.37.0": "anyExtendedKeyUsage",
}

EXTENSIONS: Final[dict[str, str]] = {
    "2.5.29.9": "Subject directory attributes",
    "2.5.29.14": "Subject key identifier",
    "2.5.29.15": "Key usage",
    "2.5.29.16": "Private key usage period",
    "2.5.29.17": "Subject alternative name",
    "2.5.29.18": "Issuer alternative name",
    "2.5.29.19": "Basic constraints",
    "2.5.29.30": "Name constraints",
    "2.5.29.31": "CRL distribution points",
    "2.5.29.32": "Certificate policies",
    "2.5.29.33": "Policy mappings",
    "2.5.29.35": "Authority key identifier",
    "2.5.29.36": "Policy constraints",
    "2.5.29.37": "Extended key usage",
    "2.5.29.46": "Freshest CRL",
    "2.5.29.54": "Inhibit any policy",
    "1.3.6.1.5.5.7.1.1": "Authority information access",
    "1.3.6.1.5.5.7.1.11": "Subject information access",
    "1.3.6.1.5.5.7.1.24": "TLS feature",
    "1.3.6.1.5.5.7.48.1.5": "OCSP no check",
    "1.3.6.1.4.1.311.20.2": "Microsoft template name",
    "1.3.6.1.4.1.311.21.1": "Microsoft CA version",
    "1.3.6.1.4.1.311.21.7": "Microsoft certificate template",
    "1.3.6.1.4.1.311.21.10": "Microsoft application policies",
    "1.3.6.1.4.1.311.25.2": "Microsoft security identifier (SID)",
    "1.3.6.1.4.1.11129.2.4.2": "Signed certificate timestamps",
    "2.16.840.1.113730.1.1": "Netscape certificate type",
    "2.16.840.1.113730.1.13": "Netscape comment",
}

PUBLIC_KEYS: Final[dict[str, str]] = {
    "1.2.840.113549.1.1.1": "RSA",
    "1.2.840.113549.1.1.7": "RSA-OAEP",
    "1.2.840.113549.1.1.10": "RSA-PSS",
    "1.2.840.10045.2.1": "EC",
    "1.2.840.10040.4.1": "DSA",
}
"""Kinds of public keys, for those that ``cryptography`` cannot load."""

SIGNATURES: Final[dict[str, tuple[str, str]]] = {
    "1.2.840.113549.1.1.2": ("MD2", "RSA"),
    "1.2.840.113549.1.1.4": ("MD5", "RSA"),
    "1.2.840.113549.1.1.5": ("SHA-1", "RSA"),
    "1.2.840.113549.1.1.10": ("", "RSA-PSS"),
    "1.2.840.113549.1.1.11": ("SHA-256", "RSA"),
    "1.2.840.113549.1.1.12": ("SHA-384", "RSA"),
    "1.2.840.113549.1.1.13": ("SHA-512", "RSA"),
    "1.2.840.113549.1.1.14": ("SHA-224", "RSA"),
    "1.3.14.3.2.29": ("SHA-1", "RSA"),
    "1.2.840.10045.4.1": ("SHA-1", "ECDSA"),
    "1.2.840.10045.4.3.1": ("SHA-224", "ECDSA"),
    "1.2.840.10045.4.3.2": ("SHA-256", "ECDSA"),
    "1.2.840.10045.4.3.3": ("SHA-384", "ECDSA"),
    "1.2.840.10045.4.3.4": ("SHA-512", "ECDSA"),
    "1.2.840.10040.4.3": ("SHA-1", "DSA"),
    "2.16.840.1.101.3.4.3.2": ("SHA-256", "DSA"),
    "1.3.101.112": ("", "Ed25519"),
    "1.3.101.113": ("", "Ed448"),
}
"""Signature algorithm -> (digest, kind of key); the digest is empty where it is fixed."""


_STRUCTURE: Final[dict[str, str]] = {
    "1.2.840.10045.3.1.7": "P-256",
    "1.3.132.0.34": "P-384",
    "1.3.132.0.35": "P-521",
    "1.3.6.1.5.5.7.2.1": "certification practice statement",
    "1.3.6.1.5.5.7.2.2": "user notice",
    "1.3.6.1.5.5.7.48.1": "OCSP",
    "1.3.6.1.5.5.7.48.2": "CA certificate",
    "1.3.6.1.5.5.7.48.5": "CA repository",
    "1.3.6.1.4.1.311.20.2.3": "user principal name",
    "2.5.29.32.0": "any policy",
}


def object_name(oid: str) -> str:
    """Say an object identifier with its name, ``"2.5.4.3 (CN)"``; alone when it has none here."""
    for names in (ATTRIBUTE_NAMES, EXTENSIONS, EXTENDED_KEY_USAGES, PUBLIC_KEYS, _STRUCTURE):
        if oid in names:
            return f"{oid} ({names[oid]})"
    return f"{oid} ({signature_words(oid)})" if oid in SIGNATURES else oid


def signature_words(oid: str) -> str:
    """Say a signature algorithm, ``"SHA-256 with RSA"``; the OID itself when unknown."""
    digest, key = SIGNATURES.get(oid, ("", oid))
    return f"{digest} with {key}" if digest else key
