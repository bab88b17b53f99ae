"""Message values keep their secrets to themselves."""

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from scep.messages import Identity, Nonce, PkcsReq, TransactionId


def test_no_value_shows_its_secrets(device_key: RSAPrivateKey) -> None:
    identity = Identity(b"certificate", device_key)
    request = PkcsReq(TransactionId("id"), Nonce(b"n"), b"the challenge stands in here")

    assert repr(identity) == "Identity()"
    assert repr(request) == "PkcsReq(transaction_id='id', sender_nonce=b'n')"
