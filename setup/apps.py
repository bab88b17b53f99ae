"""The Django app ``setup``."""

from django.apps import AppConfig


class SetupConfig(AppConfig):
    """Registers ``setup`` with Django."""

    name = "setup"
    default_auto_field = "django.db.models.BigAutoField"
