"""The Django app ``certificates``."""

from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    """Registers ``certificates`` with Django."""

    name = "certificates"
    default_auto_field = "django.db.models.BigAutoField"
