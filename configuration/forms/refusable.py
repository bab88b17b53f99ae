"""A form that shows why its service refused what was typed."""

from django import forms

from domain.errors import Problem, Refused


class RefusableForm(forms.Form):
    """The base of forms whose service may refuse."""

    def refuse(self, refusal: Refused) -> None:
        """Show a refusal at the field it names, or above the form."""
        whole = " ".join(part for part in (refusal.message, refusal.hint) if part)
        for problem in refusal.problems or (Problem("", whole),):
            self.add_error(problem.field or None, problem.message)
