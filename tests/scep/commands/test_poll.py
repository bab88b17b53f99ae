"""``poll``: asking again, in another process, days later."""

import json
from argparse import Namespace
from pathlib import Path

import pytest

from pki import bundle, keys
from scep.commands import poll
from tests import issuing, loopback
from tests.loopback import Answer
from tests.scep.commands.conftest import CaSite, Cli
from tests.scep.commands.test_enroll import enroll
from tests.scep.test_transport import saying


def approve(site: CaSite) -> None:
    site.ca.approved.update(site.ca.held)


@pytest.fixture
def pending(cli: Cli, ca_site: CaSite, tmp_path: Path) -> Path:
    """The folder of a request that waits for a decision."""
    ca_site.ca.manual = True
    assert cli(*enroll(ca_site, tmp_path / "fw1")).code == 3
    return tmp_path / "fw1"


def steps(out: Path) -> list[tuple[str, str]]:
    transcript = json.loads((out / "transcript.json").read_text())
    return [(step["name"], step["outcome"]) for step in transcript["steps"]]


@pytest.mark.conformance("C51", "D33")
def test_an_approved_request_gets_its_certificate(cli: Cli, ca_site: CaSite, pending: Path) -> None:
    before = len(steps(pending))
    approve(ca_site)

    ran = cli("poll", pending)

    assert (ran.code, ran.err) == (0, "")
    assert "Subject        CN=fw1,O=Acme" in ran.out
    (certificate,) = bundle.from_pem((pending / "cert.pem").read_bytes())
    assert certificate in ca_site.ca.issued.values()
    assert not (pending / "state.json").exists()
    assert [name for name, _ in steps(pending)[before:]] == ["TCP", "CertPoll", "Verify", "Match"]
    assert json.loads((pending / "transcript.json").read_text())["status"] == "issued"
    assert "secret" not in (pending / "transcript.json").read_text() + ran.out


def test_a_request_without_a_decision_stays_pending(
    cli: Cli, ca_site: CaSite, pending: Path
) -> None:
    ran = cli("poll", pending, "--json")

    asked, summary = ran.objects
    assert ran.code == 3
    assert (asked["status"], asked["subject"]) == ("pending", "CN=fw1,O=Acme")
    assert summary["summary"]["pending"] == 1  # type: ignore[index]
    approve(ca_site)
    assert cli("poll", pending).code == 0


def test_a_refused_request_may_be_asked_about_again(
    cli: Cli, ca_site: CaSite, pending: Path
) -> None:
    # Dogtag looks as if it refused while the request waits (D34).
    held = dict(ca_site.ca.held)
    ca_site.ca.held.clear()

    ran = cli("poll", pending)

    assert ran.code == 4
    assert ran.err.startswith("CertPoll: The server refused the request: badCertId (4).")
    assert (pending / "key.pem").exists()
    ca_site.ca.held.update(held)
    approve(ca_site)
    assert cli("poll", pending).code == 0


@pytest.mark.conformance("C53")
def test_waiting_asks_at_longer_and_longer_intervals_until_there_is_a_decision(
    ca_site: CaSite, pending: Path
) -> None:
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            approve(ca_site)

    options = Namespace(directory=str(pending), wait=600.0, json=True)

    assert poll.run(options, pause) == 0
    assert pauses == [5.0, 7.5, 11.25]


@pytest.mark.conformance("C53")
def test_waiting_ends_when_the_time_is_over(pending: Path) -> None:
    pauses: list[float] = []
    options = Namespace(directory=str(pending), wait=250.0, json=True)

    assert poll.run(options, pauses.append) == 3

    assert sum(pauses) == 250.0
    assert max(pauses) == poll.MAX_PAUSE_S


@pytest.mark.conformance("C54")
def test_a_request_whose_answer_was_lost_is_sent_again_as_it_was(
    cli: Cli, ca_site: CaSite, tmp_path: Path
) -> None:
    out = tmp_path / "fw1"
    ca_site.lose_answers = True
    ran = cli(*enroll(ca_site, out))
    assert ran.code == 6
    ca_site.lose_answers = False

    assert cli("poll", out).code == 0

    sent = [request.body for request in ca_site.site.requests if request.method == "POST"]
    assert len(set(sent)) == 1
    (certificate,) = bundle.from_pem((out / "cert.pem").read_bytes())
    key = keys.from_pem((out / "key.pem").read_bytes())
    assert keys.public_der(key) in certificate


