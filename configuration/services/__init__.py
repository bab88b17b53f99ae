"""The verbs that write the configuration."""

from configuration.services.candidate import ObjectRef, delete, put
from configuration.services.commits import NOTHING_TO_COMMIT, Frozen, commit, freeze
from configuration.services.publishing import OvertakenByEdit, Publication, publish

__all__ = [
    "NOTHING_TO_COMMIT",
    "Frozen",
    "ObjectRef",
    "OvertakenByEdit",
    "Publication",
    "commit",
    "delete",
    "freeze",
    "publish",
    "put",
]
