"""What the configuration log says about an edit of the candidate: which object, field by field."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from audit import services as audit
from configuration import queries, registry
from configuration.differences import differences
from configuration.document import ChangedObject, Entry
from domain.actors import Actor


def log_edit(
    change: ChangedObject,
    *,
    by: Actor,
    at: datetime,
    because: str = "",
    texts: Mapping[str, str] | None = None,
) -> None:
    """Add one edited object to the configuration log.

    Args:
        change: the object before and after.
        by: who edits.
        at: when.
        because: what brought the edit along, such as ``"revision 3 was loaded"``.
        texts: canonical texts by digest, where many edits are logged at once; else they are read.
    """
    before, after = change.before, change.after
    if texts is None:
        texts = queries.texts([entry.digest for entry in (before, after) if entry is not None])
    label = registry.section(change.kind).label
    why = f": {because}" if because else ""
    audit.record(
        kind="config",
        actor=by,
        text=f"{label} {change.name} in {change.location}: {change.operation} in the candidate"
        f"{why}.",
        at=at,
        object_name=change.name,
        detail={
            "kind": change.kind,
            "location": change.location.key,
            "operation": change.operation.value,
        },
        changes=list(_field_changes(before, after, texts)),
    )


def _field_changes(
    before: Entry | None, after: Entry | None, texts: Mapping[str, str]
) -> Iterator[audit.FieldChange]:
    """Say what changed in an object: its name and location, then the fields of its text."""
    for field, was, now in (
        ("name", before.name if before else "", after.name if after else ""),
        ("location", *(str(entry.location) if entry else "" for entry in (before, after))),
    ):
        if was != now:
            yield audit.FieldChange(field, was, now)
    old, new = (texts[entry.digest] if entry else "" for entry in (before, after))
    for one in differences(old, new):
        yield audit.FieldChange(one.field, one.before, one.after)
