"""Steps."""

from scep.transcript import Outcome, Step, StepName, drop


def test_a_step_without_a_recorder_leaves_no_trace() -> None:
    assert drop(Step(StepName.DNS, Outcome.PASSED, "Resolved.")) is None  # type: ignore[func-returns-value]
