"""The PKCSReq of somebody who has no certificate yet."""

from datetime import datetime

from scep import cms, codec
from scep.cacert import CaBundle
from scep.capabilities import Algorithms
from scep.messages import Identity, PkcsReq
from scep.prepare.prepared import EnrollmentKey, PreparedRequest
from scep.prepare.writing import Draft, read_csr, transaction_id, write
from scep.transcript import Recorder, drop


def prepare(
    *,
    csr_der: bytes,
    key: EnrollmentKey,
    bundle: CaBundle,
    algorithms: Algorithms,
    now: datetime,
    record: Recorder = drop,
) -> PreparedRequest:
    """Make the PKCSReq for a CSR.

    The transaction id is the SHA-256 of the public key in hexadecimal, as is usual
    (section 3.2.1.1 asks for something unique). NDES answers a repeated id with the certificate
    it issued before, so a key that was used before gets 16 random bytes into the hash.

    Args:
        csr_der: PKCS#10 request, made with the same key.
        key: signs the message with a self-signed certificate of its own (section 2.3).
        bundle: holds the certificate to encrypt to.
        algorithms: from :func:`scep.capabilities.choose`.
        now: for the signing time and the self-signed certificate's validity.
        record: takes the step "Algorithms", with the reasons.

    Raises:
        CsrUnusable: the CSR is not readable or belongs to another key.
        ChallengeMissing: the server's key cannot encrypt, and the CSR has no challenge password
            to encrypt with instead.
        RecipientUnusable: the server's certificate has a key that cannot be used at all.
    """
    csr = read_csr(csr_der, key)
    signer_der = cms.self_signed(csr, key.private_key, digest=algorithms.digest, now=now)
    name = transaction_id(csr, used_before=key.used_before)
    draft = Draft(
        PkcsReq(name, codec.fresh_nonce(), csr_der, csr.challenge),
        Identity(signer_der, key.private_key),
    )
    return write(draft, bundle=bundle, algorithms=algorithms, now=now, record=record)
