"""From a certificate that ends to the receiver's door: real jobs, real sockets, a moved clock."""

import json
import socket
from dataclasses import replace
from datetime import timedelta

import pytest

from alerts.models import DeliveryState
from alerts.services import outbox, watching
from alerts.spec import HttpServer, SyslogServer
from jobs import runner
from jobs.models import Job, Result, State
from tests import loopback
from tests.alerts.test_watching import keep
from tests.alerts.workbench import KEY, MARIA, Workbench, deliveries
from tests.certificates.workbench import Bench

pytestmark = pytest.mark.django_db(transaction=True)


def job_of(delivery: int) -> Job:
    """The job of a delivery, as it stands now."""
    number = deliveries()[delivery].job_id
    assert number is not None
    return Job.objects.get(pk=number)


def test_a_certificate_that_ends_arrives_at_the_receiver(device: Workbench, bench: Bench) -> None:
    with loopback.serve(lambda _: loopback.Answer(200)) as site:
        device.profile(HttpServer("127.0.0.1", "HTTP", site.port, "/in"), "hook", key=KEY)
        device.settings(http="hook")
        device.commit()
        keep(bench, "fw-1", device.now, days=3)

        watching.sweep_expiries(device.now)
        assert runner.run_now(job_of(0).pk)

    body = json.loads(site.requests[0].body)
    assert (body["event"], body["count"]) == ("expiry", 1)
    assert [item["name"] for item in body["items"]] == ["fw-1"]
    assert deliveries()[0].state == DeliveryState.SENT
    assert job_of(0).result == Result.OK


def test_a_receiver_that_is_away_is_asked_again_later_by_the_same_job(device: Workbench) -> None:
    answers = [loopback.Answer(503), loopback.Answer(200)]
    with loopback.serve(lambda _: answers.pop(0)) as site:
        uuid = device.profile(HttpServer("127.0.0.1", "HTTP", site.port, "/in"), "hook", key=KEY)
        device.settings(http="hook")
        device.commit()
        watching.sweep_log(device.now)
        outbox.send_test(uuid=uuid, by=MARIA, at=device.now)
        row = deliveries()[0]
        row.is_test = False
        row.save()

        assert runner.run_now(job_of(0).pk)
        waiting = job_of(0)
        assert waiting.state == State.QUEUED
        assert waiting.run_at is not None
        Job.objects.filter(pk=waiting.pk).update(run_at=waiting.run_at - timedelta(hours=1))
        assert runner.run_now(waiting.pk)

    ids = {request.headers["X-Scepadmin-Delivery"] for request in site.requests}
    assert ids == {str(deliveries()[0].uuid)}
    assert len(site.requests) == 2
    assert (deliveries()[0].state, deliveries()[0].attempts) == (DeliveryState.SENT, 2)


def test_a_test_message_of_a_syslog_profile_arrives(device: Workbench) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(10)
        server = replace(SyslogServer("127.0.0.1"), port=receiver.getsockname()[1])
        uuid = device.profile(server, "siem")

        assert runner.run_now(outbox.send_test(uuid=uuid, by=MARIA, at=device.now))

        assert b"Test of the server profile siem, sent by maria." in receiver.recv(4096)
