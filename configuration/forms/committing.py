"""The commit dialog's form."""

from django import forms

from configuration.forms.confirming import ConfirmWithin
from configuration.forms.scope import ScopeForm
from configuration.services import DESCRIPTION_MAX
from domain.errors import Problem, Refused


class CommitForm(ScopeForm, ConfirmWithin):
    """What an admin says about a commit."""

    description = forms.CharField(
        required=False,
        widget=forms.TextInput(attrs={"maxlength": DESCRIPTION_MAX, "autocomplete": "off"}),
        help_text=f"What this commit is for; at most {DESCRIPTION_MAX} characters.",
    )

    def refuse(self, refusal: Refused) -> None:
        """Show a refusal at the field it names, or above the form."""
        whole = " ".join(part for part in (refusal.message, refusal.hint) if part)
        for problem in refusal.problems or (Problem("", whole),):
            self.add_error(problem.field or None, problem.message)
