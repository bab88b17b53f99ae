"""The running configuration of a real firewall, taken over as far as it goes."""

import time

import pytest

from audit.models import AuditEvent
from certificates.models import MaterialStatus, Source
from configuration import queries as configuration
from configuration import services
from configuration.document import Operation
from configuration.imports import Mode, Wish
from configuration.models import ObjectText
from configuration.services.importing import NotImported
from device import portable
from device.models import DeviceFacts
from domain.locations import SHARED, Location
from profiles import queries as profiles
from profiles.spec import Challenge, Digest, SanType, ScepProfileSpec
from tests.certificates import firewall
from tests.certificates.firewall import SEALED, running_config
from tests.certificates.moving import LEAF, ROOT, imported, names
from tests.certificates.workbench import MARIA, Bench, current

DEVICE = "/config/devices/entry[@name='localhost.localdomain']"


def profile(name: str, location: Location) -> ScepProfileSpec:
    found = configuration.find_candidate("scep-profile", location, name)
    assert found is not None
    return profiles.candidate_profile(found.uuid).spec


def certificate(name: str, location: str) -> configuration.ConfigObject:
    found = configuration.find_candidate("certificate", Location(location), name)
    assert found is not None
    return found


def test_profiles_certificates_and_virtual_systems_are_taken_over(bench: Bench) -> None:
    report = imported(bench, running_config())

    assert not report.is_ours
    assert names(report.changed) == [
        "Certificate Corp Root in Shared: added",
        "Certificate fw-1 in vsys1: added",
        "SCEP profile corp-ndes in Shared: added",
        "SCEP profile branch in vsys2: added",
        "Virtual system vsys2 in Device: added",
        "Virtual system vsys3 in Device: added",
    ]
    assert report.count(Operation.ADDED) == 6


def test_a_profile_is_taken_over_field_by_field(bench: Bench) -> None:
    imported(bench, running_config())

    spec = profile("corp-ndes", SHARED)
    assert (spec.challenge, spec.otp_username) == (Challenge.DYNAMIC, "svc-ndes")
    assert spec.otp_server_url == "https://ndes.corp.example/CertSrv/mscep_admin/"
    assert spec.otp_password is None
    assert (spec.san_type, spec.san_value) == (SanType.RFC822, "$EMAILADDRESS")
    assert (spec.key_bits, spec.digest) == (3072, Digest.SHA512)
    assert spec.use_as_digital_signature
    assert spec.use_for_key_encipherment
    assert spec.scep_ca_certificate == "Corp Root"
    assert profile("branch", Location("vsys2")).scep_client_certificate == "fw-1"


def test_a_certificate_is_taken_over_without_the_key_that_nobody_can_open(bench: Bench) -> None:
    imported(bench, running_config())

    row = current(certificate("fw-1", "vsys1").uuid)
    assert (bytes(row.certificate_der), row.key_secret) == (LEAF.der, None)
    assert (row.status, row.source) == (MaterialStatus.VALID, Source.IMPORT)
    root = current(certificate("Corp Root", "shared").uuid)
    assert bytes(root.certificate_der) == ROOT.der
    assert row.issuer_material == root


def test_secrets_are_asked_for_again(bench: Bench) -> None:
    report = imported(bench, running_config())

    assert names(report.needs) == [
        "SCEP profile corp-ndes in Shared: challenge page password",
        "Certificate fw-1 in vsys1: private key",
        "SCEP profile branch in vsys2: challenge password",
    ]
    assert all(note.url for note in report.needs)


def test_a_commit_names_the_secret_that_is_missing(bench: Bench) -> None:
    DeviceFacts.objects.create(hostname="fw", serial="0" * 12, model="m", sw_version="1.0.0")
    imported(bench, running_config())

    job = bench.commit_job()
    with pytest.raises(Exception, match="ailed"):
        bench.commit(job)

    assert [line for line in job.lines if line.startswith("error")] == [
        "error: SCEP profile corp-ndes in Shared: otp_password: This field is required.",
        "error: SCEP profile branch in vsys2: challenge_password: This field is required.",
        (
            "error: SCEP profile branch in vsys2: scep_client_certificate: vsys2 sees no "
            "certificate with a private key named fw-1. Choose one from the list."
        ),
    ]


