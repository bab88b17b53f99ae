"""Which configuration goes into a file, and how a file comes in."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, cast

from django import forms
from django.http import HttpRequest, QueryDict

from configuration.file_format import MAX_FILE_BYTES
from configuration.imports import Mode, Wish
from configuration.sources import Source
from domain.errors import Problem, Refused

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

KEY_FILE_MAX: Final = 1024
"""Octets read of a file that should hold a master key."""

_FITTING: Final = "fitting"


class ExportForm(forms.Form):
    """Which configuration to export."""

    source = forms.ChoiceField(label="Configuration")

    def __init__(
        self, data: QueryDict | None = None, *, asked: str, offered: Sequence[Source]
    ) -> None:
        """Make the form for these configurations.

        Args:
            data: what was posted.
            asked: key of the configuration to begin with, which need not be among those offered.
            offered: the choice.
        """
        super().__init__(data, initial={"source": asked})
        listed = dict.fromkeys([*offered, Source.parse(asked)])
        field = cast("forms.ChoiceField", self.fields["source"])
        field.choices = [(one.key, one.label) for one in listed]

    @property
    def chosen(self) -> Source:
        """The configuration; call it on a valid form."""
        return Source.parse(self.cleaned_data["source"])


class ImportForm(forms.Form):
    """The file, and what becomes of the candidate."""

    file = forms.FileField(
        label="File",
        allow_empty_file=True,
        help_text="An export of this product, or the running configuration of a firewall: XML, at "
        f"most {MAX_FILE_BYTES >> 20} MiB.",
        widget=forms.FileInput(attrs={"accept": ".xml,application/xml,text/xml"}),
    )
    mode = forms.ChoiceField(
        label="Candidate",
        choices=[
            (_FITTING, "As fits the file: ours replaces it, a firewall's is added"),
            (Mode.REPLACE, "Replace it"),
            (Mode.ADD, "Add to it; what has the same name stays"),
            (Mode.OVERWRITE, "Add to it; what has the same name is overwritten"),
        ],
        initial=_FITTING,
    )
    master_key = forms.FileField(
        label="Master Key File",
        required=False,
        help_text="master.key of the device that wrote the file, if it is another one than here.",
    )
    without_secrets = forms.BooleanField(
        label="Import without secrets",
        required=False,
        help_text="Leave out passwords and private keys that are not here already. The result "
        "lists what must be entered again.",
    )

    def __init__(self, request: HttpRequest | None = None) -> None:
        """Bind the form to what a request posts; without a request it is empty."""
        data, files = (request.POST, request.FILES) if request else (None, None)
        super().__init__(data, files)

    def chunks(self) -> Iterator[bytes]:
        """Return the file piece by piece; call it on a valid form."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        return file.chunks()

    def to_wish(self) -> Wish:
        """Return how the file is to be imported; call it on a valid form."""
        values = self.cleaned_data
        key_file: UploadedFile[Any] | None = values["master_key"]
        key = key_file.read(KEY_FILE_MAX) if key_file else b""
        return Wish(
            file_name=values["file"].name or "file",
            mode=None if values["mode"] == _FITTING else Mode(values["mode"]),
            master_key=key.decode("ascii", errors="replace"),
            without_secrets=values["without_secrets"],
        )

    def refuse(self, refusal: Refused) -> None:
        """Show a refusal at the field it names, or above the form."""
        whole = f"{refusal.message} {refusal.hint}".rstrip()
        for problem in refusal.problems or (Problem("", whole),):
            is_here = problem.field in self.fields
            words = f"{problem.message} {refusal.hint}".rstrip() if is_here else whole
            self.add_error(problem.field if is_here else None, words)
