"""What the demo CA does: its certificates, its passwords, its answers."""

from democa.services.authority import initialise
from democa.services.enrollment import approve, reject
from democa.services.passwords import FreshPassword
from democa.services.passwords import issue as issue_password
from democa.services.protocol import Answer, Asked, answer, bad_request
from democa.services.switches import (
    Behavior,
    configure,
    has_admin_password,
    is_admin_password,
    set_admin_password,
)

__all__ = [
    "Answer",
    "Asked",
    "Behavior",
    "FreshPassword",
    "answer",
    "approve",
    "bad_request",
    "configure",
    "has_admin_password",
    "initialise",
    "is_admin_password",
    "issue_password",
    "reject",
    "set_admin_password",
]
