"""How an admin looked at the list of certificates the last time."""

from certificates.models import ListPreference


def recalled(username: str) -> str:
    """Return the parameters of the list's URL; empty for an admin who never chose anything."""
    row = ListPreference.objects.filter(username=username).first()
    return row.query if row else ""
