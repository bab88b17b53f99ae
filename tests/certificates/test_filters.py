"""Which certificates a search and the filters let through."""

from datetime import date, timedelta

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from certificates.models import MaterialStatus
from certificates.queries import filters, listing
from certificates.queries.filters import Days, Filter
from certificates.queries.listing import Wanted
from certificates.rules import Status
from device import secrets
from jobs.handlers import JobFailed
from profiles.subject import TokenValues
from tests.certificates.test_store import ISSUING, LEAF, ROOT
from tests.certificates.workbench import Bench, current
from tests.issuing import NOW, issue
from tests.issuing import Wanted as WantedCertificate

STRONG = issue(
    WantedCertificate(
        "Straße 1",
        sans=[x509.DNSName("vpn_1.example.com"), x509.DNSName("100%.example.com")],
        extensions=[(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), False)],
        not_before=NOW - timedelta(days=1),
        not_after=NOW + timedelta(days=20),
    ),
    ISSUING,
)


def passing(bench: Bench, wanted: Filter) -> list[str]:
    """Names of the certificates that pass a filter."""
    page = listing.page(Wanted(filter=wanted, is_flat=True), bench.now)
    assert page.count == len(page.rows)
    return [row.name for row in page.rows]


@pytest.fixture
def three(bench: Bench) -> Bench:
    """A device with three certificates."""
    bench.keep("root", ROOT)
    key = secrets.seal(b"key", purpose="private key", at=bench.now)
    bench.keep("fw-1", LEAF, key_secret=key)
    bench.keep("vpn", STRONG)
    return bench


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param("FW-", ["fw-1"], id="the name, in any case"),
        pytest.param("cn=fw", ["fw-1"], id="the subject"),
        pytest.param("acme issuing", ["fw-1", "vpn"], id="the issuer"),
        pytest.param("vpn_1", ["vpn"], id="an alternative name; _ is no wildcard"),
        pytest.param("100%.", ["vpn"], id="% is no wildcard"),
        pytest.param("_", ["vpn"], id="an underscore alone"),
        pytest.param("STRASSE", ["vpn"], id="case beyond ASCII"),
        pytest.param("fw-1\ncn", ["fw-1"], id="nothing special about lines"),
        pytest.param("' OR 1=1 --", [], id="no SQL"),
        pytest.param("nowhere", [], id="no hit"),
    ],
)
def test_a_search_finds_text_anywhere(text: str, names: list[str], three: Bench) -> None:
    assert passing(three, Filter(text=text)) == names


def test_serial_and_fingerprint_are_found_with_and_without_colons(three: Bench) -> None:
    row = current(next(row.uuid for row in three.rows() if row.name == "fw-1"))
    for digits in (row.serial_hex, row.fingerprint_sha256):
        pairs = [digits[index : index + 2] for index in range(0, len(digits), 2)]
        for text in (digits, digits.upper(), ":".join(pairs), " ".join(pairs[3:9])):
            assert passing(three, Filter(text=text)) == ["fw-1"]


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (Filter(issuer="CN=Acme Issuing"), ["fw-1", "vpn"]),
        (Filter(algorithm="RSA 2048"), ["fw-1", "root", "vpn"]),
        (Filter(algorithm="EC 256"), []),
        (Filter(algorithm="RSA many"), []),
        (Filter(has_key=True), ["fw-1"]),
        (Filter(has_key=False), ["root", "vpn"]),
        (Filter(within_days=19), []),
        (Filter(within_days=20), ["vpn"]),
        (Filter(within_days=90), ["fw-1", "vpn"]),
        (Filter(ends_in=Days(date(2026, 12, 13), date(2026, 12, 13))), ["vpn"]),
        (Filter(ends_in=Days(date(2026, 12, 14), date(9999, 12, 31))), ["fw-1", "root"]),
        (Filter(ends_in=Days(date(2026, 12, 13), date(2026, 12, 12))), []),
        (Filter(is_weak=True), ["fw-1"]),
        (Filter(status=Status.EXPIRING), ["vpn"]),
        (Filter(status=Status.VALID, text="fw"), ["fw-1"]),
    ],
    ids=str,
)
def test_each_filter_lets_its_certificates_through(
    wanted: Filter, names: list[str], three: Bench
) -> None:
    assert passing(three, wanted) == names


def test_certificates_of_a_profile_are_found(three: Bench) -> None:
    profile = three.running_profile(name="ndes")

    assert passing(three, Filter(profile_uuid=profile)) == ["ndes-ca"]


@pytest.mark.parametrize("days", [-2, 0, 15, 21, 65, 91, 4000])
def test_the_filter_of_a_status_agrees_with_the_status_shown(days: int, three: Bench) -> None:
    _in_every_state(three)
    three.pass_time(days=days)

    rows = three.rows()

    for status in Status:
        wanted = sorted(row.name for row in rows if row.status is status)
        assert passing(three, Filter(status=status)) == wanted


def _in_every_state(bench: Bench) -> None:
    profile = bench.running_profile(name="ndes")
    bench.ca.verdict = "pend"
    refused = bench.request(profile, "refused", values=TokenValues(username="rita"))
    bench.generate(refused)
    bench.generate(bench.request(profile, "pending"))
    bench.ca.verdict = "refuse"
    with pytest.raises(JobFailed):
        bench.poll(refused)
    bench.restate(bench.keep("revoked", LEAF), MaterialStatus.REVOKED)


def test_the_key_of_a_pending_certificate_counts_as_a_key(three: Bench) -> None:
    _in_every_state(three)

    assert passing(three, Filter(has_key=True)) == ["fw-1", "pending"]
    assert "refused" in passing(three, Filter(has_key=False))


def test_what_occurs_is_offered(three: Bench) -> None:
    profile = three.running_profile(name="ndes")

    found = filters.offered()

    assert set(found.issuers) >= {"CN=Acme Issuing", "CN=Acme Root"}
    assert found.algorithms == ("RSA 2048",)
    assert profile in found.profiles


def test_an_empty_filter_is_known(three: Bench) -> None:
    del three

    assert Filter().is_empty
    assert not Filter(text="x").is_empty


def test_a_revoked_certificate_does_not_count_as_one_that_ends(three: Bench) -> None:
    three.restate(three.keep("revoked", STRONG), MaterialStatus.REVOKED)

    assert passing(three, Filter(within_days=20)) == ["vpn"]
    assert passing(three, Filter(ends_in=Days(date(2026, 12, 1), date(2026, 12, 31)))) == ["vpn"]
