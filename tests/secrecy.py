"""Looks for secrets in whatever is kept or shown, in every spelling that could give them away."""

import base64
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

if TYPE_CHECKING:
    from django.db.models import Model


def of_password(name: str, password: str) -> dict[str, bytes]:
    """Give the encodings of a password, by name."""
    return {
        name: password.encode(),
        f"{name} in UTF-16": password.encode("utf-16-le"),
        f"{name} in a URL": quote(password, safe="").encode(),
    }


def of_key(name: str, key: RSAPrivateKey) -> dict[str, bytes]:
    """Give what must not be seen of a private key, by name."""
    numbers = key.private_numbers()
    parts = {"p": numbers.p, "q": numbers.q, "d": numbers.d}
    der = key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    integers = {
        f"{part} of {name}": value.to_bytes((value.bit_length() + 7) // 8, "big")
        for part, value in parts.items()
    }
    decimals = {f"decimal {part} of {name}": str(value).encode() for part, value in parts.items()}
    return {**integers, **decimals, f"{name} as DER": der}


def found(kept: Iterable[bytes], secrets: Mapping[str, bytes]) -> list[str]:
    """Name the secrets that stand in what is kept: as they are, in hexadecimal or in base64."""
    haystacks = list(kept)
    lowered = [haystack.lower() for haystack in haystacks]
    return [
        name
        for name, secret in secrets.items()
        if any(spelled in haystack for haystack in haystacks for spelled in _spellings(secret))
        or any(secret.hex().encode() in haystack for haystack in lowered)
    ]


def _spellings(secret: bytes) -> Iterator[bytes]:
    yield secret
    for offset in range(3):
        # Base64 of the same bytes has three spellings, by what stands before them.
        text = base64.b64encode(bytes(offset) + secret)
        yield text[4 if offset else 0 : len(text) - len(text) % 4 - 4]


def rows(*models: "type[Model]") -> Iterator[bytes]:
    """Give every value of every row, binary ones as they are."""
    for model in models:
        for row in model._default_manager.values_list():
            for value in row:
                yield bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
