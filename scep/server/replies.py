"""What a CA answers: CertRep messages, and the bodies of the other operations."""

from collections.abc import Sequence
from dataclasses import dataclass

from scep import cms, codec
from scep.errors import FailureReason
from scep.messages import CertRep, Signer
from scep.server.requests import Answerable, BadRequest, ServerRequest
from scep.vocabulary import Capability, Cipher, Digest, FailInfo, MediaType, PkiStatus


def certrep_success(
    request: ServerRequest,
    issued_der: bytes,
    *,
    chain: Sequence[bytes] = (),
    signer: Signer,
    legacy: bool = False,
) -> bytes:
    """Write the reply that carries a certificate, encrypted to the request's signer.

    Args:
        request: what is answered.
        issued_der: the certificate.
        chain: certificates to send along.
        signer: CA or RA certificate with its key.
        legacy: answer SHA-1 with SHA-1, and 3DES or single DES with 3DES; otherwise the reply is
            never weaker than AES-128 with SHA-256.

    Raises:
        BadRequest: nothing can be encrypted to the request's signer, and the request has no
            challenge password to encrypt with instead.
    """
    contents = _Contents(certificates=(issued_der, *chain))
    return _granting(request, contents, signer, legacy=legacy)


def certrep_certificates(
    request: ServerRequest,
    certificates: Sequence[bytes],
    *,
    signer: Signer,
    legacy: bool = False,
) -> bytes:
    """Write the answer to a GetCert, which holds certificates only (RFC 8894 section 3.3.4).

    Arguments and errors as for :func:`certrep_success`.
    """
    return _granting(request, _Contents(tuple(certificates)), signer, legacy=legacy)


def certrep_crl(
    request: ServerRequest, crl_der: bytes, *, signer: Signer, legacy: bool = False
) -> bytes:
    """Write the answer to a GetCRL, which holds one CRL only (RFC 8894 section 3.3.5).

    Arguments and errors as for :func:`certrep_success`.
    """
    return _granting(request, _Contents(crls=(crl_der,)), signer, legacy=legacy)


def certrep_failure(
    request: Answerable,
    fail_info: FailInfo,
    *,
    text: str = "",
    signer: Signer,
    legacy: bool = False,
) -> bytes:
    """Write the reply that refuses.

    Args:
        request: what is answered.
        fail_info: the reason.
        text: goes out as failInfoText; whoever asked reads it, so no secrets.
        signer: CA or RA certificate with its key.
        legacy: answer SHA-1 with SHA-1.
    """
    return _without_envelope(
        request, PkiStatus.FAILURE, FailureReason(fail_info, text), signer, legacy=legacy
    )


def certrep_pending(request: Answerable, *, signer: Signer, legacy: bool = False) -> bytes:
    """Write the reply that puts off; arguments as for :func:`certrep_failure`."""
    return _without_envelope(request, PkiStatus.PENDING, None, signer, legacy=legacy)


def caps_reply(capabilities: Sequence[Capability | str]) -> bytes:
    """Write a GetCACaps body, one keyword a line; serve it as ``text/plain`` without charset."""
    return "".join(f"{capability}\n" for capability in capabilities).encode()


def cacert_reply(certificates: Sequence[bytes]) -> tuple[str, bytes]:
    """Write a GetCACert body: content type and bytes.

    Args:
        certificates: the CA certificate alone, or RA certificates first and then the CA; the
            order is kept, because simple clients go by it.
    """
    if len(certificates) == 1:
        return MediaType.CA_CERT, certificates[0]
    return MediaType.CA_RA_CERT, cms.write_certificates(certificates)


def next_ca_reply(certificates: Sequence[bytes], *, signer: Signer) -> tuple[str, bytes]:
    """Write a GetNextCACert body: content type and bytes (RFC 8894 section 4.7.1).

    Args:
        certificates: the CA certificate to come, and what else belongs to it.
        signer: the current CA certificate with its key.
    """
    body = cms.sign(
        cms.write_certificates(certificates),
        {},
        signer=signer,
        digest=Digest.SHA_256,
        certificates=(signer.certificate_der,),
    )
    return MediaType.NEXT_CA_CERT, body


@dataclass(frozen=True, slots=True)
class _Contents:
    """What goes into the envelope: certificates or CRLs."""

    certificates: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()


def _granting(
    request: ServerRequest, contents: _Contents, signer: Signer, *, legacy: bool
) -> bytes:
    rep = CertRep(
        transaction_id=request.transaction_id,
        status=PkiStatus.SUCCESS,
        sender_nonce=codec.fresh_nonce(),
        digest=_digest(request, legacy=legacy),
        certificates=contents.certificates,
        crls=contents.crls,
        cipher=_cipher(request, legacy=legacy),
    )
    try:
        return codec.encode_reply(
            rep,
            recipient_nonce=request.sender_nonce,
            recipient_der=request.signer_certificate_der,
            signer=signer,
            password=request.challenge,
        )
    except cms.Unreadable as error:
        raise BadRequest(error.fact, fail_info=FailInfo.BAD_ALG, answerable=request) from error


def _without_envelope(
    request: Answerable,
    status: PkiStatus,
    reason: FailureReason | None,
    signer: Signer,
    *,
    legacy: bool,
) -> bytes:
    rep = CertRep(
        transaction_id=request.transaction_id,
        status=status,
        sender_nonce=codec.fresh_nonce(),
        digest=_digest(request, legacy=legacy),
        reason=reason,
    )
    return codec.encode_reply(
        rep, recipient_nonce=request.sender_nonce, recipient_der=b"", signer=signer
    )


def _digest(request: Answerable, *, legacy: bool) -> Digest:
    asked = request.request_digest
    if asked in {Digest.SHA_384, Digest.SHA_512} or (asked is Digest.SHA_1 and legacy):
        return asked
    return Digest.SHA_256


def _cipher(request: ServerRequest, *, legacy: bool) -> Cipher:
    if not request.request_cipher.is_weak:
        return request.request_cipher
    # Whoever speaks single DES reads triple DES; single DES is never sent.
    return Cipher.DES3 if legacy else Cipher.AES_128
