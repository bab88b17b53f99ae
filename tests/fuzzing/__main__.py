"""Damages messages at random for as long as asked, and keeps what breaks a decoder."""

import argparse
import hashlib
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.fuzzing.captures import VECTORS
from tests.fuzzing.decoders import Decoder, decoders
from tests.fuzzing.judging import judge
from tests.fuzzing.mutations import Random, mutated

FOUND = VECTORS / "found"
TURN = 200
"""Inputs for one decoder before it is the next one's turn."""


def main(argv: Sequence[str]) -> int:
    """Run; give 1 when something was found."""
    parser = argparse.ArgumentParser(prog="make fuzz ARGS=...", description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=time.time_ns())
    parser.add_argument("--decoder", action="append", choices=sorted(decoders()))
    parser.add_argument("--found", type=Path, default=FOUND, help="where to write what is found")
    options = parser.parse_args(argv)
    chosen = [decoders()[name] for name in options.decoder or decoders()]
    _say(f"{len(chosen)} decoders for {options.minutes:g} minutes, --seed {options.seed}")
    counts = fuzz(chosen, Random(options.seed), 60 * options.minutes, options.found)
    _say(f"{counts[0]:,} inputs, {counts[1]} broke a decoder")
    return 1 if counts[1] else 0


def fuzz(chosen: Sequence[Decoder], rng: Random, seconds: float, folder: Path) -> tuple[int, int]:
    """Read damaged inputs with each decoder in turn; give how many, and how many broke one."""
    end = time.monotonic() + seconds
    tried = 0
    reasons: set[str] = set()
    while time.monotonic() < end:
        for decoder in chosen:
            for _ in range(TURN):
                body = mutated(decoder.seeds, rng)
                tried += 1
                reason = judge(decoder, body)
                # One file for each way to break is enough.
                if reason and (kind := f"{decoder.name}: {reason[-300:]}") not in reasons:
                    reasons.add(kind)
                    _keep(folder, decoder, body, reason)
    return tried, len(reasons)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _keep(folder: Path, decoder: Decoder, body: bytes, reason: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{decoder.name}.{hashlib.sha256(body).hexdigest()[:12]}.bin"
    path.write_bytes(body)
    _say(f"{path}: {reason}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
