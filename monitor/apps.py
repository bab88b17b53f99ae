"""The Django app ``monitor``."""

from django.apps import AppConfig


class MonitorConfig(AppConfig):
    """Registers ``monitor`` with Django."""

    name = "monitor"
