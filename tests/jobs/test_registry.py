"""Which function does which work."""

import pytest

from jobs import registry
from tests.jobs import work


def test_a_kind_leads_to_its_function() -> None:
    assert registry.is_known("echo")
    assert registry.handler("echo") is work.echo


def test_an_unknown_kind_is_refused() -> None:
    assert not registry.is_known("mystery")
    with pytest.raises(registry.UnknownKind):
        registry.handler("mystery")
