"""The commit dialog's form."""

from django import forms

from configuration.forms.confirming import ConfirmWithin
from configuration.forms.refusable import RefusableForm
from configuration.forms.scope import ScopeForm
from configuration.services import DESCRIPTION_MAX


class CommitForm(ScopeForm, ConfirmWithin, RefusableForm):
    """What an admin says about a commit."""

    description = forms.CharField(
        required=False,
        widget=forms.TextInput(attrs={"maxlength": DESCRIPTION_MAX, "autocomplete": "off"}),
        help_text=f"What this commit is for; at most {DESCRIPTION_MAX} characters.",
    )
