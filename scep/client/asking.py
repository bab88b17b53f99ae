"""What GetCert and GetCRL have in common: a certificate is named, no transaction is kept."""

import secrets
from datetime import datetime
from typing import TypeVar

from scep import cms, codec
from scep.client.operation import KnownCa, Sending
from scep.errors import RecipientUnusable
from scep.messages import GetCert, GetCrl, Identity, IssuerAndSerial, TransactionId
from scep.transcript import StepName

QueryT = TypeVar("QueryT", GetCert, GetCrl)

_STAGES = {GetCert: StepName.GET_CERT, GetCrl: StepName.GET_CRL}


def ask(
    kind: type[QueryT], serial: int, *, identity: Identity, ca: KnownCa, now: datetime
) -> Sending:
    """Write a GetCert or a GetCRL.

    It names the CA that issues, not the RA (RFC 8894 sections 3.3.4 and 3.3.5): servers look
    certificates up by it.

    Raises:
        RecipientUnusable: the CA's key cannot encrypt. A challenge password, which could take its
            place, is part of certificate requests only.
    """
    query = kind(
        TransactionId(secrets.token_hex(16)),
        codec.fresh_nonce(),
        IssuerAndSerial(ca.bundle.ca.certificate.subject_der, serial),
    )
    try:
        message = codec.encode_request(
            query,
            signer=identity,
            recipient_der=ca.bundle.recipient.der,
            cipher=ca.algorithms.cipher,
            digest=ca.algorithms.digest,
            now=now,
        )
    except cms.Unreadable as error:
        raise RecipientUnusable(
            f"Nothing can be encrypted for {ca.bundle.recipient.facts.subject}.",
            stage=_STAGES[kind],
            hint="Certificates and CRLs of this CA are to be had by HTTP or LDAP only.",
        ) from error
    return Sending(_STAGES[kind], query, message, identity)
