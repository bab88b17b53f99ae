"""The CA's own certificates and keys: made once, kept, missed when lost."""

import stat
from datetime import datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from democa.hierarchy import Authority
from democa.models import AuthorityCertificate
from democa.secrets import KeyMissing
from democa.services import authority as service
from tests.democa.conftest import Settings

ED25519 = Ed25519PrivateKey.from_private_bytes(bytes(32)).private_bytes(
    Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
)
KEY_FILES = ["ra-encryption.key", "ra-signature.key", "root.key"]


@pytest.mark.django_db
def test_the_first_start_makes_the_ca_and_its_private_files(
    settings: Settings, tmp_path: Path, now: datetime
) -> None:
    settings.DATA_DIR = tmp_path

    service.initialise(at=now)

    assert sorted(path.name for path in tmp_path.iterdir()) == KEY_FILES
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}
    assert AuthorityCertificate.objects.count() == 3


def test_later_starts_keep_it(ca: Authority, now: datetime) -> None:
    service.initialise(at=now)

    assert service.load(1).root.certificate_der == ca.root.certificate_der
    assert service.load(1).root.private_key.private_numbers() == (
        ca.root.private_key.private_numbers()
    )


@pytest.mark.parametrize("lost", KEY_FILES)
@pytest.mark.parametrize("how", ["gone", "damaged", "another kind"])
def test_a_lost_key_is_a_clear_refusal_and_never_a_new_ca(
    ca: Authority, tmp_path: Path, now: datetime, lost: str, how: str
) -> None:
    path = tmp_path / lost
    if how == "gone":
        path.unlink()
    else:
        path.write_bytes(b"junk" if how == "damaged" else ED25519)

    with pytest.raises(KeyMissing, match=lost):
        service.initialise(at=now)

    root = AuthorityCertificate.objects.get(role="root")
    assert bytes(root.certificate_der) == ca.root.certificate_der
