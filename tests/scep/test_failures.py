"""The words of the transport when no answer comes."""

import ssl

from scep import failures
from scep.addresses import Origin
from scep.transcript import StepName
from scep.wire import HttpRequest


def test_each_operation_has_its_stage() -> None:
    stages = [
        failures.stage(HttpRequest("GET", (("operation", name),)))
        for name in ("GetCACaps", "GetCACert", "PKIOperation")
    ]

    assert stages == [StepName.CAPS, StepName.CACERT, StepName.PKIOPERATION]
    assert failures.stage(HttpRequest("GET")) is StepName.CHALLENGE


def test_an_address_without_a_route_is_told_in_the_words_of_the_system() -> None:
    error = OSError(113, "No route to host")

    failed = failures.not_connected(error, "10.0.0.1", 80, 20)

    assert failed.fact == "10.0.0.1 cannot be reached on port 80: No route to host."


def test_an_alert_after_the_handshake_is_a_failure_of_tls() -> None:
    alert = ssl.SSLError(1, "x")
    alert.reason = "TLSV13_ALERT_CERTIFICATE_REQUIRED"
    error = OSError("wrapped")
    error.__cause__ = alert

    failed = failures.broken(error, HttpRequest("GET"), Origin("https", "ca", 443), 20, begun=False)

    assert failed.stage is StepName.TLS
    assert failed.fact == "ca wants a TLS client certificate."


def test_errors_that_name_each_other_are_looked_at_once() -> None:
    one, two = OSError("one"), OSError("two")
    one.__cause__, two.__cause__ = two, one

    failed = failures.broken(one, HttpRequest("GET"), Origin("http", "ca", 80), 20, begun=False)

    assert failed.fact == "ca did not answer in HTTP."
