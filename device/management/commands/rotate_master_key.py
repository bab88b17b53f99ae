"""``manage.py rotate_master_key``: a new master key for all secrets."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from device import master_key, services
from domain.errors import Refused


class Command(BaseCommand):
    """Makes a new master key; a running web process goes on with it."""

    help = (
        "Protect all secrets by a new master key. Backups made before need the old key: keep a "
        "copy of master.key with them first."
    )

    def handle(self, *_: object, **__: object) -> None:
        """Change the key."""
        now = timezone.now()  # noqa: TID251  commands read the clock
        try:
            key_id = services.change_master_key(at=now)
        except Refused as refusal:
            raise CommandError(f"{refusal.message} {refusal.hint}") from refusal
        self.stdout.write(f"The master key is now {key_id}, in {master_key.path()}. Back it up.")