def test_what_was_sent_again_may_turn_out_to_be_pending(
    cli: Cli, ca_site: CaSite, tmp_path: Path
) -> None:
    out = tmp_path / "fw1"
    ca_site.ca.manual = True
    ca_site.lose_answers = True
    assert cli(*enroll(ca_site, out)).code == 6
    ca_site.lose_answers = False

    assert cli("poll", out).code == 3

    approve(ca_site)
    assert cli("poll", out).code == 0
    assert steps(out)[-3:] == [("CertPoll", "passed"), ("Verify", "passed"), ("Match", "passed")]


def test_a_dead_server_ends_with_6_and_nothing_is_lost(cli: Cli, pending: Path) -> None:
    change(pending, url=f"http://127.0.0.1:{loopback.free_port()}/scep")

    ran = cli("poll", pending)

    assert ran.code == 6
    assert ran.err.startswith("TCP: ")
    assert (pending / "state.json").exists()


def change(folder: Path, **values: object) -> None:
    """Change what the state says."""
    state = json.loads((folder / "state.json").read_text())
    (folder / "state.json").write_text(json.dumps({**state, **values}))


def test_the_tls_files_of_the_enrollment_are_used(cli: Cli, pending: Path, tmp_path: Path) -> None:
    authority = issuing.ca("TLS CA")
    (tmp_path / "tls-ca.pem").write_bytes(authority.pem)
    context = loopback.tls_context(issuing.server(authority, "127.0.0.1"))

    with loopback.serve(lambda _: Answer(500), context) as site:
        change(pending, url=site.url, tls_files={"ca_file": str(tmp_path / "tls-ca.pem")})
        ran = cli("poll", pending)

    assert ran.code == 6
    assert "the certificate of 127.0.0.1 is trusted" in ran.out


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", '{"version": 2}', '{"version": 1}', '{"version": 1, "url": 1}'],
)
def test_a_state_that_is_none_ends_with_6(cli: Cli, tmp_path: Path, text: str) -> None:
    (tmp_path / "state.json").write_text(text)

    ran = cli("poll", tmp_path)

    assert ran.code == 6
    assert "state.json is not what an enrollment leaves. Enroll again" in ran.err


@pytest.mark.parametrize("part", ["minimum", "bundle", "prepared", "tls_files"])
def test_a_state_with_a_broken_part_ends_with_6(cli: Cli, pending: Path, part: str) -> None:
    change(pending, **{part: "x"})

    assert cli("poll", pending).code == 6


@pytest.mark.parametrize("transcript", ["", "[]", "{}", '{"steps": 5}'])
def test_a_broken_transcript_is_begun_anew(
    cli: Cli, ca_site: CaSite, pending: Path, transcript: str
) -> None:
    approve(ca_site)
    (pending / "transcript.json").write_text(transcript)

    assert cli("poll", pending).code == 0

    assert steps(pending)[0] == ("TCP", "passed")


def test_a_folder_without_a_request_ends_with_2(cli: Cli, tmp_path: Path) -> None:
    ran = cli("poll", tmp_path / "nowhere")

    assert ran.code == 2
    assert "state.json cannot be read" in ran.err
    assert not (tmp_path / "nowhere").exists()


def test_a_folder_without_its_key_ends_with_2(cli: Cli, pending: Path) -> None:
    (pending / "key.pem").unlink()

    ran = cli("poll", pending)

    assert ran.code == 2
    assert "key.pem cannot be read" in ran.err


def test_an_enrollment_does_not_overwrite_a_request_that_waits(
    cli: Cli, ca_site: CaSite, pending: Path
) -> None:
    ran = cli(*enroll(ca_site, pending))

    assert ran.code == 2
    assert f"Ask about it with python -m scep poll {pending}" in ran.err


def test_an_answer_that_breaks_off_leaves_what_asking_again_needs(cli: Cli, pending: Path) -> None:
    with loopback.serve_raw(saying(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")) as site:
        change(pending, url=site.url)
        ran = cli("poll", pending)

    assert ran.code == 6
    assert (pending / "state.json").exists()
