"""What a SCEP server has to do: S01 to S28."""

from typing import Final

SERVER_LINES: Final = (
    ("S01", "2.9", "GetCACaps, GetCACert, PKCSReq, POST, AES-128-CBC and SHA-256 are served"),
    ("S02", "3.5.2", "Capabilities are plain text lines in the spelling of the RFC"),
    ("S03", "3.5.2", "Only what works is advertised"),
    ("S04", "2.1.2", "CA and RA certificates have the key usage that SCEP wants"),
    ("S05", "4.2.1", "One certificate is sent bare, several as PKCS #7 with the RA first"),
    ("S06", "4.1", "The service answers at the paths that clients append"),
    ("S07", "4.1", "No sign-in, CSRF check or redirect stands before the protocol"),
    ("S08", "4.1", "GET messages are read with the damage that clients do to base64"),
    ("S09", "4.1", "Content types are ignored, bodies are limited"),
    ("S10", "3.1", "BER requests are read; depth and size are limited"),
    ("S11", "3.2.1.2", "Only known message types reach any signing"),
    ("S12", "3.3.1", "Signature, nonce, envelope and request are verified in turn"),
    ("S13", "2.4, 7.3", "Challenges are one-time, expiring, hashed; without one nothing is issued"),
    ("S14", "2.3", "A self-signed certificate proves nobody's identity"),
    ("S15", "2.3, 3.3.1.2", "Renewal needs a valid certificate of this CA with the same subject"),
    ("S16", "3.2.1, 3.3.2", "A reply has all attributes, and copies id and nonce"),
    ("S17", "3.3.2", "FAILURE and PENDING replies have no envelope"),
    ("S18", "3.2.2, 3.3.2.1", "The reply is encrypted to the signer with what the client can"),
    ("S19", "2.6", "The same request gets the same certificate, another one is refused"),
    ("S20", "3.3.3", "A poll without its transaction is refused"),
    ("S21", "3.2.1.1", "A transaction is found by its id and who asks"),
    ("S22", "3.3.4, 3.3.5", "GetCert refuses unknown numbers, GetCRL brings a CRL alone"),
    ("S23", "4.7", "GetNextCACert is signed by the current CA"),
    ("S24", "3.2.2", "Every failure to decrypt looks and takes the same"),
    ("S25", "2.4, 7", "Extensions come from the CA's policy, never from the request alone"),
    ("S26", "4.1", "What cannot be parsed is an HTTP error in plain text"),
    ("S27", "7", "Too many requests at once are told when to come back"),
    ("S28", "2.3", "Certificates begin before now, for clocks that are late"),
)
