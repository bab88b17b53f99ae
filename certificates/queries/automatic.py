"""Which certificates are renewed by themselves: when, and what came of it the last time.

Nothing of this is stored beside what is there anyway: the moment follows from certificate and
profile, and the tries with their results are the enrollments that renew the certificate.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from django.db.models import Q

from certificates import renewal_times, rules
from certificates.models import (
    ACTIVE_STATES,
    Enrollment,
    EnrollmentState,
    ListedCertificate,
    MaterialStatus,
)
from jobs import queries as jobs
from profiles import queries as profiles
from profiles.spec import Renewal, ScepProfileSpec

NO_PROFILE: Final = "Its SCEP profile is not part of the running configuration."
OFF: Final = "Its SCEP profile renews certificates only when an admin asks."
GIVEN_UP: Final = "It ended 30 days ago or earlier, and is not asked for any more."
UNDER_WAY: Final = "A renewal is under way."


@dataclass(frozen=True, slots=True)
class Try:
    """A try to get a successor.

    Attributes:
        ended_at: when there was a result; ``None`` while it is under way.
        reason: why it came to nothing; empty when it did not.
    """

    state: EnrollmentState
    requested_at: datetime
    ended_at: datetime | None
    reason: str
    hint: str
    job_id: int | None

    @property
    def is_under_way(self) -> bool:
        """Whether there is no result yet."""
        return self.state in ACTIVE_STATES

    @property
    def has_failed(self) -> bool:
        """Whether it brought no certificate."""
        return not self.is_under_way and self.state is not EnrollmentState.ISSUED


@dataclass(frozen=True, slots=True)
class Plan:
    """How a certificate is renewed without being asked.

    Attributes:
        entry_uuid: its entry.
        name: the entry's.
        material_uuid: what is current now.
        not_after: when it ends.
        rule: what its profile says, in words; empty without a profile.
        next_at: when the next try is; ``None`` when there is none, or one is under way.
        ahead: how far that is from now, in words.
        reason: why there is none; empty when there is.
        failures: how many tries have failed since it is there.
        last: the last try, or the one that brought this certificate in place of another.
    """

    entry_uuid: UUID
    name: str
    material_uuid: UUID
    not_after: datetime
    rule: str
    next_at: datetime | None
    ahead: str
    reason: str
    failures: int
    last: Try | None


class _Row(NamedTuple):
    """What the list's index says of a certificate that came over SCEP."""

    entry_uuid: UUID
    name: str
    material_uuid: UUID
    enrollment_uuid: UUID
    profile_uuid: UUID
    not_before: datetime
    not_after: datetime


_Specs = Mapping[UUID, ScepProfileSpec]
_Tries = Mapping[UUID, Sequence[Try]]


def plan(entry_uuid: UUID, at: datetime) -> Plan | None:
    """Return the plan of one certificate; ``None`` for those that no SCEP profile renews."""
    return plans([entry_uuid], at).get(entry_uuid)


def plans(entries: Collection[UUID], at: datetime) -> dict[UUID, Plan]:
    """Return the plans of those of some certificates that SCEP profiles renew; four queries."""
    rows = _rows(Q(pk__in=entries))
    specs = _running_specs()
    tries = _tries(Q(renews__in=[row.material_uuid for row in rows]))
    own = Enrollment.objects.filter(pk__in=[row.enrollment_uuid for row in rows])
    brought = {one.pk: _try(one) for one in own.filter(renews__isnull=False)}
    return {
        row.entry_uuid: _plan(
            row,
            specs.get(row.profile_uuid),
            tries.get(row.material_uuid, ()),
            brought.get(row.enrollment_uuid),
            at,
        )
        for row in rows
    }


def due(at: datetime) -> list[Plan]:
    """List the certificates whose time has come, those first that end first.

    A renewal whose job was given up before it could say so counts as none.
    """
    specs = {
        uuid: spec for uuid, spec in _running_specs().items() if spec.renewal is not Renewal.OFF
    }
    rows = [row for row in _rows(Q(profile_uuid__in=specs)) if _is_past(row, specs, at)]
    # All tries, as the rows may be more than a query can name.
    tries = _tries(Q(renews__is_current=True)) if rows else {}
    found = []
    for row in rows:
        made = [one for one in tries.get(row.material_uuid, ()) if not _is_interrupted(one)]
        planned = _plan(row, specs[row.profile_uuid], made, None, at)
        if planned.next_at is not None and planned.next_at <= at:
            found.append(planned)
    return sorted(found, key=lambda one: one.not_after)


