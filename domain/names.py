"""Rules for object names, with the words admins read.

Limits: a SCEP profile's name has at most 31 characters, a certificate's at most 63 and no spaces
(the SCEP procedure of the product emulated forbids them).
"""

import re
from typing import Final

from domain.errors import Problem

PROFILE_NAME_MAX: Final = 31
CERTIFICATE_NAME_MAX: Final = 63

_OBJECT_NAME: Final = re.compile(r"[A-Za-z0-9_.\- ]+")


def check_name(name: str, *, max_length: int, spaces: bool, field: str = "name") -> list[Problem]:
    """List what is wrong with an object's name; an empty list means it is fine.

    Args:
        name: the name as typed.
        max_length: longest name allowed, in characters.
        spaces: whether spaces may stand inside the name.
        field: field name that the problems carry.
    """
    if not name:
        return [Problem(field, "This field is required.")]
    problems = []
    if len(name) > max_length:
        text = f"The name has {len(name)} characters; at most {max_length} are allowed."
        problems.append(Problem(field, text))
    if " " in name and not spaces:
        text = "The name cannot contain spaces. Use a hyphen or an underscore."
        problems.append(Problem(field, text))
    if name != name.strip():
        problems.append(Problem(field, "The name cannot begin or end with a space."))
    if not _OBJECT_NAME.fullmatch(name):
        last = ", dots and spaces" if spaces else " and dots"
        text = f"Only letters, digits, hyphens, underscores{last} are allowed in a name."
        problems.append(Problem(field, text))
    return problems
