"""The plan that travels from the management command to the server's process."""

from pathlib import Path

import pytest

from webui import server_process
from webui.server import PlainPort, TlsPort, WorkerHooks


@pytest.mark.parametrize("client_ca", [None, Path("/data/ca.pem")])
@pytest.mark.parametrize("wanted", [False, True])
def test_the_plan_arrives_as_it_was_made(client_ca: Path | None, *, wanted: bool) -> None:
    plain = [PlainPort("127.0.0.1", 8080)]
    tls = [TlsPort("::1", 8443, Path("/data/c.pem"), Path("/data/k.pem"), client_ca, wanted)]
    hooks = WorkerHooks("package.module:start", "package.module:stop")

    arguments = server_process.command("a.wsgi:app", plain=plain, tls=tls, threads=3, hooks=hooks)

    plan = server_process.read(arguments[-1])
    assert (plan.application, plan.threads) == ("a.wsgi:app", 3)
    assert (plan.plain, plan.tls, plan.hooks) == (plain, tls, hooks)


def test_hooks_may_be_left_out() -> None:
    arguments = server_process.command("a:b", plain=[], tls=[], threads=1, hooks=None)

    assert server_process.read(arguments[-1]).hooks == WorkerHooks()
