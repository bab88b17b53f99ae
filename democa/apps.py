"""The demo CA as a Django app."""

from django.apps import AppConfig


class DemoCaConfig(AppConfig):
    """Holds what the demo CA issued, and its one-time passwords."""

    name = "democa"
