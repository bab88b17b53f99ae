"""The filters above the lists."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from django import forms
from django.http import QueryDict

from audit.queries import exchanges, log
from audit.queries.exchanges import Wanted
from audit.queries.log import Log, Reader
from domain.locations import Location

_RESULTS: Final = (
    ("", "All results"),
    ("passed", "Passed"),
    ("warned", "Warning"),
    ("failed", "Failed"),
    (exchanges.RUNNING, "Running"),
)


class FilterForm(forms.Form):
    """Profile, result and step; what cannot be read filters nothing."""

    profile = forms.ChoiceField(label="Profile", required=False)
    result = forms.ChoiceField(label="Result", required=False, choices=_RESULTS)
    step = forms.ChoiceField(
        label="Step",
        required=False,
        choices=[("", "All steps"), *((name, name) for name in exchanges.STEP_NAMES)],
    )

    def __init__(self, data: QueryDict, *, profiles: Iterable[tuple[UUID, str]]) -> None:
        super().__init__(data, label_suffix="")
        named = {str(uuid): name for uuid, name in profiles}
        chosen = _uuid(data.get("profile", ""))
        if chosen is not None:
            # A link from a profile that was never used must not list everybody's exchanges.
            named.setdefault(str(chosen), "No exchange with this profile")
        field = self.fields["profile"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - it is declared above
        field.choices = [("", "All profiles"), *named.items()]
        self.full_clean()

    def to_wanted(self, seen: frozenset[Location] | None) -> Wanted:
        """Return what to list: of the locations seen, all with ``None``."""
        chosen = self.cleaned_data
        return Wanted(
            locations=seen,
            profile_uuid=_uuid(chosen.get("profile", "")),
            outcome=chosen.get("result", ""),
            step=chosen.get("step", ""),
        )


class LogFilterForm(forms.Form):
    """Text, kind, admin and outcome; what cannot be read filters nothing."""

    text = forms.CharField(label="Search", required=False, max_length=200)
    kind = forms.ChoiceField(label="Type", required=False)
    admin = forms.ChoiceField(label="Admin", required=False)
    outcome = forms.ChoiceField(
        label="Result", required=False, choices=[("", "All"), ("ok", "OK"), ("failed", "Failed")]
    )

    def __init__(self, data: QueryDict, *, of: Log) -> None:
        super().__init__(data, label_suffix="")
        self._log = of
        kinds = [(kind, kind.replace("-", " ").capitalize()) for kind in log.kinds(of)]
        self._offer("kind", [("", "All"), *kinds])
        self._offer("admin", [("", "All"), *((name, name) for name in log.admins(of))])
        self.full_clean()

    def to_wanted(self, reader: Reader, seen: frozenset[Location] | None) -> log.Wanted:
        """Return what to list: of the locations seen, all with ``None``."""
        chosen = self.cleaned_data
        names = ("kind", "admin", "outcome", "text")
        asked = {name: chosen.get(name, "") for name in names}
        return log.Wanted(self._log, reader, **asked, seen=seen)

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - it is declared above
        field.choices = choices


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
