"""How lines that differ are shown: a part of the preview of a commit and of comparisons."""

from django import forms


class LinesForm(forms.Form):
    """How to show lines that differ."""

    layout = forms.ChoiceField(
        label="Layout",
        required=False,
        choices=[("", "Unified"), ("side", "Side by side")],
    )
    context = forms.ChoiceField(
        label="Lines of context",
        required=False,
        choices=[("", "3"), *((str(n), str(n)) for n in (0, 1, 10, 25)), ("all", "All")],
    )

    @property
    def context_lines(self) -> int | None:
        """How many equal lines stand around what differs; None for all."""
        chosen = self.cleaned_data.get("context") or "3"
        return None if chosen == "all" else int(chosen)

    @property
    def is_side_by_side(self) -> bool:
        """Whether both texts stand beside each other."""
        return self.cleaned_data.get("layout") == "side"
