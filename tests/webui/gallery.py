"""Views that show every component of the interface with made-up values, for the browser tests."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from domain.actions import Action
from domain.errors import NotFound, Refused
from webui import htmx, navigation, selection

TITLES: Final = ("none", "fixed", "dynamic")
AT: Final = datetime(2026, 11, 23, 8, 14, 2, tzinfo=UTC)
HELP_NAME: Final = "Up to 31 characters: letters, digits, hyphens, underscores, dots."


@dataclass(frozen=True)
class Row:
    """A certificate as a list shows it: the root has level 1, the issuing CA 2."""

    key: str
    name: str
    level: int
    subject: str
    issuer: str
    tone: str
    word: str
    expires: datetime = AT

    @property
    def is_ca(self) -> bool:
        return self.level < 3

    @property
    def has_key(self) -> bool:
        return self.level != 2


@dataclass(frozen=True)
class Step:
    """A step as ``audit.queries.StepView`` gives it."""

    key: str
    name: str
    tone: str
    word: str
    fact: str
    hint: str = ""
    details: tuple[tuple[str, str], ...] = ()
    duration_ms: float = 8.0


@dataclass(frozen=True)
class User:
    """An admin who has signed in."""

    name: str = "admin"
    is_authenticated: bool = True

    def get_username(self) -> str:
        return self.name


STEPS: Final = [
    Step("s1", "DNS", "ok", "Passed", "ca.example.com is 10.200.101.1."),
    Step("s2", "TCP", "ok", "Passed", "Connected to port 80.", duration_ms=1.2),
    Step(
        "s3",
        "GetCACaps",
        "warn",
        "Warning",
        "The server offers SHA-1 and 3DES only.",
        "Both are weak. Update the server, or accept it in the profile.",
        (("Body", "POSTPKIOperation\nSHA-1\nDES3"), ("Content type", "text/plain")),
        120.4,
    ),
    Step("s4", "GetCACert", "ok", "Passed", "Acme Issuing CA 1, and one RA certificate."),
    Step(
        "s5",
        "PKIOperation",
        "error",
        "Failed",
        "The server refused the request: badRequest (2).",
        "The challenge password is wrong, used up or out of date. Ask for a new one.",
        duration_ms=1834.0,
    ),
]

polls: list[str] = []


class ProfileForm(forms.Form):
    """A dialog's worth of fields, one of every kind."""

    name = forms.CharField(max_length=31, help_text=HELP_NAME)
    location = forms.ChoiceField(choices=[("shared", "Shared"), ("vsys1", "vsys1")])
    challenge = forms.ChoiceField(
        label="SCEP Challenge",
        choices=[(value, value.title()) for value in TITLES],
    )
    password = forms.CharField(
        required=False,
        widget=forms.PasswordInput(attrs={"data-show-when": "challenge=fixed|dynamic"}),
    )
    server_url = forms.URLField(
        label="Server URL",
        assume_scheme="http",
        widget=forms.URLInput(attrs={"placeholder": "http://10.200.101.1/certsrv/mscep/"}),
    )
    ca_ident = forms.CharField(label="CA-IDENT Name")
    subject = forms.CharField(
        initial="CN=$USERNAME", help_text="Tokens: $USERNAME $EMAILADDRESS $HOSTID $UDID"
    )
    key_bits = forms.ChoiceField(label="Number of Bits", choices=[("2048", "2048")])
    signing = forms.BooleanField(label="Use as digital signature", required=False)
    encryption = forms.BooleanField(label="Use for key encipherment", required=False)
    transport = forms.ChoiceField(
        widget=forms.RadioSelect, choices=[("auto", "Auto"), ("get", "GET")], initial="auto"
    )
    note = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False)


