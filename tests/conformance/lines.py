"""Every line that a test may name."""

from dataclasses import dataclass
from typing import Final

from tests.conformance.client_lines import CLIENT_LINES
from tests.conformance.quirk_lines import QUIRK_LINES
from tests.conformance.server_lines import SERVER_LINES


@dataclass(frozen=True, slots=True)
class Line:
    """One demand on a client (C) or a server (S), or one bug of the field (D).

    Attributes:
        number: such as ``C44``.
        sections: of RFC 8894.
        title: what is demanded, in our words.
    """

    number: str
    sections: str
    title: str

    @property
    def must_be_proven(self) -> bool:
        """Whether one of its tests must have run; of some D lines the vectors are the only test."""
        return not self.number.startswith("D")


LINES: Final = {
    number: Line(number, sections, title)
    for number, sections, title in (*CLIENT_LINES, *SERVER_LINES, *QUIRK_LINES)
}
"""By number, in the order of the page."""
