"""``enroll --count N --parallel M``."""

import json
import os
import signal
import stat
from collections import Counter
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography import x509

from pki import bundle, csr, keys
from scep.commands import batch
from scep.commands.pace import Pace
from tests import loopback
from tests.issuing import rsa_key
from tests.loopback import Answer, Request
from tests.scep.commands.conftest import CaSite, Cli, Ran
from tests.scep.commands.test_enroll import PAGES, enroll

FILES = ["ca.pem", "cert.pem", "csr.der", "key.pem", "transcript.json"]


def enroll_many(site: CaSite, out: Path, *more: str) -> list[str]:
    """Arguments that work."""
    return [*enroll(site, out, "--parallel", "2", *more), "--subject", "CN=fw{n},O=Acme"]


def operations(site: CaSite) -> Counter[str]:
    """How often each operation was asked for."""
    queries = [parse_qs(urlsplit(request.path).query) for request in site.site.requests]
    return Counter(query["operation"][0] for query in queries)


def summary(ran: Ran) -> dict[str, object]:
    """What stands at the end."""
    found = ran.objects[-1]["summary"]
    assert isinstance(found, dict)
    return found


def test_each_enrollment_has_a_folder_with_every_file(
    cli: Cli, ca_site: CaSite, tmp_path: Path
) -> None:
    ran = cli(*enroll_many(ca_site, tmp_path, "--count", "3", "--san", "dns:fw{n}.example"))

    assert (ran.code, ran.err) == (0, "")
    folders = ["0001", "0002", "0003"]
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        *folders, "ca.pem", "transcript.json",
    ]  # fmt: skip
    for name in folders:
        assert sorted(path.name for path in (tmp_path / name).iterdir()) == FILES
        (der,) = bundle.from_pem((tmp_path / name / "cert.pem").read_bytes())
        certificate = x509.load_der_x509_certificate(der)
        assert certificate.subject.rfc4514_string() == f"O=Acme,CN=fw{name}"
        key = keys.from_pem((tmp_path / name / "key.pem").read_bytes())
        assert certificate.public_key() == key.public_key()
        wanted = csr.read((tmp_path / name / "csr.der").read_bytes())
        assert [san.value for san in wanted.san] == [f"fw{name}.example"]
        assert stat.S_IMODE((tmp_path / name / "key.pem").stat().st_mode) == 0o600


def test_what_is_the_same_for_all_is_asked_once(cli: Cli, ca_site: CaSite, tmp_path: Path) -> None:
    cli(*enroll_many(ca_site, tmp_path, "--count", "4"))

    assert operations(ca_site) == {"GetCACaps": 1, "GetCACert": 1, "PKIOperation": 4}
    common = json.loads((tmp_path / "transcript.json").read_text())
    assert [step["name"] for step in common["steps"]][:3] == ["TCP", "GetCACaps", "GetCACert"]
    one = json.loads((tmp_path / "0003" / "transcript.json").read_text())
    names = [step["name"] for step in one["steps"] if step["name"] != "TCP"]
    assert names == ["Key pair", "CSR", "Algorithms", "PKIOperation", "Verify", "Match"]
    assert (one["status"], one["subject"]) == ("issued", "CN=fw0003,O=Acme")


def test_people_see_a_line_for_each_and_a_summary(
    cli: Cli, ca_site: CaSite, tmp_path: Path
) -> None:
    ran = cli(*enroll_many(ca_site, tmp_path, "--count", "2"))

    lines = ran.out.splitlines()
    ended = sorted(line for line in lines if line.startswith("000"))
    assert [line.partition("  serial number")[0] for line in ended] == [
        "0001  issued   CN=fw0001,O=Acme", "0002  issued   CN=fw0002,O=Acme",
    ]  # fmt: skip
    assert lines[-1].startswith("2 issued, 0 pending, 0 failed, 0 not begun in ")


