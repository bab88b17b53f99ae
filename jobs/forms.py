"""The filter above the list of tasks."""

from typing import Final

from django import forms
from django.http import QueryDict

from jobs import queries
from jobs.queries import Wanted

_RESULTS: Final = (("", "All"), *queries.RESULT_WORDS)


class TaskFilterForm(forms.Form):
    """Text, type, admin and result; what cannot be read filters nothing."""

    text = forms.CharField(label="Search", required=False, max_length=200)
    kind = forms.ChoiceField(label="Type", required=False)
    admin = forms.ChoiceField(label="Admin", required=False)
    result = forms.ChoiceField(label="Result", required=False, choices=_RESULTS)

    def __init__(self, data: QueryDict, *, only_of: str = "") -> None:
        """Make the form; with ``only_of`` for somebody who sees the jobs of this admin only."""
        super().__init__(data, label_suffix="")
        self._only_of = only_of
        self._offer("kind", [(kind, queries.kind_words(kind)) for kind in queries.kinds()])
        admins = [only_of] if only_of else queries.admins()
        self._offer("admin", [(name, name) for name in admins])
        self.full_clean()

    def to_wanted(self, *, unfinished: bool) -> Wanted:
        """Return what to list."""
        chosen = self.cleaned_data
        asked = {name: chosen.get(name, "") for name in ("text", "kind", "admin", "result")}
        if self._only_of:
            asked["admin"] = self._only_of
        return Wanted(unfinished=unfinished, **asked)

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - it is declared above
        field.choices = [("", "All"), *choices]
