"""GetCert: a certificate that was issued before, from the CA's store."""

from dataclasses import dataclass, field

from scep import cms, messages
from scep.client.asking import Question
from scep.client.words import certificate_details
from scep.errors import NotOurCertificate, ReplyUnreadable
from scep.issued import find_issuer
from scep.messages import CertRep
from scep.transcript import Outcome, Step, StepName


@dataclass(frozen=True, slots=True)
class FoundCertificate:
    """The certificate asked for, and what came with it."""

    certificate_der: bytes = field(repr=False)
    others_der: tuple[bytes, ...] = field(default=(), repr=False)


class GetCert(Question[FoundCertificate]):
    """GetCert: asks a CA for a certificate by its serial number (RFC 8894 section 3.3.4)."""

    kind = messages.GetCert
    stage = StepName.GET_CERT

    def accept(self, rep: CertRep) -> FoundCertificate:
        """Find the certificate with the number asked for, and verify that the CA issued it."""
        try:
            certificates = [cms.read_certificate(der) for der in dict.fromkeys(rep.certificates)]
            found = [one for one in certificates if one.serial == self._serial]
            if len(found) != 1:
                raise _not_found(certificates, self._serial)
            others = [one for one in certificates if one is not found[0]]
            find_issuer(found[0], others, [one.certificate for one in self._ca.bundle.issuers])
        except cms.Unreadable as error:
            raise ReplyUnreadable(error.fact, stage=StepName.MATCH) from error
        self._record(
            Step(
                StepName.MATCH,
                Outcome.PASSED,
                "The certificate has the number asked for and is signed by the CA.",
                details=certificate_details(found[0]),
            )
        )
        return FoundCertificate(found[0].der, tuple(one.der for one in others))


def _not_found(certificates: list[cms.Certificate], serial: int) -> NotOurCertificate:
    return NotOurCertificate(
        "The reply does not hold the certificate asked for.",
        stage=StepName.MATCH,
        hint="Check the serial number, and the CA-IDENT if the server has several CAs.",
        details=(
            ("Asked for", cms.serial_text(serial)),
            *(("Received", f"{one.serial_hex}, {one.subject}") for one in certificates),
        ),
    )
