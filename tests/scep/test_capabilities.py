"""GetCACaps bodies, and the algorithms that follow from them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scep import capabilities
from scep.capabilities import NOTHING, STANDARD, Capabilities, Minimum, choose, parse, remember
from scep.errors import Downgraded, NotTrusted
from scep.vocabulary import Capability, Cipher, Digest


@pytest.mark.conformance("C02")
def test_the_list_of_scepserver_is_read(captures: Path) -> None:
    parsed = parse((captures / "scepserver-2.1.0-GetCACaps.txt").read_bytes())

    assert parsed.known == {
        Capability.RENEWAL,
        Capability.SHA_1,
        Capability.SHA_256,
        Capability.AES,
        Capability.DES3,
        Capability.SCEP_STANDARD,
        Capability.POST,
    }
    assert (parsed.unknown, parsed.problem) == ((), "")


@pytest.mark.conformance("C02", "C03")
@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"AES\r\nSHA-256\r\n", id="CRLF"),
        pytest.param(b"AES\nSHA-256", id="LF without the last one"),
        pytest.param(b"\xef\xbb\xbfaes  \n\n\tsha-256\t\n", id="BOM, case, blanks, empty lines"),
    ],
)
def test_lists_are_read_as_servers_write_them(body: bytes) -> None:
    assert parse(body).known == {Capability.AES, Capability.SHA_256}


@pytest.mark.conformance("C04", "C05")
def test_unknown_keywords_are_kept_aside_and_prefixes_match_nothing() -> None:
    parsed = parse(b"Update\nSHA-2567\nSHA\nDES3\nSHA-384\n")

    assert parsed.known == {Capability.DES3}
    assert parsed.unknown == ("Update", "SHA-2567", "SHA", "SHA-384")


@pytest.mark.conformance("C08")
@pytest.mark.parametrize(
    ("body", "problem"),
    [
        pytest.param(b" \r\n", "The list of capabilities is empty.", id="empty"),
        pytest.param(
            b"<html><title>Welcome</title>AES",
            'The server sent an HTML page titled "Welcome" instead of a list of capabilities.',
            id="HTML",
        ),
        pytest.param(b"AES\n" * 300, "The server sent 1,200 bytes beginning with", id="too long"),
        pytest.param(b"AES\x00", "The server sent 4 bytes beginning with", id="binary"),
    ],
)
def test_a_body_that_is_no_list_gives_no_capabilities_and_says_why(
    body: bytes, problem: str
) -> None:
    parsed = parse(body)

    assert parsed.known == frozenset()
    assert parsed.problem.startswith(problem)


@pytest.mark.conformance("C09")
def test_scep_standard_stands_for_aes_post_and_sha_256_only() -> None:
    standard = Capabilities(frozenset({Capability.SCEP_STANDARD}))

    offered = {capability for capability in Capability if standard.offers(capability)}

    assert offered == {
        Capability.SCEP_STANDARD,
        Capability.AES,
        Capability.POST,
        Capability.SHA_256,
    }


TABLE = [
    ("AES SHA-256 POSTPKIOperation", Cipher.AES_128, Digest.SHA_256, "POST"),
    ("SCEPStandard", Cipher.AES_128, Digest.SHA_256, "POST"),
    ("AES SHA-256", Cipher.AES_128, Digest.SHA_256, "GET"),
    ("AES SHA-1", Cipher.AES_128, Digest.SHA_1, "GET"),
    ("DES3 SHA-1", Cipher.DES3, Digest.SHA_1, "GET"),
    ("POSTPKIOperation Renewal SHA-512 SHA-256 SHA-1 DES3", Cipher.DES3, Digest.SHA_256, "POST"),
    ("SHA-512", Cipher.DES3, Digest.SHA_512, "GET"),
    ("AES SHA-512 SHA-1", Cipher.AES_128, Digest.SHA_512, "GET"),
    ("", Cipher.DES3, Digest.SHA_1, "GET"),
    ("POSTPKIOperation", Cipher.DES3, Digest.SHA_1, "POST"),
]


@pytest.mark.conformance("C09", "C10", "C11", "C13")
@pytest.mark.parametrize(
    ("keywords", "cipher", "digest", "method"), [pytest.param(*row, id=row[0]) for row in TABLE]
)
def test_algorithms_are_the_strongest_that_interoperate(
    keywords: str, cipher: Cipher, digest: Digest, method: str
) -> None:
    chosen = choose(parse("\n".join(keywords.split()).encode()), Minimum.DEFAULT)

    assert (chosen.cipher, chosen.digest, chosen.post) == (cipher, digest, method == "POST")
    assert len(chosen.reasons) == 3


@pytest.mark.conformance("C13")
def test_legacy_sends_what_old_servers_surely_read() -> None:
    # As NDES lists them; it may answer SHA-2 and AES so that nobody can decrypt it.
    ndes = parse(b"POSTPKIOperation\nRenewal\nSHA-512\nSHA-256\nSHA-1\nDES3\nAES")
    modern = parse(b"SCEPStandard\nSHA-1\nDES3")

    chosen = choose(ndes, Minimum.LEGACY)

    assert (chosen.cipher, chosen.digest) == (Cipher.DES3, Digest.SHA_1)
    assert chosen.reasons[0] == "3DES-CBC: legacy, and the server lists it but not SCEPStandard."
    assert choose(ndes, Minimum.DEFAULT).cipher is Cipher.AES_128
    assert choose(modern, Minimum.LEGACY).cipher is Cipher.AES_128


def test_the_reasons_name_what_the_server_lists() -> None:
    standard = choose(parse(b"SCEPStandard"), Minimum.DEFAULT)
    nothing = choose(parse(b""), Minimum.LEGACY)

    assert standard.reasons == (
        "AES-128-CBC: the server lists SCEPStandard, which implies it.",
        "SHA-256: the server lists SCEPStandard, which implies it.",
        "POST: the server takes it.",
    )
    assert nothing.reasons == (
        "3DES-CBC: the server lists no cipher, and every server has this one.",
        "SHA-1: the server lists no SHA-2, and every server has this one.",
        "GET: the server does not list POSTPKIOperation.",
    )


def test_a_profile_may_ask_for_get() -> None:
    chosen = choose(parse(b"SCEPStandard"), Minimum.DEFAULT, get=True)

    assert not chosen.post
    assert chosen.reasons[2] == "GET: the profile says so."


@pytest.mark.conformance("C13")
@pytest.mark.parametrize("body", [b"", b"AES\nSHA-1", b"DES3\nSHA-256"])
def test_strict_stops_below_aes_and_sha_2(body: bytes) -> None:
    with pytest.raises(NotTrusted, match="strict wants AES with SHA-256") as caught:
        choose(parse(body), Minimum.STRICT)

    assert "shortened" in caught.value.hint


@pytest.mark.conformance("C13")
def test_strict_takes_what_is_strong() -> None:
    assert choose(parse(b"AES\nSHA-512"), Minimum.STRICT).digest is Digest.SHA_512


@given(st.binary(max_size=2048))
def test_parsing_never_fails_on_any_bytes(body: bytes) -> None:
    assert capabilities.parse(body).known <= set(Capability)


FULL = parse(b"AES\nSHA-256\nSHA-512\nPOSTPKIOperation\nRenewal\nGetNextCACert\nDES3\nSHA-1")


@pytest.mark.conformance("C12")
@pytest.mark.parametrize(
    ("before", "now", "kept", "lost"),
    [
        pytest.param(FULL, FULL, "", "", id="the same"),
        pytest.param(NOTHING, parse(b""), "", "", id="never asked before"),
        pytest.param(parse(b"AES"), FULL, "", "", id="more"),
        pytest.param(FULL, STANDARD, "", "Renewal GetNextCACert", id="implied is not missing"),
        pytest.param(
            STANDARD,
            parse(b"AES\nSHA-256\nPOSTPKIOperation"),
            "",
            "",
            id="SCEPStandard spelled out",
        ),
        pytest.param(parse(b"AES\nDES3\nSHA-1\nSHA-512"), parse(b"AES"), "", "", id="less weak"),
        pytest.param(parse(b"AES\nSHA-256"), parse(b"SHA-256"), "AES", "AES", id="AES gone"),
        pytest.param(
            STANDARD,
            parse(b"<html>"),
            "AES SHA-256 POSTPKIOperation",
            "AES SHA-256 POSTPKIOperation",
            id="no list at all",
        ),
    ],
)
def test_what_was_offered_before_and_is_missing_is_told_and_gone_by_all_the_same(
    before: Capabilities, now: Capabilities, kept: str, lost: str
) -> None:
    compared = remember(now, before, Minimum.DEFAULT)

    assert compared.capabilities.remembered == set(kept.split())
    assert [loss.partition(" ")[0] for loss in compared.losses] == lost.split()
    assert all(compared.capabilities.offers(Capability(word)) for word in kept.split())
    assert compared.capabilities.known == now.known


@pytest.mark.conformance("C12")
def test_requests_stay_as_strong_as_they_were_when_the_list_is_shortened() -> None:
    shortened = remember(parse(b"DES3\nSHA-1"), FULL, Minimum.DEFAULT).capabilities

    chosen = choose(shortened, Minimum.DEFAULT)

    assert (chosen.cipher, chosen.digest, chosen.post) == (Cipher.AES_128, Digest.SHA_256, True)
    assert chosen.reasons[0] == "AES-128-CBC: the server has offered AES before."


@pytest.mark.conformance("C12")
def test_legacy_believes_the_shorter_list() -> None:
    compared = remember(parse(b""), FULL, Minimum.LEGACY)

    assert not compared.capabilities.offers(Capability.AES)
    assert "AES is missing: requests would be encrypted with 3DES." in compared.losses


@pytest.mark.conformance("C12")
def test_strict_stops_when_a_list_is_shortened_or_not_what_is_expected() -> None:
    for before in (FULL, STANDARD):
        with pytest.raises(Downgraded, match=r"^The server no longer offers AES") as caught:
            remember(parse(b"POSTPKIOperation"), before, Minimum.STRICT)
        assert caught.value.exit_code == 5
        assert "is not signed" in caught.value.hint


@pytest.mark.conformance("C12")
def test_strict_says_why_there_is_no_list_at_all() -> None:
    with pytest.raises(Downgraded, match=r"^The list of capabilities is empty\. The server no"):
        remember(parse(b""), FULL, Minimum.STRICT)


@pytest.mark.conformance("C12")
def test_a_service_that_is_gone_does_not_stop_even_strict() -> None:
    compared = remember(STANDARD, FULL, Minimum.STRICT)

    assert compared.losses == (
        "Renewal is missing: certificates can no longer be renewed, only enrolled anew.",
        "GetNextCACert is missing: the next CA certificate can no longer be fetched ahead of time.",
    )
    assert compared.capabilities.remembered == frozenset()
