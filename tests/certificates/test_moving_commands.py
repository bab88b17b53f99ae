"""``manage.py import_certificate`` and ``export_certificate``."""

import io
from pathlib import Path

import pytest

from django.core.management import CommandError, call_command

from certificates import queries
from certificates.management import arguments
from device.models import Admin
from domain.locations import SHARED, VSYS1
from pki import bundle, formats
from tests.certificates.test_store import ISSUING, LEAF, ROOT
from tests.certificates.workbench import Bench, current

PASSPHRASE = "a passphrase"
PASSWORD = "maria's own password"


class Terminal(io.StringIO):
    """Standard input at which somebody types."""

    def isatty(self) -> bool:
        return True


def _run(command: str, *words: object) -> str:
    out = io.StringIO()
    call_command(command, *map(str, words), stdout=out)
    return out.getvalue()


def _refused(command: str, *words: object) -> str:
    with pytest.raises(CommandError) as error:
        _run(command, *words)
    assert error.value.returncode == 2
    return str(error.value)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with a certificate, its key, a key file that is encrypted, and secrets."""
    (tmp_path / "fw-1.pem").write_bytes(LEAF.pem)
    (tmp_path / "root.cer").write_bytes(ROOT.der)
    (tmp_path / "fw-1.key").write_bytes(formats.encrypted_key_pem(LEAF.rsa, PASSPHRASE))
    (tmp_path / "passphrase").write_text(f"{PASSPHRASE}\nsecond line\n")
    (tmp_path / "password").write_text(PASSWORD)
    return tmp_path


@pytest.fixture
def maria_s_account(db: None, bench: Bench) -> None:
    """An admin with a password."""
    del db
    admin = Admin(username="maria", created_at=bench.now)
    admin.set_password(PASSWORD)
    admin.save()


def test_several_files_are_imported_into_the_candidate(bench: Bench, files: Path) -> None:
    told = _run(
        "import_certificate", files / "fw-1.pem", files / "root.cer", "--location", "shared"
    )

    assert told.count("Successfully imported") == 2
    assert sorted(bench.names()) == ["fw-1", "root"]
    assert queries.candidate_entry(SHARED, "root") is not None


def test_a_key_comes_from_a_file_of_its_own_and_opens_with_a_passphrase_file(
    bench: Bench, files: Path
) -> None:
    words = ("--key-file", files / "fw-1.key", "--passphrase-file", files / "passphrase")
    _run("import_certificate", files / "fw-1.pem", *words, "--name", "gw", "--block-key-export")

    row = bench.row("gw")
    assert (row.has_key, row.location) == (True, VSYS1)
    assert current(row.uuid).block_key_export


def test_a_passphrase_can_come_from_standard_input(
    bench: Bench, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSPHRASE}\n"))

    _run("import_certificate", files / "fw-1.pem", "--key-file", files / "fw-1.key", "--passphrase")

    assert bench.row("fw-1").has_key


def test_a_file_that_cannot_be_used_is_named_and_nothing_is_imported(
    bench: Bench, files: Path
) -> None:
    (files / "junk").write_bytes(b"junk")

    assert "junk" in _refused("import_certificate", files / "fw-1.pem", files / "junk")
    assert "No such file" in _refused("import_certificate", files / "nowhere.pem")
    assert "no-place is not a location" in _refused(
        "import_certificate", files / "fw-1.pem", "--location", "no-place"
    )
    assert bench.names() == []


def test_the_role_of_the_admin_named_holds(bench: Bench, files: Path) -> None:
    Admin.objects.create(username="rita", role="superreader", created_at=bench.now)

    told = _refused("import_certificate", files / "fw-1.pem", "--by", "rita")

    assert "Your role does not allow" in told


def test_certificates_are_exported_to_a_file_of_their_own(bench: Bench, files: Path) -> None:
    bench.keep("root", ROOT)
    bench.keep("issuing", ISSUING)
    bench.keep("fw-1", LEAF)
    out = files / "chain.pem"

    told = _run("export_certificate", "fw-1", "--chain", "--out", out)

    assert told == f"Exported fw-1 to {out}.\n"
    assert bundle.from_pem(out.read_bytes()) == (LEAF.der, ISSUING.der, ROOT.der)
    assert out.stat().st_mode & 0o777 == 0o600
    assert "cannot be written" in _refused("export_certificate", "root", "--out", out)


def test_what_is_not_there_or_does_not_fit_is_not_exported(bench: Bench, files: Path) -> None:
    bench.keep("root", ROOT)
    bench.keep("fw-1", LEAF)
    out = files / "out"

    assert "There is no certificate fw-9" in _refused("export_certificate", "fw-9", "--out", out)
    words = ("root", "fw-1", "--format", "der", "--out", out)
    assert "holds one certificate" in _refused("export_certificate", *words)
    assert not out.exists()


@pytest.mark.usefixtures("maria_s_account")
def test_a_key_is_exported_under_a_passphrase_for_the_admin_who_gives_the_password(
    bench: Bench, files: Path
) -> None:
    bench.keep("fw-1", LEAF, key_secret=bench.seal_key(LEAF))
    out = files / "fw-1.p12"
    secrets = ("--passphrase-file", files / "passphrase", "--password-file", files / "password")
    words = ("fw-1", "--format", "pkcs12", "--key", "--by", "maria", "--out", out)

    _run("export_certificate", *words, *secrets)

    [key] = formats.read(out.read_bytes(), PASSPHRASE).keys
    assert key.private_numbers() == LEAF.rsa.private_numbers()


@pytest.mark.usefixtures("maria_s_account")
def test_a_wrong_password_exports_nothing(bench: Bench, files: Path) -> None:
    bench.keep("fw-1", LEAF, key_secret=bench.seal_key(LEAF))
    secrets = ("--passphrase-file", files / "passphrase", "--password-file", files / "passphrase")
    words = ("fw-1", "--key", "--by", "maria", "--out", files / "out")

    assert "not your password" in _refused("export_certificate", *words, *secrets)
    assert not (files / "out").exists()


def test_a_terminal_asks_twice_for_what_nobody_sees(monkeypatch: pytest.MonkeyPatch) -> None:
    typed = iter(["one", "one", "two", "other", "once"])
    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr("getpass.getpass", lambda _: next(typed))

    assert arguments.secret(None, what="Passphrase", twice=True) == "one"
    with pytest.raises(CommandError, match="The two differ"):
        arguments.secret(None, what="Passphrase", twice=True)
    assert arguments.secret(None, what="Passphrase") == "once"


def test_an_empty_file_is_an_empty_secret(tmp_path: Path) -> None:
    (tmp_path / "empty").write_bytes(b"")

    assert arguments.secret(tmp_path / "empty", what="Passphrase") == ""
