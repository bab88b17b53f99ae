"""Rows of the demo CA's database, made without a client."""

from datetime import datetime

from democa.models import EnrollmentRequest, IssuedCertificate
from pki import csr, names
from pki.csr import CsrSpec
from tests import issuing


def held_request(now: datetime, number: int = 1) -> EnrollmentRequest:
    csr_der = csr.build(CsrSpec(names.parse(f"CN=fw-0{number}")), issuing.rsa_key("held"))
    return EnrollmentRequest.objects.create(
        transaction_id=f"T{number}",
        state="held",
        subject=f"CN=fw-0{number}",
        csr_der=csr_der,
        csr_sha256="",
        signer_key_sha256="",
        address="192.0.2.7",
        received_at=now,
    )


def certificate(
    now: datetime, number: int = 1, *, not_after: datetime | None = None
) -> IssuedCertificate:
    return IssuedCertificate.objects.create(
        request=held_request(now, number),
        serial_hex=f"AA{number:04d}",
        certificate_der=b"",
        not_before=now,
        not_after=not_after or now,
        issued_at=now,
    )
