"""FIPS-CC mode: switched on only when nothing breaks its rules, and held at every door."""

from dataclasses import replace
from datetime import datetime
from io import StringIO
from typing import Any

import pytest

from django.core.management import CommandError, call_command

from audit import queries as audit
from certificates.services import exchange
from configuration import services as configuration
from configuration.services import FipsCcRefused
from device.models import DeviceFacts
from domain.errors import Refused
from domain.locations import SHARED
from jobs.handlers import JobFailed
from profiles import codec
from profiles.spec import KIND, Digest
from tests.profiles import factories
from tests.profiles.conftest import MARIA, Workbench


@pytest.fixture
def _started(db: None) -> None:
    """The device was started once."""
    del db
    DeviceFacts.objects.create(hostname="fw", serial="0" * 12, model="m", sw_version="1.0.0")


def allowed(bench: Workbench) -> None:
    """Save a profile that the mode allows, and commit it."""
    bench.put_certificate("root-ca", SHARED)
    bench.save(**_fit())
    bench.commit()


def _fit() -> dict[str, Any]:
    return {
        **factories.dynamic(),
        "otp_server_url": "https://ca.example/CertSrv/mscep_admin/",
        "server_url": "https://ca.example/certsrv/mscep/",
        "scep_ca_certificate": "root-ca",
        "fingerprint": "",
    }


def switch(*arguments: str) -> str:
    said = StringIO()
    call_command("fips_cc", *arguments, stdout=said)
    return said.getvalue().strip()


@pytest.mark.usefixtures("_started")
def test_the_mode_is_switched_on_and_off_and_logged(bench: Workbench) -> None:
    allowed(bench)

    assert switch("on") == "FIPS-CC mode is now on."
    assert switch("on") == "FIPS-CC mode is on."
    assert switch("status") == "FIPS-CC mode is on."
    assert switch("off") == "FIPS-CC mode is now off."

    texts = [event.text for event in audit.events(kind="device")]
    assert texts == ["FIPS-CC mode was switched off.", "FIPS-CC mode was switched on."]


@pytest.mark.usefixtures("_started")
def test_what_breaks_the_rules_is_listed_with_its_place_field_and_reason(bench: Workbench) -> None:
    bench.put_certificate("root-ca", SHARED)
    uuid = bench.save(**_fit() | {"digest": Digest.SHA1})
    bench.commit()
    bench.save(uuid, **_fit() | {"key_bits": 1024})

    with pytest.raises(CommandError) as refused:
        switch("on")

    ndes = "SCEP profile ndes in vsys1"
    lines = str(refused.value).splitlines()
    assert lines[0] == "FIPS-CC mode stays off: objects break its rules."
    assert lines[1:3] == [
        f"{ndes} (candidate): key_bits: FIPS-CC mode requires at least 2048 bits.",
        f"{ndes} (running): digest: FIPS-CC mode requires sha256 or stronger.",
    ]
    assert switch("status") == "FIPS-CC mode is off."
    assert audit.events(kind="device") == []


@pytest.mark.usefixtures("_started")
def test_what_both_configurations_have_is_listed_once(bench: Workbench, now: datetime) -> None:
    bench.put_certificate("root-ca", SHARED)
    bench.save(**_fit() | {"digest": Digest.SHA1})
    bench.commit()

    with pytest.raises(FipsCcRefused) as refused:
        configuration.set_fips_cc(on=True, by=MARIA, at=now)

    (problem,) = refused.value.problems
    assert problem.field == "digest"
    assert "(candidate and running)" in problem.message


@pytest.mark.usefixtures("_started")
def test_what_is_wrong_in_any_mode_does_not_keep_the_mode_off(bench: Workbench) -> None:
    allowed(bench)
    odd = replace(factories.draft(**_fit()).spec, name="odd", subject="O=acme")
    bench._put(KIND, "odd", odd.location, codec.to_xml(odd), None)

    assert switch("on") == "FIPS-CC mode is now on."


def test_a_device_that_was_never_started_has_no_mode(db: None) -> None:
    del db

    with pytest.raises(CommandError, match="never started"):
        switch("on")


@pytest.mark.usefixtures("_started")
def test_a_commit_holds_the_rules_again(bench: Workbench) -> None:
    bench.put_certificate("root-ca", SHARED)
    bench.save(**_fit() | {"digest": Digest.SHA1})
    DeviceFacts.objects.update(fips_cc=True)

    with pytest.raises(JobFailed, match="FIPS-CC mode requires sha256"):
        bench.commit()


def _find(name: str) -> None:
    del name


@pytest.mark.usefixtures("_started")
def test_sign_in_and_minimum_follow_the_mode(db: None) -> None:
    del db
    spec = factories.draft(**_fit() | {"scep_ca_certificate": ""}).spec
    before = exchange.page_server(spec, _find, "p")
    DeviceFacts.objects.update(fips_cc=True)

    assert not before.credentials_need_tls
    assert exchange.minimum(spec).value == "strict"
    with pytest.raises(Refused, match="breaks rules of FIPS-CC mode"):
        exchange.server(spec, _find)
    with pytest.raises(Refused, match="breaks rules of FIPS-CC mode"):
        exchange.page_server(spec, _find, "p")
