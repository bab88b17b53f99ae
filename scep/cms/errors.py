"""What CMS code raises; the modules above say at which stage of an exchange it happened."""

from collections.abc import Iterator
from contextlib import contextmanager

from scep.errors import MalformedReply, NotTrusted
from scep.transcript import StepName


class Unreadable(MalformedReply):
    """The bytes are not the structure they should be, or use an algorithm we do not have."""

    def __init__(self, fact: str, *, hint: str = "") -> None:
        super().__init__(fact, stage=StepName.VERIFY, hint=hint)


class Unsupported(Unreadable):
    """An algorithm that we do not have, or will not have: MD5, RC2."""


class NothingToEncryptWith(Unreadable):
    """A certificate's key cannot encrypt, and there is no password to do it with instead."""


class Undecipherable(Unreadable):
    """An envelope cannot be opened; deliberately without a word about the reason (RFC 3218)."""


class SignatureInvalid(NotTrusted):
    """A signature or message digest does not verify."""

    def __init__(self, fact: str) -> None:
        super().__init__(fact, stage=StepName.VERIFY)


@contextmanager
def reading(what: str) -> Iterator[None]:
    """Turn whatever a parser raises over hostile bytes into :class:`Unreadable`.

    Args:
        what: the structure that is read, for the sentence people see.
    """
    try:
        yield
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError) as error:
        raise Unreadable(f"The {what} cannot be read.") from error
