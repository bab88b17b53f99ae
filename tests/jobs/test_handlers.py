"""What handlers are given and give back."""

import pytest

from jobs.handlers import JobFailed, JobResult


def test_a_failure_carries_message_and_hint() -> None:
    failure = JobFailed("It failed.", "Try it.")

    assert str(failure) == failure.message == "It failed."
    assert failure.hint == "Try it."


def test_a_result_leads_nowhere_or_to_a_path() -> None:
    assert JobResult("Done.").url == ""
    assert JobResult("Done.", url="/device/certificates/").url == "/device/certificates/"


@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example", "javascript:x"])
def test_a_result_leads_to_no_other_host(url: str) -> None:
    with pytest.raises(ValueError, match="not a path"):
        JobResult("Done.", url=url)
