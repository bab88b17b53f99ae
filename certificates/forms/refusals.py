"""How the dialogs of certificates show what a service refused."""

from django import forms
from django.http import HttpRequest

from domain.errors import Refused


class RefusableForm(forms.Form):
    """A form whose rules are a service's; it shows each problem at the field it names."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        """Bind the form to what a request posts; without a request it is empty.

        The list behind a dialog has fields of the same names for its filters, so ids differ.
        """
        data, files = (request.POST, request.FILES) if request else (None, None)
        super().__init__(data, files, auto_id="dialog_%s")

    def refuse(self, refusal: Refused) -> None:
        """Show why nothing was done."""
        for problem in refusal.problems:
            field = self.field_of(problem.field)
            self.add_error(field if field in self.fields else None, problem.message)
        if not refusal.problems:
            self.add_error(None, f"{refusal.message} {refusal.hint}".strip())

    def field_of(self, name: str) -> str:
        """Return the field that shows what the service calls so."""
        return name
