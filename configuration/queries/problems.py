"""What is wrong with an object, in words, and where the object can be seen."""

from configuration import registry
from configuration.document import Document
from configuration.models import CandidateObject
from configuration.sections import ObjectProblem


def problem_words(problem: ObjectProblem) -> str:
    """Say which object, which field, and what is wrong."""
    label = registry.section(problem.kind).label
    subject = f"{label} {problem.name} in {problem.location}"
    return ": ".join(part for part in (subject, problem.field, problem.message) if part)


def problem_url(problem: ObjectProblem, document: Document) -> str:
    """Return the path of the dialog of the object meant; empty when the candidate has it not."""
    entry = document.find(problem.kind, problem.location, problem.name)
    if entry is None or not CandidateObject.objects.filter(uuid=entry.uuid).exists():
        return ""
    return registry.section(problem.kind).url(uuid=entry.uuid)
