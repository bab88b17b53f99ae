"""What is shown of a subject and a SAN while they are typed."""

from hypothesis import given
from hypothesis import strategies as st

from profiles.preview import SampleAttribute, preview
from profiles.spec import SanType


def test_tokens_have_sample_values_and_each_attribute_stands_alone() -> None:
    shown = preview("C=DE,OU=a\\, b+CN=$USERNAME,1.2.3=$UDID", SanType.NONE, "")

    assert shown.text == "C=DE,OU=a\\, b+CN=jdoe,1.2.3=007951000012345"
    assert shown.attributes == (
        SampleAttribute("C", "DE", is_joined=False),
        SampleAttribute("OU", "a, b", is_joined=False),
        SampleAttribute("CN", "jdoe", is_joined=True),
        SampleAttribute("1.2.3", "007951000012345", is_joined=False),
    )
    assert (shown.san, shown.problems) == ("", ())


def test_the_san_is_shown_with_its_type() -> None:
    shown = preview("CN=fw", SanType.DNS, "$HOSTID.example.com")

    assert shown.san == "DNS Name: b4-2e-99-00-11-22.example.com"


def test_the_sample_is_one_that_fits_the_san() -> None:
    shown = preview("CN=$USERNAME", SanType.RFC822, "$USERNAME")

    assert shown.san == "RFC 822 Name: jdoe@example.com"
    assert shown.text == "CN=jdoe@example.com"


def test_broken_rules_are_said_in_the_words_of_the_form() -> None:
    shown = preview("O=acme", SanType.URI, "nothing")

    assert [(problem.field, problem.message[:33]) for problem in shown.problems] == [
        ("subject", "The subject must contain a common"),
        ("san_value", "Enter one URI with its scheme, fo"),
    ]
    assert (shown.text, shown.attributes, shown.san) == ("", (), "")


def test_a_san_of_a_broken_subject_is_shown_all_the_same() -> None:
    shown = preview("CN", SanType.DNS, "fw.example.com")

    assert (shown.text, shown.san) == ("", "DNS Name: fw.example.com")


@given(st.text(max_size=40), st.sampled_from(SanType), st.text(max_size=40))
def test_any_text_has_a_preview(subject: str, san_type: SanType, san_value: str) -> None:
    shown = preview(subject, san_type, san_value)

    assert bool(shown.text) is not any(one.field == "subject" for one in shown.problems)
