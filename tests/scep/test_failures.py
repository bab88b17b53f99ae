"""The words of the transport when no answer comes."""

from scep import failures
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
