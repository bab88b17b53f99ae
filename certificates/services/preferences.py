"""What the device keeps of how each admin likes the list of certificates."""

from certificates.models import ListPreference


def remember(*, username: str, query: str) -> None:
    """Keep the parameters of the list's URL for an admin."""
    ListPreference.objects.update_or_create(username=username, defaults={"query": query})