def test_nothing_of_the_firewall_s_own_secrets_is_kept(bench: Bench) -> None:
    imported(bench, running_config())

    kept = "".join(ObjectText.objects.values_list("xml", flat=True))
    kept += str(list(AuditEvent.objects.values()))
    assert SEALED not in kept
    assert "$5$" not in kept


def test_what_cannot_be_taken_over_is_left_out_with_the_reason(bench: Bench) -> None:
    report = imported(bench, running_config())

    listed = names(report.left_out)
    assert [line.partition(": ")[0] for line in listed] == [
        "Administrator admin in Device",
        "Certificate broken in Shared",
        "Virtual system vsys1 in Device",
        "SCEP profile too-large in vsys2",
        "Certificate empty in Shared",
    ]
    assert "public-key cannot be read" in listed[1]
    assert "Choose 1024, 2048 or 3072 bits." in listed[3]
    assert "There is no certificate behind this entry." in listed[4]


def test_elements_that_a_profile_or_certificate_does_not_have_here_are_named(bench: Bench) -> None:
    report = imported(bench, running_config())

    assert names(report.shortened) == [
        "SCEP profile corp-ndes in Shared: retry-interval",
        (
            "Certificate fw-1 in vsys1: cloud-resource-id, "
            "public-key (the certificates above the first)"
        ),
    ]


def test_everything_else_is_listed_and_left_out(bench: Bench) -> None:
    report = imported(bench, running_config())

    listed = [(one.path, one.entries) for one in report.unknown]
    assert ("/config/shared/address", 3) in listed
    assert (f"{DEVICE}/network", 1) in listed
    assert (f"{DEVICE}/vsys/entry[@name='vsys1']/rulebase", 1) in listed
    portal = next(one for one in report.unknown if "global-protect" in one.path)
    assert portal.entries == 2
    assert portal.reason == "Portals and gateways are not part of this version."
    assert str(portal).endswith("; entries: 2). Portals and gateways are not part of this version.")


def test_taking_it_over_twice_changes_nothing_the_second_time(bench: Bench) -> None:
    imported(bench, running_config())
    before = configuration.candidate_document()

    report = imported(bench, running_config())

    assert report.changed == ()
    assert len(report.kept) == 6
    assert configuration.candidate_document() == before


def test_what_is_there_stays_unless_it_shall_be_overwritten(bench: Bench) -> None:
    mine = bench.profile(name="corp-ndes", location=SHARED, ca_ident="MINE")
    other = bench.profile(name="other")

    added = imported(bench, running_config())
    assert profile("corp-ndes", SHARED).ca_ident == "MINE"
    assert "SCEP profile corp-ndes in Shared" in names(added.kept)

    report = imported(bench, running_config(), mode=Mode.OVERWRITE)
    assert profile("corp-ndes", SHARED).ca_ident == "CORP-CA"
    assert names(report.changed) == ["SCEP profile corp-ndes in Shared: edited"]
    assert profiles.candidate_profile(mine).spec.ca_ident == "CORP-CA"
    assert profiles.candidate_profile(other).spec.name == "other"


def test_what_is_added_can_be_committed_in_parts(bench: Bench) -> None:
    imported(bench, running_config())

    assert configuration.pending_load() is None


def test_it_cannot_replace_the_candidate(bench: Bench) -> None:
    with pytest.raises(NotImported, match="cannot replace the candidate") as refusal:
        imported(bench, running_config(), mode=Mode.REPLACE)

    assert refusal.value.problems[0].field == "mode"


def test_a_table_of_secrets_in_it_is_not_opened(bench: Bench) -> None:
    table = '<x-scepadmin><secrets master-key="0000000000000000"/></x-scepadmin></config>'
    file = running_config().decode().replace("</config>", table)

    report = imported(bench, file)

    assert len(report.needs) == 3
    assert portable.own({SEALED: "challenge password"}) == {}


def test_a_large_file_takes_seconds_and_only_what_is_known_is_kept(bench: Bench) -> None:
    began = time.process_time()
    file = services.parse(firewall.chunks(addresses=50_000))
    took = time.process_time() - began

    assert took < 10  # a second alone on a core
    report = services.import_file(file=file, wish=Wish("big.xml"), by=MARIA, at=bench.now)
    assert report.count(Operation.ADDED) == 6
    address = next(one for one in report.unknown if one.path == "/config/shared/address")
    assert address.entries == 50_000
