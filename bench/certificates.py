"""How long the Certificates page takes at 10,000 device certificates, and what it asks.

``python -m bench.certificates [--count N] [--write docs/performance.md]`` fills an empty database
and prints for every way to ask the list: median wall time of the whole answer (view, queries and
template, through Django's middleware), processor time, and the number of queries.
"""

import time
from collections.abc import Callable, Iterator
from typing import Final
from urllib.parse import quote_plus
from uuid import UUID

from django.test import Client

from bench import empty_device, pages
from bench.measuring import machine

LIST: Final = "/device/certificates/"
AIM_MS: Final = 50

ISSUER: Final = "CN=Bench CA 03,OU=Branch firewalls,O=Acme"

TABS: Final = ("certificate", "extensions", "text", "pem", "asn1", "history")

ASKED: Final = {
    "tree, first page": "view=tree&q=",
    "tree, page 50": "view=tree&q=&page=50",
    "flat, by name": "view=flat&q=",
    "flat, last page": "view=flat&q=&page=100",
    "sorted by expiry": "view=flat&q=&sort=-expires",
    "sorted by subject": "view=flat&q=&sort=subject",
    "search, 100 hits": "view=tree&q=fw-050",
    "search, all hit": "view=tree&q=acme",
    "search, no hit": "view=tree&q=nowhere",
    "search by fingerprint": "view=flat&q=A1:B2:C3",
    "filter: expired": "view=tree&q=&status=expired",
    "filter: expires within 30 days": "view=tree&q=&within=30",
    "filter: weak": "view=flat&q=&weak=yes",
    "filter: issuer": f"view=flat&q=&issuer={quote_plus(ISSUER)}",
    "filter: algorithm and key": "view=flat&q=&algorithm=RSA+2048&key=yes",
}


def _measured(count: int) -> str:
    # Models can be imported only when Django is ready.
    from bench import certificate_stock as stock  # noqa: PLC0415
    from device.models import Admin  # noqa: PLC0415

    at = stock.midnight()
    begin = time.perf_counter()
    stock.fill(count, at=at)
    filled_s = time.perf_counter() - begin
    client = Client(HTTP_HOST="localhost")
    client.force_login(Admin.objects.create(username="bench", created_at=at))
    fragment = {"HX-Request": "true", "HX-Target": "certificate-table"}
    asked = {
        "whole page, tree": pages.get(client, f"{LIST}?view=tree&q="),
        **{what: pages.get(client, f"{LIST}?{query}", fragment) for what, query in ASKED.items()},
        **dict(_details(client, stock.any_leaf(), stock.any_ca())),
        "default trusted CAs": pages.get(client, f"{LIST}trusted/"),
    }
    lines = [pages.line(what, ask, AIM_MS) for what, ask in asked.items()]
    head = (
        f"{machine()} {count} certificates on the device, 100 rows on a page, medians of "
        f"{pages.ROUNDS} answers. The stock was made in {filled_s:.0f} s."
    )
    return "\n".join((head, "", pages.COLUMNS, *lines))


def _details(client: Client, leaf: UUID, ca: UUID) -> Iterator[tuple[str, Callable[[], object]]]:
    """Ask for the dialog of a certificate with its key, tab by tab, and that of a CA."""
    asked = {"HX-Request": "true", "HX-Target": "modal"}
    for tab in TABS:
        yield f"details: {tab}", pages.get(client, f"{LIST}{leaf}/?tab={tab}", asked)
    what = "details of a CA: its chain, 10 of those it issued"
    yield what, pages.get(client, f"{LIST}{ca}/", asked)


if __name__ == "__main__":
    empty_device.main(_measured, about=__doc__, name="certificates", count=10_000)
