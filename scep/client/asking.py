"""What GetCert and GetCRL have in common: a certificate is named, no transaction is kept."""

import secrets
from datetime import datetime
from typing import ClassVar, TypeVar

from scep import cms, codec
from scep.client.operation import KnownCa, PkiOperation, Sending
from scep.errors import RecipientUnusable
from scep.messages import GetCert, GetCrl, Identity, IssuerAndSerial, TransactionId
from scep.transcript import Recorder, StepName, drop

ResultT = TypeVar("ResultT")


class Question(PkiOperation[ResultT]):
    """A message about a certificate that was issued before.

    It names the CA that issues, not the RA (RFC 8894 sections 3.3.4 and 3.3.5): servers look
    certificates up by it.

    Attributes:
        kind: what is sent.
        stage: the step it belongs to.
    """

    kind: ClassVar[type[GetCert] | type[GetCrl]]
    stage: ClassVar[StepName]

    def __init__(
        self,
        *,
        serial: int,
        identity: Identity,
        ca: KnownCa,
        now: datetime,
        record: Recorder = drop,
    ) -> None:
        """Ask a CA about a certificate.

        Args:
            serial: the number of the certificate.
            identity: who asks: a certificate of this CA with its key, as most servers want.
            ca: whom to ask.
            now: for the signing time, and whether what comes back is out of date.
            record: takes the steps.

        Raises:
            RecipientUnusable: the CA's key cannot encrypt. A challenge password, which could take
                its place, is part of certificate requests only.
        """
        named = IssuerAndSerial(ca.bundle.ca.certificate.subject_der, serial)
        question = self.kind(TransactionId(secrets.token_hex(16)), codec.fresh_nonce(), named)
        try:
            message = codec.encode_request(
                question,
                signer=identity,
                recipient_der=ca.bundle.recipient.der,
                cipher=ca.algorithms.cipher,
                digest=ca.algorithms.digest,
                now=now,
            )
        except cms.Unreadable as error:
            raise RecipientUnusable(
                f"Nothing can be encrypted for {ca.bundle.recipient.facts.subject}.",
                stage=self.stage,
                hint="Certificates and CRLs of this CA are to be had by HTTP or LDAP only.",
            ) from error
        super().__init__(Sending(self.stage, question, message, identity), ca, record=record)
        self._serial = serial
        self._now = now
