"""For any configuration: what is exported and imported again is the same configuration."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from certificates import codec as certificates
from certificates.models import Material, Source
from certificates.services import store
from certificates.spec import PRIVATE_KEY, Usage
from configuration import queries as configuration
from configuration import registry, services
from configuration.document import Document
from configuration.imports import ImportReport, Wish
from configuration.sources import CANDIDATE
from device import enforcement, secrets
from device.models import Secret
from device.spec import AuthenticationSettings
from domain.actions import Action
from domain.actors import SYSTEM, Role
from domain.locations import DEVICE, SHARED, VSYS1, Location
from pki import keys
from profiles import codec as profiles
from profiles.spec import (
    KEY_BITS,
    PURPOSE_OF_CHALLENGE,
    PURPOSE_OF_OTP,
    Challenge,
    Digest,
    Minimum,
    Renewal,
    SanType,
    ScepProfileSpec,
    Transport,
)
from setup.codec import admin, admin_role, management, vsys
from setup.spec.admin import Administrator
from setup.spec.admin_role import AdminRole
from setup.spec.management import CARDS
from setup.spec.vsys import VirtualSystem
from tests.certificates.moving import LEAF, ROOT
from tests.devices import empty_tables

AT: Final = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)
PLACES: Final = (SHARED, VSYS1, Location("vsys2"))
SHORT = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

names = st.text("abcXYZ019_-.", min_size=1, max_size=8)
lines = st.text(
    st.characters(exclude_categories=["C", "Z"], exclude_characters='$,+"\\<>;=#'), min_size=1
).map(lambda text: text[:20])


@st.composite
def spec(draw: Callable[..., Any]) -> ScepProfileSpec:
    """A profile that keeps its rules; its passwords are still to be sealed."""
    challenge = draw(st.sampled_from(Challenge))
    dynamic = challenge is Challenge.DYNAMIC
    san = draw(st.sampled_from([SanType.NONE, SanType.DNS]))
    return ScepProfileSpec(
        name=draw(names),
        location=draw(st.sampled_from(PLACES)),
        challenge=challenge,
        otp_server_url="https://ca.example/mscep_admin/?x=1&y=2" if dynamic else "",
        otp_username=draw(lines) if dynamic else "",
        server_url="http://ca.example/scep",
        ca_ident=draw(lines),
        subject=f"CN={draw(lines)}",
        san_type=san,
        san_value="$HOSTID.example" if san is SanType.DNS else "",
        key_bits=draw(st.sampled_from(KEY_BITS)),
        digest=draw(st.sampled_from(Digest)),
        use_as_digital_signature=draw(st.booleans()),
        use_for_key_encipherment=draw(st.booleans()),
        fingerprint=draw(st.sampled_from(["", "AA" * 32])),
        scep_ca_certificate=draw(st.just("") | names),
        transport=draw(st.sampled_from(Transport)),
        minimum=draw(st.sampled_from(Minimum)),
        renewal=draw(st.sampled_from(Renewal)),
    )


class Writer:
    """Puts objects into the candidate, each with its app's own row."""

    def __init__(self) -> None:
        self.taken: set[tuple[str, Location, str]] = set()

    def put(self, kind: str, location: Location, name: str, xml: str) -> UUID | None:
        """Write an object, unless its name is taken."""
        if (kind, location, name) in self.taken:
            return None
        self.taken.add((kind, location, name))
        put = services.put(kind=kind, location=location, name=name, xml=xml, by=SYSTEM, at=AT)
        section = registry.section(kind)
        section.restore(uuid=put.uuid, location=location, name=name, xml=xml)
        return put.uuid


def _profile(writer: Writer, wanted: ScepProfileSpec, password: bytes) -> None:
    xml = profiles.to_xml(wanted)
    for challenge, purpose, old in (
        (Challenge.FIXED, PURPOSE_OF_CHALLENGE, "<fixed></fixed>"),
        (Challenge.DYNAMIC, PURPOSE_OF_OTP, "<password></password>"),
    ):
        if wanted.challenge is challenge and password:
            sealed = secrets.seal(password, purpose=purpose, at=AT)
            xml = xml.replace(old, old.replace("><", f">{sealed}<"))
    writer.put("scep-profile", wanted.location, wanted.name, xml)


def _certificate(writer: Writer, wanted: tuple[Any, ...]) -> None:
    name, location, usages, has_key = wanted
    uuid = writer.put("certificate", location, name, certificates.to_xml(name, usages))
    if uuid is not None:
        key = secrets.seal(keys.to_pkcs8_der(LEAF.rsa), purpose=PRIVATE_KEY, at=AT)
        der, secret = (LEAF.der, key) if has_key else (ROOT.der, None)
        new = store.NewMaterial(uuid, Source.IMPORT, der, key_secret=secret)
        store.set_material(new, at=AT)


