"""`manage.py democa` as a real process on free ports."""

import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from scep import challenge
from tests.loopback import free_port
from tests.waiting import wait_until

ROOT: Final = Path(__file__).resolve().parents[1]
START_TIMEOUT_S: Final = 60.0
STOP_TIMEOUT_S: Final = 15.0
PASSWORD: Final = "democa-password-1"


@dataclass(frozen=True)
class RunningCa:
    """A demo CA that answers."""

    url: str
    tls_url: str
    user: str
    password: str = field(repr=False)
    pid: int
    output: Path

    @property
    def scep_url(self) -> str:
        """Where it speaks SCEP."""
        return f"{self.url}/certsrv/mscep/"

    @property
    def challenge_url(self) -> str:
        """Where one-time passwords are."""
        return f"{self.url}/CertSrv/mscep_admin/"

    def get(self, path: str, *, signed_in: bool = False) -> tuple[int, str, bytes]:
        """GET a page: status, content type, body."""
        request = urllib.request.Request(self.url + path)  # noqa: S310 - loopback only
        opener = urllib.request.build_opener(*self._credentials() if signed_in else ())
        try:
            with opener.open(request, timeout=10) as reply:
                return reply.status, reply.headers["Content-Type"], reply.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers["Content-Type"], error.read()

    def one_time_password(self) -> str:
        """A new one-time password, from the admin page."""
        status, content_type, body = self.get("/CertSrv/mscep_admin/", signed_in=True)
        assert status == 200, (status, body)
        return challenge.read_page(body, content_type).password

    def root_pem(self) -> bytes:
        """The CA certificate."""
        return self.get("/demo-root-ca.pem")[2]

    def approve_all(self) -> None:
        """Press every Approve button of the CA's own page."""
        page = self.get("/")[2].decode()
        for path in re.findall(r'action="([^"]+/approve)"', page):
            self.press(path)

    def revoke(self, serial_number: int) -> None:
        """Press the Revoke button of a certificate."""
        page = self.get("/")[2].decode()
        button = rf'action="([^"]+/revoke)"(?:(?!action=).)*{serial_number:X}"'
        found = re.search(button, page, re.DOTALL)
        assert found is not None
        self.press(found[1])

    def press(self, path: str, **fields: str) -> None:
        """Press one button of the CA's own page."""
        cookies = urllib.request.HTTPCookieProcessor(CookieJar())
        opener = urllib.request.build_opener(cookies, *self._credentials())
        with opener.open(self.url, timeout=10) as reply:
            page = reply.read().decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token is not None
        data = urlencode({"csrfmiddlewaretoken": token[1], **fields}).encode()
        opener.open(self.url + path, data=data, timeout=10).close()

    def _credentials(self) -> tuple[urllib.request.BaseHandler, ...]:
        passwords = urllib.request.HTTPPasswordMgrWithPriorAuth()
        passwords.add_password(None, self.url, self.user, self.password, is_authenticated=True)
        return (urllib.request.HTTPBasicAuthHandler(passwords),)


@contextmanager
def run_democa(
    folder: Path,
    *,
    password: str = PASSWORD,
    password_max: int = 1000,
    extra: Sequence[str] = (),
) -> Iterator[RunningCa]:
    """Run the demo CA until the block ends.

    Args:
        folder: its data folder; what it prints goes to ``democa.log`` beside it.
        password: of the user ``scep``; empty keeps the one of the first start.
        password_max: one-time passwords open at once.
        extra: more options of ``manage.py democa``.
    """
    port, tls_port = free_port(), free_port()
    output = folder.parent / f"{folder.name}.log"
    command = [sys.executable, "manage.py", "democa", "--data", str(folder)]
    command += ["--port", str(port), "--tls-port", str(tls_port)]
    command += ["--password", password, "--password-max", str(password_max), *extra]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    with output.open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own command line
            command, cwd=ROOT, stdout=log, stderr=log, env=environment
        )
    ca = RunningCa(
        url=f"http://127.0.0.1:{port}",
        tls_url=f"https://127.0.0.1:{tls_port}",
        user="scep",
        password=password,
        pid=process.pid,
        output=output,
    )
    try:
        wait_until(lambda: _answers(ca, process), timeout_s=START_TIMEOUT_S)
        yield ca
    finally:
        process.terminate()
        process.wait(timeout=STOP_TIMEOUT_S)


def _answers(ca: RunningCa, process: subprocess.Popen[bytes]) -> bool:
    ended = f"the demo CA ended:\n{ca.output.read_text(encoding='utf-8', errors='replace')}"
    assert process.poll() is None, ended
    try:
        return ca.get("/")[0] == 200
    except OSError:
        return False
