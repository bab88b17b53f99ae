"""Where the key of the log's chain comes from: the device's master key, registered by path."""

from datetime import datetime
from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from collections.abc import Callable


def chain_key(at: datetime) -> bytes:
    """Return the key of the chain (see ``settings.AUDIT_CHAIN_KEY``), made now if there is none."""
    return cast("Callable[[datetime], bytes]", import_string(settings.AUDIT_CHAIN_KEY))(at)
