"""What the demo CA does: its certificates, its passwords, its answers."""

from democa.services.authority import initialise, keep_next, make_next, take_over, tls_issuer
from democa.services.enrollment import approve, reject
from democa.services.passwords import FreshPassword
from democa.services.passwords import issue as issue_password
from democa.services.passwords import issue_for as issue_password_for
from democa.services.protocol import Answer, Asked, answer, refusal
from democa.services.revocation import crl_of, revoke
from democa.services.switches import (
    Behavior,
    configure,
    has_admin_password,
    is_admin_password,
    send_root,
    set_admin_password,
    set_fault,
)

__all__ = [
    "Answer",
    "Asked",
    "Behavior",
    "FreshPassword",
    "answer",
    "approve",
    "configure",
    "crl_of",
    "has_admin_password",
    "initialise",
    "is_admin_password",
    "issue_password",
    "issue_password_for",
    "keep_next",
    "make_next",
    "refusal",
    "reject",
    "revoke",
    "send_root",
    "set_admin_password",
    "set_fault",
    "take_over",
    "tls_issuer",
]
