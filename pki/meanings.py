"""What the parts of a certificate are for, in plain words, to stand beside the raw values."""

from typing import Final

EXTENSIONS: Final = {
    "2.5.29.9": "More about its owner, such as a date of birth.",
    "2.5.29.14": "Names this certificate's key, so that issuer and issued find each other.",
    "2.5.29.15": "What the key may be used for. Other uses are refused.",
    "2.5.29.16": "When the private key may sign; it may end before the certificate does.",
    "2.5.29.17": "The names it is good for. Clients look here and not at the subject.",
    "2.5.29.18": "Other names of the issuer.",
    "2.5.29.19": "Whether it may issue certificates, and how many CAs may follow below it.",
    "2.5.29.30": "The names that certificates below this CA may have.",
    "2.5.29.31": "Where its CA publishes which certificates it has revoked.",
    "2.5.29.32": "Under which rules it was issued.",
    "2.5.29.33": "Which policies of another CA count as which of its own.",
    "2.5.29.35": "Which key of the issuer signed it; it fits the issuer's subject key identifier.",
    "2.5.29.36": "How strictly policies bind the certificates below it.",
    "2.5.29.37": "For which purposes it may be used; without it for all.",
    "2.5.29.46": "Where the newest changes to the CA's revocation list are.",
    "2.5.29.54": "From where on the wildcard policy does not count any more.",
    "1.3.6.1.5.5.7.1.1": "Where the issuer's certificate and its OCSP responder are.",
    "1.3.6.1.5.5.7.1.11": "Where its owner offers services.",
    "1.3.6.1.5.5.7.1.24": "What a TLS server with it must do, such as send its OCSP status.",
    "1.3.6.1.5.5.7.48.1.5": "It signs OCSP answers and is not looked up itself.",
    "1.3.6.1.4.1.311.20.2": "Which template of a Microsoft CA it was issued by.",
    "1.3.6.1.4.1.311.21.1": "How often the Microsoft CA has renewed its certificate and its key.",
    "1.3.6.1.4.1.311.21.7": "Which template of a Microsoft CA it was issued by.",
    "1.3.6.1.4.1.311.21.10": "For which purposes, as Microsoft's programs read it.",
    "1.3.6.1.4.1.311.25.2": "Which account in Active Directory it belongs to.",
    "1.3.6.1.4.1.11129.2.4.2": "Proof that it stands in public logs of certificates.",
    "2.16.840.1.113730.1.1": "For which purposes, as old browsers read it.",
    "2.16.840.1.113730.1.13": "A remark that nothing reads.",
}
"""What an extension is for, by OID."""

VALUES: Final = {
    "digitalSignature": "signs what it sends: TLS handshakes, SCEP messages",
    "nonRepudiation": "signs documents that its owner cannot deny later",
    "keyEncipherment": "decrypts keys sent to it: TLS with RSA, SCEP answers",
    "dataEncipherment": "decrypts data itself; rare",
    "keyAgreement": "agrees on keys: (EC)DH",
    "keyCertSign": "signs certificates: a CA",
    "cRLSign": "signs revocation lists",
    "encipherOnly": "agrees on keys to encrypt only",
    "decipherOnly": "agrees on keys to decrypt only",
    "serverAuth": "TLS servers",
    "clientAuth": "TLS clients, VPN users",
    "codeSigning": "signed programs",
    "emailProtection": "S/MIME",
    "ipsecEndSystem": "IPsec hosts",
    "ipsecTunnel": "IPsec gateways",
    "ipsecUser": "IPsec users",
    "timeStamping": "time stamps",
    "OCSPSigning": "OCSP answers",
    "ipsecIKE": "IPsec, as RFC 4945 has it",
    "ipsecIntermediate": "IPsec, as old clients have it",
    "encryptingFileSystem": "encrypted files of Windows",
    "documentSigning": "signed documents",
    "certificateRequestAgent": "requests for others: registration authorities",
    "smartcardLogon": "sign-in with a smart card",
    "anyExtendedKeyUsage": "every purpose",
    "status_request": "the server must send its OCSP status",
    "status_request_v2": "the server must send the OCSP status of its whole chain",
}
"""What one value of key usage, extended key usage or TLS feature allows."""

CRITICAL: Final = "Whoever does not understand it must refuse the certificate."
