"""The forms of the demo CA's own page."""

from django import forms


class BoundPasswordForm(forms.Form):
    """Whose password to make; what it may say is checked by the service."""

    subject = forms.CharField(
        max_length=1024,
        widget=forms.TextInput(attrs={"placeholder": "CN=fw-01,O=Example", "autocomplete": "off"}),
    )
    names = forms.CharField(
        required=False,
        max_length=4096,
        widget=forms.TextInput(
            attrs={"placeholder": "dns:fw-01.example.com", "autocomplete": "off"}
        ),
    )
