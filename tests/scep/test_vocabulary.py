"""The words of RFC 8894."""

import pytest

from scep.vocabulary import Cipher, Digest, FailInfo, describe_hresult


def test_every_failure_has_its_keyword_a_meaning_and_an_advice() -> None:
    keywords = [info.keyword for info in FailInfo]

    assert keywords == ["badAlg", "badMessageCheck", "badRequest", "badTime", "badCertId"]
    assert all(info.meaning.endswith(".") and info.advice.endswith(".") for info in FailInfo)


def test_bad_request_advises_to_look_at_the_challenge_first() -> None:
    assert "challenge password that is wrong" in FailInfo.BAD_REQUEST.advice


@pytest.mark.parametrize(
    ("hresult", "words"),
    [
        pytest.param(-2147024809, "0x80070057, a parameter is wrong", id="as NDES sends it"),
        pytest.param(0x80094800, "0x80094800, the certification authority does not", id="unsigned"),
        pytest.param(1, "0x00000001, no description known", id="unknown"),
    ],
)
def test_a_microsoft_error_is_put_into_words(hresult: int, words: str) -> None:
    assert describe_hresult(hresult).startswith(words)


def test_weak_algorithms_are_named_as_such() -> None:
    assert {cipher for cipher in Cipher if cipher.is_weak} == {Cipher.DES, Cipher.DES3}
    assert {digest for digest in Digest if digest.is_weak} == {Digest.SHA_1}
