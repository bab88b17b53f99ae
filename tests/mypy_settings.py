"""Settings that only mypy's Django plugin reads: the apps of both Django projects in one."""

from democa import settings as democa_settings
from scepadmin.settings import *  # noqa: F403 - the plugin looks every name up here
from scepadmin.settings import INSTALLED_APPS

INSTALLED_APPS = [
    *INSTALLED_APPS,
    *(name for name in democa_settings.INSTALLED_APPS if name not in INSTALLED_APPS),
]
