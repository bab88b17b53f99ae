"""What a subject and a SAN value become, shown while they are typed.

The tokens get the values of :data:`profiles.subject.SAMPLES`; whatever stops the profile from being
saved is said here in the same words.
"""

from dataclasses import dataclass

from domain.errors import Problem
from pki import names
from profiles import rules, subject
from profiles.spec import SanType


@dataclass(frozen=True, slots=True)
class SampleAttribute:
    """One attribute of the subject.

    Attributes:
        type: its name, or a dotted OID.
        value: its value, tokens replaced, nothing escaped.
        is_joined: whether ``+`` joins it to the attribute before.
    """

    type: str
    value: str
    is_joined: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """What a certificate would say.

    Attributes:
        text: the subject as RFC 4514 text; empty when it breaks a rule.
        attributes: the subject's attributes in order.
        san: the subject alternative name; empty without one, or when it breaks a rule.
        problems: the rules that subject and SAN value break.
    """

    text: str
    attributes: tuple[SampleAttribute, ...]
    san: str
    problems: tuple[Problem, ...]


def preview(subject_text: str, san_type: SanType, san_value: str) -> Preview:
    """Show what a subject and a SAN value become."""
    of_subject = rules.subject_problems(subject_text)
    of_san = rules.san_problems(san_type, san_value)
    san, sample = "", subject.SAMPLES[0]
    if san_type is not SanType.NONE and not of_san:
        sample = _fitting(san_type, san_value)
        san = f"{san_type.label}: {subject.replace_tokens(san_value, sample)}"
    dn = names.Dn(()) if of_subject else names.parse(subject_text)
    dn = dn.replace_tokens(sample.by_token())
    return Preview(str(dn), _attributes(dn), san, (*of_subject, *of_san))


def _attributes(dn: names.Dn) -> tuple[SampleAttribute, ...]:
    return tuple(
        SampleAttribute(item.type, item.value, is_joined=place > 0)
        for rdn in dn.rdns
        for place, item in enumerate(rdn)
    )


def _fitting(san_type: SanType, san_value: str) -> subject.TokenValues:
    """Return the first sample that makes a usable SAN; the rules have found that there is one."""
    return next(
        values
        for values in subject.SAMPLES
        if not subject.san_problem(san_type, subject.replace_tokens(san_value, values))
    )
