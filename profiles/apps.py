"""The Django app ``profiles``."""

from django.apps import AppConfig


class ProfilesConfig(AppConfig):
    """Registers ``profiles`` with Django."""

    name = "profiles"
    default_auto_field = "django.db.models.BigAutoField"
