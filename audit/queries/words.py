"""How exchanges, and what came of them, are called."""

from typing import Final

WORDS: Final = {"passed": "Passed", "warned": "Warning", "failed": "Failed", "": "Running"}
TITLES: Final = {
    "fetch-ca": "CA certificate",
    "next-ca": "Next CA certificate",
    "status": "Revocation check",
    "enroll": "Certificate request",
    "renew": "Renewal request",
    "poll": "Poll for the certificate",
    "test": "Test",
    "rehearse": "Trial enrollment",
}
TONES: Final = {"passed": "ok", "warned": "warn", "failed": "error", "": "busy"}