def _admin(writer: Writer, name: str, role: Role) -> None:
    profile = "operators" if role is Role.CUSTOM else ""
    scope = (VSYS1,) if role.is_of_vsys else ()
    password = secrets.seal(b"hash", purpose=enforcement.PURPOSE, at=AT)
    wanted = Administrator(name, role, profile, scope, password=password)
    writer.put("admin", DEVICE, name, admin.to_xml(wanted))


@st.composite
def configurations(draw: Callable[..., Any]) -> Callable[[], None]:
    """Something that writes a configuration of all kinds."""
    wanted = draw(st.lists(st.tuples(spec(), st.binary(max_size=9)), max_size=4))
    entries = draw(
        st.lists(
            st.tuples(
                names,
                st.sampled_from(PLACES),
                st.frozensets(st.sampled_from(Usage)),
                st.booleans(),
            ),
            max_size=3,
        )
    )
    systems = draw(st.lists(st.integers(1, 255), max_size=3, unique=True))
    admins = draw(st.dictionaries(names, st.sampled_from(Role), max_size=3))
    actions = draw(st.frozensets(st.sampled_from([Action.SAVE, Action.LOAD, Action.READ_SCEP])))
    minutes = draw(st.integers(1, 1440))

    def write() -> None:
        writer = Writer()
        for number in systems:
            system = VirtualSystem(number, f"Branch {number}")
            writer.put("vsys", DEVICE, system.key, vsys.to_xml(system))
        for profile, password in wanted:
            _profile(writer, profile, password)
        for entry in entries:
            _certificate(writer, entry)
        for name, role in admins.items():
            _admin(writer, name, role)
        operators = AdminRole("operators", "for tests", permitted=actions)
        writer.put("admin-role", DEVICE, "operators", admin_role.to_xml(operators))
        card = CARDS["authentication-settings"]
        value = AuthenticationSettings(idle_timeout_min=minutes)
        writer.put("management-settings", DEVICE, card.name, management.to_xml(card, value))

    return write


def exported() -> bytes:
    return services.export(source=CANDIDATE, by=SYSTEM, at=AT)


def imported(file: bytes) -> ImportReport:
    parsed = services.parse([file])
    return services.import_file(file=parsed, wish=Wish("fw.xml"), by=SYSTEM, at=AT)


def texts(document: Document) -> dict[UUID, str]:
    return {entry.uuid: document.text(entry.digest) for entry in document.entries}


def opened() -> dict[UUID, bytes]:
    return {row.uuid: secrets.unseal(row.uuid) for row in Secret.objects.all()}


def materials() -> dict[UUID, tuple[bytes, UUID | None]]:
    rows = Material.objects.filter(is_current=True)
    return {row.entry_id: (bytes(row.certificate_der), row.key_secret) for row in rows}


class TestAnyConfiguration(TestCase):
    """Hypothesis gives every example a transaction of its own here."""

    @SHORT
    @given(configurations())
    def test_the_same_device_has_the_same_configuration_again(
        self, write: Callable[[], None]
    ) -> None:
        write()
        before, file = configuration.candidate_document(), exported()

        report = imported(file)

        assert (report.changed, report.needs, report.left_out, report.unknown) == ((), (), (), ())
        assert configuration.candidate_document() == before
        assert exported() == file

    @SHORT
    @given(configurations(), st.integers(1, 7))
    def test_it_comes_back_over_anything_else(self, write: Callable[[], None], kept: int) -> None:
        write()
        before, file = configuration.candidate_document(), exported()
        doomed = [entry.uuid for number, entry in enumerate(before.entries) if number % kept]
        services.delete_all(uuids=[one for one in doomed if _is_free(one)], by=SYSTEM, at=AT)

        report = imported(file)

        # Certificates that were deleted are gone with their keys; everything else is back.
        lost = {(note.label, note.location, note.name) for note in report.left_out}
        after = configuration.candidate_document()
        missing = [entry for entry in before.entries if after.entry(entry.uuid) is None]
        assert {("Certificate", entry.location, entry.name) for entry in missing} == lost
        assert {entry for entry in before.entries if entry not in missing} == set(after.entries)

    @SHORT
    @given(configurations())
    def test_another_device_with_the_master_key_has_it_with_all_secrets(
        self, write: Callable[[], None]
    ) -> None:
        write()
        before, file = configuration.candidate_document(), exported()
        expected, known, held = texts(before), opened(), materials()
        used = {uuid for uuid in known if str(uuid) in str(expected) or uuid in _keys(held)}
        empty_tables()

        imported(file)

        assert configuration.candidate_document() == before
        assert texts(configuration.candidate_document()) == expected
        assert materials() == held
        assert opened() == {uuid: known[uuid] for uuid in used}


def _keys(held: dict[UUID, tuple[bytes, UUID | None]]) -> set[UUID | None]:
    return {secret for _, secret in held.values()}


def _is_free(uuid: UUID) -> bool:
    """Whether an object may be deleted: nothing refers to it."""
    found = configuration.candidate(uuid)
    assert found is not None
    places = configuration.references(found.kind, [(found.location, found.name)])
    return not places.get((found.location, found.name))
