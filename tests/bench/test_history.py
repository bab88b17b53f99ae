"""What the measurement of the history writes is a history."""

import pytest
from pytest_django.fixtures import Settings

from bench import history
from configuration import queries
from configuration.queries.history import history as listed

pytestmark = pytest.mark.django_db


def test_each_revision_written_changes_one_profile(settings: Settings) -> None:
    settings.COMMIT_STEPS = []

    history.fill(profiles=2, revisions=8)

    rows = listed(1).rows
    assert [(row.number, row.added, row.changed, row.removed) for row in rows] == [
        *((number, 0, 1, 0) for number in range(9, 1, -1)),
        (1, 2, 0, 0),
    ]
    assert queries.document_of(9) == queries.document_of(1) == queries.candidate_document()
    assert queries.document_of(8) != queries.document_of(9)
