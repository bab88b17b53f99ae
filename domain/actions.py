"""What an admin can do here: the pages that can be read and changed, and the other actions. Pure.

Every service that does one of these takes ``by`` and asks for it first; a page asks before it is
shown. Who may do what is in :mod:`domain.permissions`.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Action(StrEnum):
    """One thing that a role allows or not; the values stand in admin roles and in jobs' rows."""

    READ_DASHBOARD = "read-dashboard"
    READ_SCEP = "read-scep"
    WRITE_SCEP = "write-scep"
    READ_CERTIFICATES = "read-certificates"
    WRITE_CERTIFICATES = "write-certificates"
    READ_VIRTUAL_SYSTEMS = "read-virtual-systems"
    WRITE_VIRTUAL_SYSTEMS = "write-virtual-systems"
    READ_ADMINISTRATORS = "read-administrators"
    WRITE_ADMINISTRATORS = "write-administrators"
    READ_ADMIN_ROLES = "read-admin-roles"
    WRITE_ADMIN_ROLES = "write-admin-roles"
    READ_SETUP = "read-setup"
    WRITE_SETUP = "write-setup"
    READ_ALERTS = "read-alerts"
    WRITE_ALERTS = "write-alerts"
    READ_CONFIG_AUDIT = "read-config-audit"
    READ_CONFIGURATION_LOG = "read-configuration-log"
    READ_SYSTEM_LOG = "read-system-log"
    READ_EXCHANGES = "read-exchanges"
    READ_TASKS = "read-tasks"

    COMMIT = "commit"
    COMMIT_FOR_OTHERS = "commit-for-others"
    VALIDATE = "validate"
    SAVE = "save"
    LOAD = "load"
    REVERT = "revert"
    IMPORT = "import"
    EXPORT = "export"
    EXPORT_PRIVATE_KEYS = "export-private-keys"
    EXPORT_LOGS = "export-logs"
    TAKE_LOCKS = "take-locks"
    REMOVE_OTHERS_LOCKS = "remove-others-locks"
    MANAGE_JOBS = "manage-jobs"
    MANAGE_OTHERS_JOBS = "manage-others-jobs"
    CHANGE_OWN_PASSWORD = "change-own-password"  # noqa: S105 - the name of an action

    @property
    def words(self) -> str:
        """What is done, to stand behind "Your role does not allow"."""
        return _words(self)

    @property
    def is_read(self) -> bool:
        """Whether it only looks: then Shared is open to those limited to virtual systems."""
        return self.startswith("read-")


class Page(StrEnum):
    """A page, or a few that belong together, as a custom role enables or disables it."""

    DASHBOARD = "dashboard"
    SCEP = "scep"
    CERTIFICATES = "certificates"
    VIRTUAL_SYSTEMS = "virtual-systems"
    ADMINISTRATORS = "administrators"
    ADMIN_ROLES = "admin-roles"
    SETUP = "setup"
    ALERTS = "alerts"
    CONFIG_AUDIT = "config-audit"
    CONFIGURATION_LOG = "configuration-log"
    SYSTEM_LOG = "system-log"
    EXCHANGES = "exchanges"
    TASKS = "tasks"

    @property
    def label(self) -> str:
        """The page's name as the menu has it."""
        return _LABELS[self]

    @property
    def contents(self) -> str:
        """What stands on the page, inside a sentence."""
        return _CONTENTS[self]

    @property
    def read(self) -> Action:
        """Looking at the page."""
        return Action(f"read-{self}")

    @property
    def write(self) -> Action:
        """Changing what the page shows.

        Raises:
            ValueError: nothing on this page can be changed; see :attr:`is_writable`.
        """
        return Action(f"write-{self}")

    @property
    def is_writable(self) -> bool:
        """Whether something on the page can be changed."""
        return f"write-{self}" in _ACTION_VALUES


OF_PAGES: Final = frozenset(action for action in Action if action.startswith(("read-", "write-")))
"""The actions that a custom role gives page by page; the others it gives one by one."""

_ACTION_VALUES: Final = frozenset(Action)

_LABELS: Final[Mapping[Page, str]] = {
    Page.DASHBOARD: "Dashboard",
    Page.SCEP: "SCEP",
    Page.CERTIFICATES: "Certificates",
    Page.VIRTUAL_SYSTEMS: "Virtual Systems",
    Page.ADMINISTRATORS: "Administrators",
    Page.ADMIN_ROLES: "Admin Roles",
    Page.SETUP: "Setup",
    Page.ALERTS: "Alerts",
    Page.CONFIG_AUDIT: "Config Audit",
    Page.CONFIGURATION_LOG: "Configuration log",
    Page.SYSTEM_LOG: "System log",
    Page.EXCHANGES: "SCEP Exchanges",
    Page.TASKS: "Tasks",
}

_CONTENTS: Final[Mapping[Page, str]] = {
    Page.DASHBOARD: "the dashboard",
    Page.SCEP: "SCEP profiles",
    Page.CERTIFICATES: "certificates",
    Page.VIRTUAL_SYSTEMS: "virtual systems",
    Page.ADMINISTRATORS: "administrators",
    Page.ADMIN_ROLES: "admin roles",
    Page.SETUP: "the device's settings",
    Page.ALERTS: "alerts and server profiles",
    Page.CONFIG_AUDIT: "earlier configurations",
    Page.CONFIGURATION_LOG: "the configuration log",
    Page.SYSTEM_LOG: "the system log",
    Page.EXCHANGES: "exchanges with SCEP servers",
    Page.TASKS: "jobs",
}

_WORDS: Final[Mapping[Action, str]] = {
    Action.COMMIT: "committing",
    Action.COMMIT_FOR_OTHERS: "committing what other admins changed",
    Action.VALIDATE: "validating the configuration",
    Action.SAVE: "saving the configuration",
    Action.LOAD: "loading configurations",
    Action.REVERT: "reverting changes",
    Action.IMPORT: "importing certificates, keys and configurations",
    Action.EXPORT: "exporting the configuration",
    Action.EXPORT_PRIVATE_KEYS: "exporting private keys",
    Action.EXPORT_LOGS: "exporting logs",
    Action.TAKE_LOCKS: "taking locks",
    Action.REMOVE_OTHERS_LOCKS: "removing other admins' locks",
    Action.MANAGE_JOBS: "cancelling and repeating jobs",
    Action.MANAGE_OTHERS_JOBS: "cancelling and repeating other admins' jobs",
    Action.CHANGE_OWN_PASSWORD: "changing one's own password",
}


def _words(action: Action) -> str:
    if action not in OF_PAGES:
        return _WORDS[action]
    verb, _, page = action.partition("-")
    return f"{'reading' if verb == 'read' else 'changing'} {Page(page).contents}"
