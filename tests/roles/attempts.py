"""How actions are tried: what a probe says, and what is done through the doors."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from certificates.services import exporting
from certificates.services.uploads import Upload, UploadedFile
from configuration import services as configuration
from configuration.forms.scope import SOME
from configuration.scope import CommitScope
from configuration.sources import Source, SourceKind
from domain.actions import Action, Page
from domain.actors import Actor
from domain.locations import DEVICE, SHARED, Location
from setup.services import accounts
from tests.issuing import ca
from tests.profiles import factories
from tests.roles.world import MARIA, OTHER, OWN, PASSWORD, World

Service: TypeAlias = Callable[[World, Actor, Location], object]
Page_: TypeAlias = Callable[[World, Actor, Location, Client], Any]
Command: TypeAlias = Callable[[World, Actor, Location], list[str]]

READS: Final = "what is read takes no actor: the views ask, and lists are cut to what is seen"
NO_COMMAND: Final = "no command does this on an admin's behalf"

SYSTEMS: Final = (OWN, OTHER)
PLACES: Final = (OWN, OTHER, SHARED)
ON_DEVICE: Final = (DEVICE,)
ANYWHERE: Final = (OWN,)
"""For what has no location: the place that an admin of some has."""


@dataclass(frozen=True)
class Probe:
    """How an action is tried.

    Attributes:
        action: which.
        what: what is done, in a word or two.
        places: where it is tried.
        service: through the service; a text says why there is none.
        page: through a request of a browser; likewise.
        command: arguments of a command without ``--by``; likewise.
    """

    action: Action
    what: str
    places: tuple[Location, ...]
    service: Service | str
    page: Page_ | str
    command: Command | str = NO_COMMAND

    def __str__(self) -> str:
        return f"{self.action}: {self.what}"


def get(url: str) -> Page_:
    return lambda _world, _by, _place, client: client.get(url)


def post(url: str, typed: Mapping[str, str]) -> Page_:
    """What is typed into a dialog."""
    return lambda _world, _by, _place, client: client.post(url, typed)


def reading(page: Page, url: str, places: tuple[Location, ...] = ANYWHERE) -> Probe:
    return Probe(page.read, url, places, READS, get(url))


def draft(place: Location) -> Any:  # noqa: ANN401 - a draft of a profile
    return factories.draft(name="new", location=place)


def scope(place: Location) -> CommitScope:
    return CommitScope(locations=frozenset({place}))


def pending(owner: Actor | None = None) -> Callable[[World, Actor, Location], None]:
    return lambda world, by, place: world.edit(place, owner or by)


def commit(owner: Actor | None) -> Service:
    def service(world: World, by: Actor, place: Location) -> object:
        pending(owner)(world, by, place)
        return configuration.commit(by=by, description="", scope=scope(place), at=world.now)

    return service


def commit_page(owner: Actor | None, button: str) -> Page_:
    def page(world: World, by: Actor, place: Location, client: Client) -> object:
        pending(owner)(world, by, place)
        owner_name = (owner or by).name
        typed = {"scope": SOME, "admins": owner_name, "locations": place.key, button: "1"}
        return client.post("/commit/", typed)

    return page


def commit_command(owner: Actor | None, *more: str) -> Command:
    def command(world: World, by: Actor, place: Location) -> list[str]:
        pending(owner)(world, by, place)
        return ["commit", "--location", place.key, *more]

    return command


def validate(world: World, by: Actor, place: Location) -> object:
    world.edit(place, by)
    return configuration.validate(by=by, scope=scope(place), at=world.now)


def revert(world: World, by: Actor, place: Location) -> object:
    world.edit(place, by)
    return configuration.revert_changes(scope=scope(place), by=by, at=world.now)


def revert_page(world: World, by: Actor, place: Location, client: Client) -> object:
    world.edit(place, by)
    typed = {"scope": SOME, "admins": by.name, "locations": place.key}
    return client.post(f"{OPERATIONS}revert/", typed)


def exported(world: World) -> bytes:
    return configuration.export(source=Source(SourceKind.RUNNING), by=MARIA, at=world.now)


def export_command(world: World, by: Actor, _place: Location) -> list[str]:
    return ["export_configuration", str(world.folder / f"{by.name}.xml")]


def import_command(world: World, by: Actor, _place: Location) -> list[str]:
    file = world.folder / f"for-{by.name}.xml"
    file.write_bytes(exported(world))
    return ["import_configuration", str(file)]


def upload(place: Location) -> Upload:
    return Upload((UploadedFile("x.pem", ca("Another CA").pem),), place, name="another")


def import_page(_world: World, _by: Actor, place: Location, client: Client) -> object:
    file = SimpleUploadedFile("x.pem", ca("Another CA").pem)
    typed = {"certificate_files": file, "name": "another", "location": place.key}
    return client.post("/device/certificates/import/", typed)


def export_key(world: World, by: Actor, place: Location) -> object:
    wanted = exporting.Wanted(
        (world.certificates[place],),
        exporting.Format.PKCS12,
        key=True,
        passphrase="long enough",
        password=PASSWORD,
    )
    return exporting.export(wanted=wanted, by=by, at=world.now)


def export_key_page(world: World, _by: Actor, place: Location, client: Client) -> object:
    typed = {
        "object": str(world.certificates[place]),
        "format": exporting.Format.PKCS12.value,
        "key": "on",
        "passphrase": "long enough",
        "confirmation": "long enough",
        "password": PASSWORD,
    }
    return client.post("/device/certificates/export/", typed)


def own_password(world: World, by: Actor, _place: Location) -> None:
    accounts.change_own_password(
        present=PASSWORD, password="Mine-1", confirmation="Mine-1", by=by, at=world.now
    )


SCEP: Final = "/device/scep/"
CERTIFICATES: Final = "/device/certificates/"
ADMINS: Final = "/device/administrators/"
ROLES: Final = "/device/admin-roles/"
OPERATIONS: Final = "/device/setup/operations/"
SYSTEM_LIST: Final = "/device/virtual-systems/"

PROFILE: Final = {
    "name": "new",
    "challenge": "none",
    "server_url": "http://ca.example/",
    "ca_ident": "CORP",
    "subject": "CN=$USERNAME",
    "san_type": "none",
    "key_bits": "2048",
    "digest": "sha256",
    "use_as_digital_signature": "on",
    "transport": "auto",
    "renewal": "percent",
    "renewal_percent": "80",
    "renewal_days": "30",
    "minimum": "default",
}
ROLE: Final = {"name": "auditor", "type": "device"}


def import_file_page(world: World, _by: Actor, _place: Location, client: Client) -> object:
    file = SimpleUploadedFile("x.xml", exported(world))
    return client.post(f"{OPERATIONS}import/", {"file": file, "mode": "replace"})


def import_certificate_command(world: World, _by: Actor, place: Location) -> list[str]:
    file = world.folder / "another.pem"
    file.write_bytes(ca("Another CA").pem)
    return ["import_certificate", str(file), "--location", place.key]


def export_key_command(world: World, by: Actor, place: Location) -> list[str]:
    for name, secret in (("passphrase", "long enough"), ("password", PASSWORD)):
        (world.folder / name).write_text(f"{secret}\n", encoding="ascii")
    name, out = f"ca-{place.key}", world.folder / f"{by.name}-{place.key}.p12"
    files = ["--passphrase-file", str(world.folder / "passphrase")]
    files += ["--password-file", str(world.folder / "password")]
    chosen = [name, "--location", place.key, "--format", "pkcs12", "--key"]
    return ["export_certificate", *chosen, *files, "--out", str(out)]
