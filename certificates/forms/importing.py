"""The Import dialog: files of any format, a key, a passphrase."""

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.http import HttpRequest

from certificates.forms.places import Places, offer
from certificates.forms.refusals import RefusableForm
from certificates.services.uploads import MAX_FILE_BYTES, Upload, UploadedFile
from domain.locations import Location

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile as DjangoFile

_ACCEPT: Final = ".pem,.crt,.cer,.der,.p7b,.p7c,.p12,.pfx,.key,.txt"


class ManyFiles(forms.FileInput):
    """A file field that takes several; files dropped on it are taken as well."""

    allow_multiple_selected = True


class OpenFileField(forms.FileField):
    """Files that the service judges: that there is none is for it to say."""

    def clean(self, data: Any, initial: Any = None) -> Any:  # noqa: ANN401, ARG002 - Django's signature
        """Accept anything."""
        return data


class ImportForm(RefusableForm):
    """The Import dialog."""

    certificate_files = OpenFileField(
        label="Certificate Files",
        required=False,
        help_text="Choose files, or drop them here: PEM, DER, PKCS#7, PKCS#12. The answer to a "
        "request made here finds its request by itself.",
        widget=ManyFiles(attrs={"accept": _ACCEPT, "class": "drop"}),
    )
    name = forms.CharField(
        label="Certificate Name",
        required=False,
        max_length=255,
        help_text="Leave it empty to name certificates after their files.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    location = forms.ChoiceField(label="Location")
    key_file = OpenFileField(
        label="Key File",
        required=False,
        help_text="If the private key is in a file of its own: PKCS#8, PKCS#1 or SEC 1.",
    )
    passphrase = forms.CharField(
        label="Passphrase",
        required=False,
        max_length=1024,
        strip=False,
        help_text="Opens PKCS#12 files and encrypted keys.",
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    block_key_export = forms.BooleanField(
        label="Block Private Key Export",
        required=False,
        help_text="For good: nobody gets the key out of this device afterwards.",
    )

    def __init__(self, request: HttpRequest | None = None, *, places: Places) -> None:
        super().__init__(request)
        offer(self.fields["location"], places)

    def to_upload(self) -> Upload:
        """Return what was sent; call it on a valid form. Nothing larger than allowed is read."""
        values = self.cleaned_data
        key_files = self.files.getlist("key_file")
        return Upload(
            files=tuple(_read(file) for file in self.files.getlist("certificate_files")),
            location=Location(values["location"]),
            name=values["name"],
            key_file=_read(key_files[0]) if key_files else None,
            passphrase=values["passphrase"],
            block_key_export=values["block_key_export"],
        )

    def field_of(self, name: str) -> str:
        """Return the field that shows what the service calls so."""
        return "certificate_files" if name == "files" else name


def _read(file: "DjangoFile[Any]") -> UploadedFile:
    return UploadedFile(file.name or "file", file.read(MAX_FILE_BYTES + 1))
