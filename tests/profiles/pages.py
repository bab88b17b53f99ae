"""Short ways to get and post the SCEP pages."""

from typing import Any, TypeAlias

from django.test import Client
from django.urls import reverse

LIST = "/device/scep/"
HTMX = {"HX-Request": "true"}
Answer: TypeAlias = Any
"""What Django's test client returns has no public name."""

FILLED = {
    "name": "ndes",
    "location": "vsys1",
    "challenge": "none",
    "server_url": "http://ca.example/scep",
    "ca_ident": "CORP",
    "subject": "CN=$USERNAME",
    "san_type": "none",
    "key_bits": "2048",
    "digest": "sha256",
    "transport": "auto",
    "minimum": "default",
    "renewal": "percent",
    "renewal_percent": "80",
    "renewal_days": "30",
    "check_revocation": "on",
}


def post(maria: Client, path: str, **fields: str) -> Answer:
    return maria.post(path, {**FILLED, **fields}, headers=HTMX)


def get(maria: Client, path: str) -> str:
    return maria.get(path, headers=HTMX).content.decode()


def edit_url(uuid: object) -> str:
    return reverse("profiles:edit", args=[uuid])
