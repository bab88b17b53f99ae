"""Mounts every app."""

from django.urls import include, path

urlpatterns = [
    path("", include("device.urls")),
    path("", include("configuration.urls")),
    path("dashboard/", include("dashboard.urls")),
    path("", include("alerts.urls")),
    path("device/", include("setup.urls")),
    path("monitor/", include("monitor.urls")),
    path("tasks/", include("jobs.urls")),
    path("device/scep/", include("profiles.urls")),
    path("device/certificates/", include("certificates.urls")),
]
