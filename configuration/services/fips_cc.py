"""FIPS-CC mode of the device: switched on only while nothing configured breaks its rules.

The rules themselves belong to the sections; here they are asked as if the mode were on.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from configuration import queries, registry
from configuration.document import Document
from configuration.sections import ObjectProblem, problems_of
from device import queries as device
from device import services as device_services
from device.access import require
from domain.actions import Action
from domain.actors import Actor
from domain.errors import Problem, Refused
from domain.locations import DEVICE


class FipsCcRefused(Refused):
    """Something configured breaks the rules of FIPS-CC mode; ``problems`` lists all of it."""


@transaction.atomic
def set_fips_cc(*, on: bool, by: Actor, at: datetime) -> bool:
    """Switch FIPS-CC mode on or off.

    Returns:
        Whether anything changed.

    Raises:
        Forbidden: the role does not allow changing the device's settings.
        FipsCcRefused: an object of the candidate or of the running configuration breaks a rule of
            the mode; it stays off.
    """
    require(by, Action.WRITE_SETUP, DEVICE)
    if device.facts().fips_cc == on:
        return False
    documents = _documents()
    before = [_problems(document) for document in documents.values()]
    device_services.set_fips_cc(on=on, by=by, at=at)
    after = [_problems(document) for document in documents.values()]
    if on:
        fresh = [_fresh(old, new) for old, new in zip(before, after, strict=True)]
        if any(fresh):
            # Raising takes the switch back.
            raise FipsCcRefused(
                "FIPS-CC mode stays off: objects break its rules.",
                hint="Correct each object, commit, and switch the mode on again.",
                problems=_listed(dict(zip(documents, fresh, strict=True))),
            )
    return True


def _documents() -> dict[str, Document]:
    running = queries.running_revision()
    return {
        "candidate": queries.candidate_document(),
        "running": queries.document_of(running.number if running else 0),
    }


def _problems(document: Document) -> list[ObjectProblem]:
    return problems_of(registry.sections(), document)


def _fresh(before: Iterable[ObjectProblem], after: Iterable[ObjectProblem]) -> list[ObjectProblem]:
    """Leave out what is wrong in any mode."""
    known = set(before)
    return [problem for problem in after if problem not in known]


def _listed(broken: dict[str, list[ObjectProblem]]) -> list[Problem]:
    """Say each problem once, with the configurations that have it."""
    where: dict[ObjectProblem, list[str]] = {}
    for configuration, problems in broken.items():
        for problem in problems:
            where.setdefault(problem, []).append(configuration)
    return [
        Problem(
            problem.field,
            f"{registry.section(problem.kind).label} {problem.name} in {problem.location} "
            f"({' and '.join(configurations)}): {problem.field}: {problem.message}",
        )
        for problem, configurations in where.items()
    ]
