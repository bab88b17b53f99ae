"""The Django app ``webui``."""

from django.apps import AppConfig


class WebuiConfig(AppConfig):
    """Registers ``webui`` with Django."""

    name = "webui"
    default_auto_field = "django.db.models.BigAutoField"
