"""The program's own log on stderr: one JSON object a line, with the request or job it belongs to.

Modules log by ``logging`` as always. What an admin did is not here but in the device's log, which
the package ``audit`` keeps.
"""

from typing import Any, Final

import structlog

_SHARED: Final = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
    structlog.processors.format_exc_info,
)


def settings(level: str) -> dict[str, Any]:
    """Return Django's ``LOGGING``.

    Args:
        level: the least important level that is written, as ``"WARNING"``.
    """
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": _SHARED,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": formatter},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Django would mail errors to admins that nobody has named; here they go to the root.
            "django": {"handlers": [], "level": "ERROR"},
            # The middleware tells of failed requests, with their id.
            "django.request": {"handlers": [], "propagate": False},
        },
    }