def rows(count: int) -> list[Row]:
    """Return a root, an issuing CA under it, and certificates under that."""
    root, issuing = "CN=Acme Root CA,O=Acme", "CN=Acme Issuing CA 1,O=Acme"
    states = [("ok", "valid"), ("warn", "expiring"), ("error", "expired"), ("busy", "pending")]
    top = [
        Row("root", "acme-root-ca", 1, root, root, "ok", "valid"),
        Row("ca", "ndes-users-ca", 2, issuing, root, "neutral", "revoked"),
    ]
    leaves = [
        Row(f"b{n}", f"branch-{n:02}", 3, f"CN=0079510{24 * n:05}", issuing, *states[n % 4])
        for n in range(count)
    ]
    return top + leaves


def _may(action: Action) -> bool:
    """Allow everything."""
    return bool(action)


def frame(**context: object) -> dict[str, object]:
    """Return what ``scepadmin.context.frame`` gives a signed-in admin, and the page's values."""
    values: dict[str, object] = {
        "user": User(),
        "may": {action.replace("-", "_"): True for action in Action},
        "menu": navigation.menu("/device/certificates/", _may),
        "tree": navigation.menu("/device/certificates/", _may)[-1],
        "frame_hostname": "fw-lab-1",
        "frame_fips_cc": True,
        "frame_last_login": AT,
        "frame_failed_attempts": 2,
        "frame_session_expires": AT,
        "pending_count": 2,
        "lock_count": 1,
        "confirmation": None,
        "running_jobs": 1,
        "return_url": "/gallery/",
    }
    return values | context


@login_not_required
def listing(request: HttpRequest) -> HttpResponse:
    context = frame(rows=rows(13))
    return htmx.page_or_fragment(request, "gallery/list.html", "gallery/_list.html", context)


@login_not_required
def empty(request: HttpRequest) -> HttpResponse:
    return render(request, "gallery/empty.html", frame())


@login_not_required
def components(request: HttpRequest) -> HttpResponse:
    return render(request, "gallery/components.html", frame())


@login_not_required
def form(request: HttpRequest) -> HttpResponse:
    bound = ProfileForm(None if selection.is_question(request) else request.POST)
    if bound.is_valid():
        return htmx.saved(request, event="config-changed", otherwise="gallery:list")
    status = htmx.UNPROCESSABLE if bound.errors else 200
    return htmx.dialog(request, "gallery/form.html", frame(form=bound), status=status)


@login_not_required
def facts(request: HttpRequest) -> HttpResponse:
    return htmx.dialog(request, "gallery/facts.html", frame())


@login_not_required
def job(request: HttpRequest) -> HttpResponse:
    return htmx.dialog(request, "gallery/job.html", frame(steps=STEPS))


@login_not_required
def delete(request: HttpRequest) -> HttpResponse:
    names = request.POST.getlist("object")
    return htmx.dialog(request, "gallery/delete.html", frame(names=names))


@login_not_required
def refused(_request: HttpRequest) -> HttpResponse:
    raise Refused("The profile is in use by 2 certificates.", hint="Delete those first.")


@login_not_required
def missing(_request: HttpRequest) -> HttpResponse:
    raise NotFound("This profile does not exist.")


@login_not_required
def failing(request: HttpRequest) -> HttpResponse:
    return render(request, "500.html", status=500)


@login_not_required
def card(request: HttpRequest) -> HttpResponse:
    return render(request, "gallery/card.html", {"form": ProfileForm()})


@login_not_required
def progress(request: HttpRequest) -> HttpResponse:
    """Answer the dialog, then one poll with an error, then the end of the job."""
    if not htmx.wants_fragment(request) or "start" in request.GET:
        polls.clear()
        return htmx.dialog(request, "gallery/progress.html", frame(steps=STEPS, percent=10))
    polls.append("poll")
    if len(polls) == 2:
        return HttpResponse(status=503)
    percent = 50 if len(polls) < 3 else 100
    context = frame(steps=STEPS, percent=percent)
    return render(request, "gallery/_progress.html", context)


@login_not_required
def unchanged(_request: HttpRequest) -> HttpResponse:
    """Stand in for a refresh of the frame's parts, which needs an admin who has signed in."""
    return HttpResponse(status=204)


def private(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("signed in")