def rule(spec: ScepProfileSpec) -> str:
    """Say in words when a profile renews its certificates."""
    match spec.renewal:
        case Renewal.PERCENT:
            return f"when {spec.renewal_percent} % of the lifetime is over"
        case Renewal.DAYS:
            days = "1 day" if spec.renewal_days == 1 else f"{spec.renewal_days} days"
            return f"{days} before the end"
        case Renewal.OFF:
            return "only when an admin asks"


def _running_specs() -> dict[UUID, ScepProfileSpec]:
    return {profile.uuid: profile.spec for profile in profiles.running_profiles()}


def _rows(which: Q) -> list[_Row]:
    rows = ListedCertificate.objects.filter(
        which, enrollment__isnull=False, profile_uuid__isnull=False, status=MaterialStatus.VALID
    )
    fields = (
        *("pk", "name", "material_id", "enrollment_id", "profile_uuid"),
        *("not_before", "not_after"),
    )
    return [_Row(*values) for values in rows.values_list(*fields)]


def _tries(which: Q) -> _Tries:
    """Return the renewals of each material, the oldest first."""
    found: dict[UUID, list[Try]] = defaultdict(list)
    for row in Enrollment.objects.filter(which).order_by("requested_at"):
        if row.renews_id is not None:
            found[row.renews_id].append(_try(row))
    return found


def _try(row: Enrollment) -> Try:
    return Try(
        state=EnrollmentState(row.state),
        requested_at=row.requested_at,
        ended_at=row.finished_at,
        reason=row.reason,
        hint=row.hint,
        job_id=row.poll_job_id or row.job_id,
    )


def _is_interrupted(one: Try) -> bool:
    waits = one.state in {EnrollmentState.QUEUED, EnrollmentState.PREPARED}
    return waits and one.job_id is not None and jobs.is_over(one.job_id)


def _is_past(row: _Row, specs: _Specs, at: datetime) -> bool:
    moment = _due_at(row, specs[row.profile_uuid])
    return moment is not None and moment <= at


def _due_at(row: _Row, spec: ScepProfileSpec) -> datetime | None:
    return renewal_times.due_at(spec, row.not_before, row.not_after, row.material_uuid)


def _plan(
    row: _Row,
    spec: ScepProfileSpec | None,
    made: Sequence[Try],
    brought: Try | None,
    at: datetime,
) -> Plan:
    failures = [one for one in made if one.has_failed]
    next_at, reason = _next(row, spec, made, at)
    return Plan(
        entry_uuid=row.entry_uuid,
        name=row.name,
        material_uuid=row.material_uuid,
        not_after=row.not_after,
        rule=rule(spec) if spec is not None else "",
        next_at=next_at,
        ahead=_ahead(next_at, at),
        reason=reason,
        failures=len(failures),
        last=made[-1] if made else brought,
    )


def _ahead(next_at: datetime | None, at: datetime) -> str:
    if next_at is None:
        return ""
    return rules.relative(next_at, at) if next_at > at else "due: asked for within a minute"


def _next(
    row: _Row, spec: ScepProfileSpec | None, made: Sequence[Try], at: datetime
) -> tuple[datetime | None, str]:
    if any(one.is_under_way for one in made):
        return None, UNDER_WAY
    moment = None if spec is None else _due_at(row, spec)
    if moment is None:
        return None, NO_PROFILE if spec is None else OFF
    if at > row.not_after + renewal_times.GIVE_UP_AFTER:
        return None, GIVEN_UP
    return _not_before(row, made, moment), ""


def _not_before(row: _Row, made: Sequence[Try], moment: datetime) -> datetime:
    """Return the moment of the next try: later than due when tries have failed."""
    failed = [one.ended_at for one in made if one.has_failed and one.ended_at is not None]
    if not failed:
        return moment
    return max(moment, renewal_times.next_try(len(failed), max(failed), row.not_after))
