"""The Django app ``alerts``."""

from django.apps import AppConfig


class AlertsConfig(AppConfig):
    """Registers ``alerts`` with Django."""

    name = "alerts"
