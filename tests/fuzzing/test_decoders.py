"""Every decoder takes any bytes: a value or its typed error."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzzing.__main__ import FOUND, fuzz, main
from tests.fuzzing.decoders import Decoder, decoders
from tests.fuzzing.judging import judge, traced_bytes
from tests.fuzzing.mutations import Random, damaged, mutated

NAMES = sorted(decoders())

ELSEWHERE = {
    "reply",  # with what their signatures protect, in tests/scep/test_hostile_bytes.py
    "refusal",
    "explain",  # reads with the decoders here
    "pki-key",  # our own files, and testing primes takes 30 ms each time
    "pki-key-encrypted",
}

SEEDS = {
    "request": slice(2, None),  # the captured ones are damaged in test_hostile_bytes.py as well
    "signed": slice(-1, None),  # an EC signer's; what holds a signed message is damaged anyway
    "generated-reply": slice(None, None, 2),  # those that RSA has signed
    "crl-reply": slice(1),  # likewise
}
"""Which messages of a decoder are damaged at each byte; all where nothing is said."""


@pytest.mark.parametrize("name", NAMES)
def test_the_seeds_of_each_decoder_are_judged_well(name: str) -> None:
    decoder = decoders()[name]

    assert decoder.seeds
    assert [judge(decoder, seed) for seed in decoder.seeds] == [""] * len(decoder.seeds)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=60)
@given(body=st.binary(max_size=2_000))
def test_any_bytes_are_a_value_or_a_typed_error(name: str, body: bytes) -> None:
    assert judge(decoders()[name], body) == ""


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=40)
@given(seed=st.integers(0, 1 << 32))
def test_damage_at_random_is_a_value_or_a_typed_error(name: str, seed: int) -> None:
    decoder = decoders()[name]

    assert judge(decoder, mutated(decoder.seeds, Random(seed))) == ""


@pytest.mark.parametrize("name", sorted(set(NAMES) - ELSEWHERE))
def test_each_byte_flipped_and_each_cut_is_a_value_or_a_typed_error(name: str) -> None:
    decoder = decoders()[name]
    seeds = decoder.seeds[SEEDS.get(name, slice(None))]

    broken = {
        reason for seed in seeds for body in damaged(seed) if (reason := judge(decoder, body))
    }

    assert broken == set()


@pytest.mark.parametrize("path", sorted(FOUND.glob("*.bin")), ids=lambda path: path.stem)
def test_what_broke_a_decoder_once_does_not_again(path: Path) -> None:
    decoder = decoders()[path.name.partition(".")[0]]

    assert judge(decoder, path.read_bytes()) == ""
    assert traced_bytes(decoder, path.read_bytes()) < 64 * 1024 * 1024


def _broken(body: bytes) -> object:
    if body.startswith(b"\x30"):
        raise KeyError(body[:1])
    return None


def test_the_judge_notices_other_errors_and_slowness() -> None:
    def slow(_: bytes) -> object:
        end = time.thread_time() + 1.1
        while time.thread_time() < end:
            pass
        return None

    assert "KeyError" in judge(Decoder("broken", _broken, (ValueError,), ()), b"\x30")
    assert "took 1.1 s" in judge(Decoder("slow", slow, (), ()), b"")


def test_the_judge_notices_memory() -> None:
    large = Decoder("large", lambda _: len(bytes(65 << 20)), (), ())
    small = Decoder("small", len, (), ())

    assert judge(large, b"", iter((0, 65 << 20)).__next__).startswith("the process grew by 68,157")
    # Memory that something else freed before counts as none: then Python's own count decides.
    assert judge(large, b"", iter((0, 17 << 20)).__next__).startswith("allocated 68,157")
    assert judge(small, b"", iter((0, 17 << 20)).__next__) == ""


def test_large_messages_are_damaged_at_a_sample_of_their_bytes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    message = bytes(10_000)

    assert len(list(damaged(message))) == 2 * 2_000
    assert capsys.readouterr().out == "2,000 of 10,000 offsets, seed 1\n"


def test_what_a_run_finds_is_kept_once_for_each_reason(tmp_path: Path) -> None:
    decoder = Decoder("broken", _broken, (ValueError,), (b"\x30\x03\x02\x01\x05",))

    tried, broken = fuzz([decoder], Random(1), 0.05, tmp_path)

    [kept] = tmp_path.iterdir()
    assert (tried >= 200, broken) == (True, 1)
    assert kept.name.startswith("broken.")
    assert "KeyError" in judge(decoder, kept.read_bytes())


def test_a_run_that_finds_nothing_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--minutes", "0.001", "--seed", "1", "--decoder", "capabilities"]

    assert main([*options, "--found", str(tmp_path)]) == 0
    assert "1 decoders for 0.001 minutes, --seed 1" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []
