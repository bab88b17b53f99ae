"""Forms for those who may look and not save."""

from django.forms import Form


def freeze(form: Form) -> None:
    """Let nothing in a form be changed; its dialog has ``is_read_only`` and shows Close only."""
    for field in form.fields.values():
        field.disabled = True
