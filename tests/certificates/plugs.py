"""The commit step as tests plug it in: it reaches the server that the test at work has set."""

from certificates.commit_step import FetchCaCertificates
from certificates.services.exchange import Exchange

exchange: Exchange | None = None


def step() -> FetchCaCertificates:
    """Make the commit step."""
    assert exchange is not None
    return FetchCaCertificates(exchange)
