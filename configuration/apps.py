"""The Django app ``configuration``."""

from django.apps import AppConfig


class ConfigurationConfig(AppConfig):
    """Registers ``configuration`` with Django."""

    name = "configuration"
    default_auto_field = "django.db.models.BigAutoField"
