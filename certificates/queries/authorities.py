"""How the CAs of the running SCEP profiles do: when to ask again, what admins should know."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from certificates import rules
from certificates.models import AuthorityWatch, ScepAuthority
from certificates.queries.origin import AuthorityView
from profiles import queries as profiles
from profiles.queries import CaNotice, RunningProfile
from scep.cacert import CaBundle, spell

if TYPE_CHECKING:
    from collections.abc import Sequence

REFRESH_EVERY: Final = timedelta(days=1)

RETRY_EVERY: Final = timedelta(hours=6)
"""How soon a server is asked again that gave nothing usable."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the CA of a profile.

    Attributes:
        bundle: its certificates; ``None`` when its server never answered.
        coming: those that its present CA announces; ``None`` without any.
        takes_over: when they do.
    """

    bundle: CaBundle | None
    coming: CaBundle | None
    takes_over: datetime | None

    def is_over(self, at: datetime) -> bool:
        """Tell whether it is time for the ones announced."""
        return self.coming is not None and self.takes_over is not None and at > self.takes_over


def known(profile_uuid: UUID) -> Known:
    """Return what is known of the CA of a profile."""
    authority = ScepAuthority.objects.filter(profile_uuid=profile_uuid).first()
    watch = AuthorityWatch.objects.filter(profile_uuid=profile_uuid).first()
    has_next = watch is not None and watch.next_bundle
    return Known(
        CaBundle.from_json(authority.bundle) if authority else None,
        CaBundle.from_json(watch.next_bundle) if watch and has_next else None,
        watch.takes_over if watch and has_next else None,
    )


def due(at: datetime) -> list[RunningProfile]:
    """List the running profiles whose server is to be asked now."""
    fetched = dict(ScepAuthority.objects.values_list("profile_uuid", "fetched_at"))
    watched = {row.pk: row for row in AuthorityWatch.objects.defer("next_bundle")}
    return [
        profile
        for profile in profiles.running_profiles()
        if _is_due(fetched.get(profile.uuid), watched.get(profile.uuid), at)
    ]


def notices(profile_uuid: UUID, at: datetime) -> tuple[CaNotice, ...]:
    """Say what admins should know of the CA of a profile; empty when all is well."""
    found = []
    watch = AuthorityWatch.objects.filter(profile_uuid=profile_uuid).first()
    if watch is not None and watch.problem:
        when = f"Asked at {watch.tried_at:%Y-%m-%d %H:%M:%S} UTC."
        found.append(CaNotice("warn", f"{watch.problem} {when}", watch.hint))
    state = known(profile_uuid)
    if state.bundle is not None and (words := ending(state.bundle, at)):
        found.append(CaNotice("warn", words, "" if state.coming else _ASK))
    if state.coming is not None and state.takes_over is not None:
        found.append(_coming(state.coming, state.takes_over))
    return tuple(found)


def notices_about(view: AuthorityView | None, at: datetime) -> tuple[CaNotice, ...]:
    """Say the same of the CA that a certificate came with; nothing when it came with none."""
    return notices(view.profile_uuid, at) if view is not None and view.profile_uuid else ()


def ending(bundle: CaBundle, at: datetime) -> str:
    """Say that a CA certificate ends soon, or has ended; empty when it does not."""
    facts = bundle.ca.facts
    if facts.not_after - at > rules.EXPIRING:
        return ""
    word = "ended" if facts.not_after < at else "ends"
    when = f"{facts.not_after:%Y-%m-%d %H:%M} UTC ({rules.relative(facts.not_after, at)})"
    return f"The CA certificate {facts.subject} {word} at {when}."


_ASK: Final = "Ask the CA's operator when it gets a new one. Its certificates end with it."


def _is_due(fetched_at: datetime | None, watch: AuthorityWatch | None, at: datetime) -> bool:
    asked: Sequence[datetime] = [
        moment for moment in (fetched_at, watch.tried_at if watch else None) if moment is not None
    ]
    if not asked:
        return True
    if watch is not None and watch.takes_over is not None and max(asked) < watch.takes_over < at:
        return True
    failed = fetched_at is None or (watch is not None and bool(watch.problem))
    return at - max(asked) >= (RETRY_EVERY if failed else REFRESH_EVERY)


def _coming(bundle: CaBundle, takes_over: datetime) -> CaNotice:
    facts = bundle.ca.facts
    return CaNotice(
        "info",
        f"The CA announces its next certificate, {facts.subject}, which takes over at "
        f"{takes_over:%Y-%m-%d %H:%M} UTC. SHA-256: {spell(facts.fingerprint_sha256)}",
        "A profile with a fingerprint needs the new one then; it is in force by itself in others.",
    )
