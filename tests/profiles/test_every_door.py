"""One table of rules at every door: the service, the form over HTTP, the XML codec and commit."""

from dataclasses import asdict, replace
from enum import Enum
from typing import Any
from uuid import uuid4

import pytest

from django.test import Client

from configuration.document import Document, Entry, canonical, digest
from configuration.sections import ObjectProblem
from device.models import DeviceFacts
from domain.locations import SHARED, VSYS1
from profiles import codec, queries
from profiles.forms.profile import RETYPE
from profiles.section import ProfilesSection
from profiles.services import ProfileRefused
from profiles.spec import CERTIFICATES, KIND, ScepProfileSpec
from tests.profiles import factories
from tests.profiles.conftest import Workbench
from tests.profiles.pages import HTMX, LIST
from tests.profiles.rule_cases import BROKEN, FINE, SECRET, Case


def at(door: str, table: list[Any]) -> list[Any]:
    """The cases of a table that a door can carry."""
    return [parameter for parameter in table if door not in parameter.values[0].not_by]


def set_mode(case: Case) -> None:
    DeviceFacts.objects.create(
        hostname="fw", serial="0" * 12, model="m", sw_version="1.0.0", fips_cc=case.fips_cc
    )


@pytest.mark.parametrize("case", at("service", FINE))
def test_the_service_saves(bench: Workbench, case: Case) -> None:
    set_mode(case)

    uuid = bench.save(**case.draft)

    assert queries.candidate_profile(uuid).spec.name == case.draft.get("name", "ndes")


@pytest.mark.parametrize("case", at("service", BROKEN))
def test_the_service_refuses(bench: Workbench, case: Case) -> None:
    set_mode(case)

    with pytest.raises(ProfileRefused) as caught:
        bench.save(**case.draft)

    [problem] = caught.value.problems
    assert problem.field == case.field
    assert case.message in problem.message
    assert queries.profile_rows() == []


def fields_of(case: Case) -> dict[str, str]:
    """What a browser sends for a profile."""
    draft = factories.draft(**case.draft)
    values = asdict(draft.spec) | {
        "location": draft.spec.location.key,
        "challenge_password": draft.challenge_password or "",
        "otp_password": draft.otp_password or "",
    }
    boxes = {name: "on" for name, value in values.items() if value is True}
    return boxes | {
        name: str(value.value if isinstance(value, Enum) else value)
        for name, value in values.items()
        if not isinstance(value, bool)
    }


@pytest.mark.parametrize("case", at("form", FINE))
def test_the_form_saves(bench: Workbench, maria: Client, case: Case) -> None:
    del bench
    set_mode(case)

    response = maria.post(f"{LIST}add/", fields_of(case), headers=HTMX)

    assert response.status_code == 204
    assert len(queries.profile_rows()) == 1


@pytest.mark.parametrize("case", at("form", BROKEN))
def test_the_form_refuses_at_the_field(bench: Workbench, maria: Client, case: Case) -> None:
    del bench
    set_mode(case)

    response = maria.post(f"{LIST}add/", fields_of(case), headers=HTMX)

    errors = response.context["form"].errors.items()
    said = [(field, text) for field, texts in errors for text in texts if text != RETYPE]
    assert response.status_code == 422
    assert [field for field, _ in said] == [case.field]
    assert case.message in said[0][1]
    assert queries.profile_rows() == []


def spec_of(case: Case) -> ScepProfileSpec:
    """The profile as XML has it: a password that was typed is a stored one."""
    draft = factories.draft(**case.draft)
    return replace(
        draft.spec,
        challenge_password=SECRET if draft.challenge_password else draft.spec.challenge_password,
        otp_password=SECRET if draft.otp_password else draft.spec.otp_password,
    )


def problems_in_xml(spec: ScepProfileSpec) -> list[ObjectProblem]:
    """Read a profile from XML as a commit does, beside the certificates it may name."""
    text = canonical(codec.to_xml(spec))
    entries = (
        Entry(uuid4(), KIND, spec.location, spec.name, digest(text)),
        Entry(uuid4(), CERTIFICATES, SHARED, "root-ca", ""),
        Entry(uuid4(), CERTIFICATES, VSYS1, "device", ""),
    )
    return ProfilesSection().validate(Document(entries, lambda _: {digest(text): text}))


@pytest.mark.parametrize("case", at("xml", FINE))
@pytest.mark.django_db
def test_xml_is_read_and_passes_at_commit(case: Case) -> None:
    set_mode(case)
    spec = spec_of(case)

    assert codec.from_xml(spec.name, spec.location, codec.to_xml(spec)) == spec.relevant()
    assert problems_in_xml(spec) == []


@pytest.mark.parametrize("case", at("xml", BROKEN))
@pytest.mark.django_db
def test_xml_is_read_and_stopped_at_commit(case: Case) -> None:
    set_mode(case)

    [problem] = problems_in_xml(spec_of(case))

    assert problem.field == case.field
    assert case.message in problem.message
