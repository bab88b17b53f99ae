"""Routes of ``alerts``: server profiles, alert settings, the log of deliveries."""

from django.urls import path

from alerts.views import deliveries, profiles, settings

app_name = "alerts"
urlpatterns = [
    path("monitor/alerts/", deliveries.index, name="deliveries"),
    path("device/alert-settings/", settings.index, name="settings"),
    path("device/alert-settings/edit/", settings.edit, name="settings-edit"),
    path("device/server-profiles/test/<uuid:uuid>/", profiles.send_test, name="test"),
    path("device/server-profiles/email/", profiles.index, {"slug": "email"}, name="email"),
    path("device/server-profiles/syslog/", profiles.index, {"slug": "syslog"}, name="syslog"),
    path("device/server-profiles/http/", profiles.index, {"slug": "http"}, name="http"),
    path("device/server-profiles/<slug:slug>/add/", profiles.add, name="add"),
    path("device/server-profiles/<slug:slug>/delete/", profiles.delete, name="delete"),
    path("device/server-profiles/<slug:slug>/<uuid:uuid>/", profiles.edit, name="edit"),
]
