"""The Django app ``dashboard``."""

from django.apps import AppConfig


class DashboardConfig(AppConfig):
    """Registers ``dashboard`` with Django."""

    name = "dashboard"
