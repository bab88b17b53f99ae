"""The step of a request that was made: what it asks for, never its challenge password."""

from pki.csr import CsrSpec
from scep.transcript import Outcome, Step, StepName


def csr_step(spec: CsrSpec, csr_der: bytes, *, subject: str, duration_ms: float = 0.0) -> Step:
    """Tell what a certificate request asks for.

    Args:
        spec: what it was made of.
        csr_der: the request, for its size.
        subject: the name asked for, as people read it.
        duration_ms: how long it took to make.
    """
    usages = {
        "digitalSignature": spec.digital_signature,
        "keyEncipherment": spec.key_encipherment,
    }
    names = ", ".join(f"{san.kind}:{san.value}" for san in spec.san)
    digest = spec.digest.upper().replace("SHA", "SHA-")
    details = (
        ("Subject", subject),
        ("Subject alternative name", names or "none"),
        ("Key usage", ", ".join(name for name, on in usages.items() if on) or "none"),
        ("Digest", digest),
        ("Challenge password", "included, not shown" if spec.challenge_password else "none"),
        ("Size", f"{len(csr_der):,} bytes"),
    )
    fact = f"The request for {subject} is signed with {digest}."
    return Step(StepName.CSR, Outcome.PASSED, fact, details=details, duration_ms=duration_ms)