def test_programs_read_an_object_for_each_and_a_summary(
    cli: Cli, ca_site: CaSite, tmp_path: Path
) -> None:
    ran = cli(*enroll_many(ca_site, tmp_path, "--count", "3", "--json"))

    *each, _ = ran.objects
    assert sorted(str(one["directory"]) for one in each) == [
        str(tmp_path / name) for name in ("0001", "0002", "0003")
    ]
    assert {one["status"] for one in each} == {"issued"}
    assert len({str(one["serial"]) for one in each}) == 3
    assert all(one["fingerprints"]["sha256"] for one in each)  # type: ignore[index]
    assert all(one["milliseconds"]["PKIOperation"] > 0 for one in each)  # type: ignore[index]
    found = summary(ran)
    assert (found["issued"], found["not_begun"], found["exit_code"]) == (3, 0, 0)
    assert found["seconds"] > 0  # type: ignore[operator]
    assert found["milliseconds"]["PKIOperation"] > 0  # type: ignore[index]


def test_a_refusal_ends_one_of_them_only(cli: Cli, ca_site: CaSite, tmp_path: Path) -> None:
    passwords = tmp_path / "passwords"
    passwords.write_text("secret\nwrong\n\nsecret\nunused\n")
    arguments = enroll_many(ca_site, tmp_path / "out", "--count", "3", "--json")
    at = arguments.index("--challenge")
    arguments[at : at + 2] = ["--challenge-file", str(passwords)]

    ran = cli(*arguments)

    assert ran.code == 4
    assert ran.err.count("\n") == 1
    assert ran.err.startswith("0002 PKIOperation: The server refused the request: badRequest (2).")
    assert (summary(ran)["issued"], summary(ran)["failed"]) == (2, 1)
    assert not (tmp_path / "out" / "0002" / "key.pem").exists()
    failed = next(one for one in ran.objects if one.get("status") == "failed")
    assert failed["step"] == "PKIOperation"


def test_pending_requests_end_with_3_and_can_be_asked_about(
    cli: Cli, ca_site: CaSite, tmp_path: Path
) -> None:
    ca_site.ca.manual = True

    ran = cli(*enroll_many(ca_site, tmp_path, "--count", "2"))

    assert ran.code == 3
    assert ran.out.splitlines()[-1].startswith("0 issued, 2 pending, 0 failed")
    ca_site.ca.approved.update(ca_site.ca.held)
    assert cli("poll", tmp_path / "0001").code == 0
    assert cli("poll", tmp_path / "0002").code == 0


@pytest.mark.parametrize(
    ("codes", "worst"),
    [({0}, 0), ({0, 3}, 3), ({3, 4}, 4), ({3, 4, 6}, 6), ({0, 3, 4, 5, 6}, 5)],
)
def test_the_exit_code_is_that_of_the_worst(codes: set[int], worst: int) -> None:
    assert batch.Tally(5, codes).exit_code == worst


def test_a_wrong_fingerprint_stops_all_before_anything_is_sent(
    cli: Cli, ca_site: CaSite, tmp_path: Path
) -> None:
    ran = cli(*enroll_many(ca_site, tmp_path, "--count", "5", "--fingerprint", "0" * 64, "--json"))

    assert ran.code == 5
    assert ran.err.startswith("CA fingerprint: ")
    assert ran.err.count("\n") == 1
    (_,) = ran.objects
    assert (summary(ran)["not_begun"], summary(ran)["step"]) == (5, "CA fingerprint")
    assert operations(ca_site)["PKIOperation"] == 0
    assert [path.name for path in tmp_path.iterdir()] == ["transcript.json"]


