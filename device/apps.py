"""The Django app ``device``."""

from django.apps import AppConfig


class DeviceConfig(AppConfig):
    """Registers ``device`` with Django."""

    name = "device"
    default_auto_field = "django.db.models.BigAutoField"
