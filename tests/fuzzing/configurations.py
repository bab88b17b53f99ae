"""Configuration files for the fuzzing: of a firewall, and ours."""

from typing import Final
from uuid import UUID

from certificates import codec as certificates
from configuration import file_format
from configuration.file_format import Places, fill_secrets, prune
from configuration.transfer import FileObject, FilePlace
from device.sealed import SealedSecret, SealedSecrets
from domain.locations import SHARED
from pki import bundle
from profiles import codec as profiles
from tests.fuzzing import captures

_PLACES: Final = Places(
    {
        "certificate": FilePlace("certificate", secrets={"private-key": "private key"}),
        "scep-profile": FilePlace("scep", secrets={"scep-challenge/fixed": "password"}),
        "vsys": FilePlace(
            "devices/entry@localhost.localdomain/vsys", on_device=True, fields=("display-name",)
        ),
    }
)


def read(body: bytes) -> object:
    """Read a configuration file, and each object as its section does."""
    file = file_format.read([body], _PLACES)
    for one in file.objects:
        fill_secrets(one.xml, _PLACES.by_kind[one.kind], {})
        if one.kind == "certificate":
            certificates.from_file(one.name, one.xml)
        if one.kind == "scep-profile":
            profiles.from_xml(one.name, one.location, prune(one.xml, profiles.CHILDREN)[0])
    return file


def seeds() -> tuple[bytes, ...]:
    """A file of a firewall and one of ours."""
    pem = bundle.to_pem(captures.ca().certificate_der)
    profile = (
        '<entry name="p"><scep-challenge><fixed>-AQ==</fixed></scep-challenge><digest>sha1</digest>'
        "<algorithm><rsa><rsa-nbits>2048</rsa-nbits></rsa></algorithm><x/></entry>"
    )
    uuid = UUID(int=7)
    sealed = SealedSecrets("00" * 8, {uuid: b"k"}, (SealedSecret(uuid, uuid, "p", b"m", b"s"),))
    ours = FileObject("scep-profile", SHARED, "p", profile, uuid)
    firewall = (
        f'<config><shared><scep>{profile}</scep><address><entry name="a"/></address></shared>'
        '<devices><entry name="localhost.localdomain"><vsys><entry name="vsys2"><display-name>B'
        "</display-name></entry></vsys></entry></devices></config>"
    )
    certificate = f'<entry name="c"><public-key>{pem}</public-key><status>revoked</status></entry>'
    return (
        firewall.encode(),
        f"<config><shared><certificate>{certificate}</certificate></shared></config>".encode(),
        file_format.write([ours], _PLACES, version="1", sealed=sealed),
    )
