"""The verbs that write the configuration."""

from configuration.models import DESCRIPTION_MAX, LOCK_COMMENT_MAX
from configuration.services import confirmation, locks, snapshots
from configuration.services.candidate import ObjectRef, delete, delete_all, put
from configuration.services.commits import (
    NOTHING_TO_COMMIT,
    Frozen,
    PartialCommitRefused,
    commit,
    freeze,
    validate,
)
from configuration.services.exporting import export
from configuration.services.fips_cc import FipsCcRefused, set_fips_cc
from configuration.services.founding import found
from configuration.services.importing import check_import, import_file, parse
from configuration.services.loading import NotLoaded, load
from configuration.services.publishing import OvertakenByEdit, Publication, publish
from configuration.services.restoring import roll_back
from configuration.services.reverting import NOTHING_TO_REVERT, load_source, revert_changes

__all__ = [
    "DESCRIPTION_MAX",
    "LOCK_COMMENT_MAX",
    "NOTHING_TO_COMMIT",
    "NOTHING_TO_REVERT",
    "FipsCcRefused",
    "Frozen",
    "NotLoaded",
    "ObjectRef",
    "OvertakenByEdit",
    "PartialCommitRefused",
    "Publication",
    "check_import",
    "commit",
    "confirmation",
    "delete",
    "delete_all",
    "export",
    "found",
    "freeze",
    "import_file",
    "load",
    "load_source",
    "locks",
    "parse",
    "publish",
    "put",
    "revert_changes",
    "roll_back",
    "set_fips_cc",
    "snapshots",
    "validate",
]