def test_a_dead_server_stops_all(cli: Cli, tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{loopback.free_port()}/scep"

    ran = cli("enroll", url, "--subject", "CN=x", "--out", tmp_path, "--count", "5")

    assert ran.code == 6
    assert ran.err.startswith("TCP: ")
    assert ran.err.count("\n") == 1


def test_a_challenge_page_that_gives_nothing_is_not_asked_by_all(
    cli: Cli, ca_site: CaSite, tmp_path: Path
) -> None:
    full = (PAGES / "synthetic_cache_full.utf16le.html").read_bytes()
    with loopback.serve(lambda _: Answer(body=full)) as page:
        ran = cli(
            "enroll", ca_site.url, "--subject", "CN=fw{n}", "--bits", "1024", "--out", tmp_path,
            "--challenge-url", page.url, "--count", "50", "--json",
        )  # fmt: skip

    assert ran.code == 4
    assert len(page.requests) == 1
    assert (summary(ran)["failed"], summary(ran)["not_begun"]) == (1, 49)


def test_each_enrollment_fetches_a_challenge_of_its_own(
    cli: Cli, ca_site: CaSite, tmp_path: Path
) -> None:
    ca_site.ca.challenge = "0123456789ABCDEF"
    page_body = (PAGES / "synthetic_otp.utf16le.html").read_bytes()
    with loopback.serve(lambda _: Answer(body=page_body)) as page:
        ran = cli(
            "enroll", ca_site.url, "--subject", "CN=fw{n}", "--bits", "1024", "--out", tmp_path,
            "--challenge-url", page.url, "--count", "3",
        )  # fmt: skip

    assert ran.code == 0
    assert len(page.requests) == 3


def test_a_challenge_server_that_is_not_there_stops_the_rest(
    cli: Cli, ca_site: CaSite, tmp_path: Path
) -> None:
    nowhere = f"http://127.0.0.1:{loopback.free_port()}/"

    ran = cli(
        "enroll", ca_site.url, "--subject", "CN=fw{n}", "--bits", "1024", "--out", tmp_path,
        "--challenge-url", nowhere, "--count", "50", "--json",
    )  # fmt: skip

    assert ran.code == 6
    assert (summary(ran)["failed"], summary(ran)["not_begun"]) == (1, 49)


def test_an_answer_that_breaks_off_does_not_stop_the_others(
    cli: Cli, ca_site: CaSite, tmp_path: Path
) -> None:
    first: list[Request] = []

    def break_off(request: Request) -> Answer:
        answer = ca_site.answer(request)
        if request.method == "POST" and not first:
            first.append(request)
            return replace(answer, break_off=True)
        return answer

    with loopback.serve(break_off) as site:
        arguments = enroll_many(ca_site, tmp_path, "--count", "3", "--parallel", "1", "--json")
        arguments[1] = site.url
        ran = cli(*arguments)

    assert ran.code == 6
    assert (summary(ran)["issued"], summary(ran)["failed"]) == (2, 1)
    assert cli("poll", tmp_path / "0001").code == 6  # its server is gone by now


def test_too_many_requests_are_made_later(cli: Cli, ca_site: CaSite, tmp_path: Path) -> None:
    ca_site.busy = [Answer(503, headers=(("Retry-After", "0"),))] * 2

    ran = cli(*enroll_many(ca_site, tmp_path, "--count", "2"))

    assert ran.code == 0
    common = json.loads((tmp_path / "transcript.json").read_text())
    outcomes = [(step["name"], step["outcome"]) for step in common["steps"]]
    assert ("GetCACert", "warned") in outcomes


def test_ready_keys_are_taken_in_the_order_of_their_names(
    cli: Cli, ca_site: CaSite, tmp_path: Path
) -> None:
    folder = tmp_path / "keys"
    (folder / "old").mkdir(parents=True)
    for name in ("b", "a", "c"):
        (folder / f"{name}.pem").write_text(keys.to_pem(rsa_key(name)))

    ran = cli(*enroll_many(ca_site, tmp_path / "out", "--count", "2", "--key", str(folder)))

    assert ran.code == 0
    for number, name in (("0001", "a"), ("0002", "b")):
        used = keys.from_pem((tmp_path / "out" / number / "key.pem").read_bytes())
        assert used.private_numbers() == rsa_key(name).private_numbers()


@pytest.mark.parametrize(
    ("argument", "words"),
    [("--key", "holds 1 files; 2 keys are needed"), ("--challenge-file", "holds 1 challenge")],
)
def test_too_few_keys_or_passwords_are_told_before_anything_is_sent(
    cli: Cli, ca_site: CaSite, tmp_path: Path, argument: str, words: str
) -> None:
    (tmp_path / "keys").mkdir()
    file = tmp_path / "keys" / "file"
    file.write_text("secret")
    arguments = enroll_many(ca_site, tmp_path / "out", "--count", "2")
    at = arguments.index("--challenge")
    arguments[at : at + 2] = [argument, str(file.parent if argument == "--key" else file)]

    ran = cli(*arguments)

    assert ran.code == 2
    assert words in ran.err
    assert ca_site.site.requests == []


def test_a_password_file_that_is_no_text_is_told(cli: Cli, ca_site: CaSite, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"\xff\xfe")

    ran = cli(
        "enroll", ca_site.url, "--subject", "CN=x", "--out", tmp_path / "out",
        "--challenge-file", tmp_path / "file",
    )  # fmt: skip

    assert ran.code == 2
    assert "is not a text in UTF-8" in ran.err


def test_a_password_file_serves_a_single_enrollment_too(
    cli: Cli, ca_site: CaSite, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("secret\n")

    ran = cli(
        "enroll", ca_site.url, "--subject", "CN=x", "--out", tmp_path / "out",
        "--challenge-file", tmp_path / "file", "--bits", "1024",
    )  # fmt: skip

    assert ran.code == 0


def test_no_folder_is_used_twice(cli: Cli, ca_site: CaSite, tmp_path: Path) -> None:
    (tmp_path / "0002").mkdir()

    ran = cli(*enroll_many(ca_site, tmp_path, "--count", "2"))

    assert ran.code == 2
    assert "0002 is there already" in ran.err
    assert ca_site.site.requests == []


def test_a_folder_that_cannot_be_written_ends_all_with_2(
    cli: Cli, ca_site: CaSite, tmp_path: Path
) -> None:
    def occupy(request: Request) -> Answer:
        if "GetCACert" in request.path:
            (tmp_path / "0001").write_text("in the way")
        return ca_site.answer(request)

    with loopback.serve(occupy) as site:
        arguments = enroll_many(ca_site, tmp_path, "--count", "9", "--parallel", "1")
        arguments[1] = site.url
        ran = cli(*arguments)

    assert ran.code == 2
    assert "0001 cannot be made" in ran.err
    assert not (tmp_path / "0002").exists()


def test_the_first_interrupt_ends_with_whole_folders(
    cli: Cli, ca_site: CaSite, tmp_path: Path
) -> None:
    before = signal.getsignal(signal.SIGINT)
    first: list[Request] = []

    def interrupt(request: Request) -> Answer:
        if request.method == "POST" and not first:
            first.append(request)
            os.kill(os.getpid(), signal.SIGINT)
        return ca_site.answer(request)

    with loopback.serve(interrupt) as site:
        arguments = enroll_many(ca_site, tmp_path, "--count", "50", "--parallel", "1", "--json")
        arguments[1] = site.url
        ran = cli(*arguments)

    assert ran.code == 130
    assert summary(ran)["issued"] + summary(ran)["not_begun"] == 50  # type: ignore[operator]
    assert summary(ran)["not_begun"] >= 45  # type: ignore[operator]
    for folder in (path for path in tmp_path.iterdir() if path.is_dir()):
        assert sorted(path.name for path in folder.iterdir()) == FILES
    assert signal.getsignal(signal.SIGINT) is before


def test_the_second_interrupt_ends_at_once() -> None:
    ended: list[int] = []
    tally, pace = batch.Tally(5), Pace()
    interrupt = batch.Interrupt(tally, pace, ended.append)

    interrupt(signal.SIGINT, None)
    assert (tally.exit_code, pace.stopped, ended) == (130, True, [])

    interrupt(signal.SIGINT, None)
    assert ended == [130]
