"""Routes of ``monitor``: the two halves of the log, and the exchanges with SCEP servers."""

from django.urls import path

from monitor import views

app_name = "monitor"
urlpatterns = [
    path("configuration/", views.configuration_log, name="configuration"),
    path("system/", views.system_log, name="system"),
    path("<str:half>/log.csv", views.export, name="export"),
    path("entries/<int:sequence>/", views.entry, name="entry"),
    path("scep/", views.exchanges, name="exchanges"),
    path("scep/report.html", views.report_html, name="report_html"),
    path("scep/report.json", views.report_json, name="report_json"),
    path("scep/<uuid:uuid>/", views.exchange, name="exchange"),
    path("scep/<uuid:uuid>/transcript.json", views.as_json, name="json"),
    path("scep/<uuid:uuid>/<int:sequence>/sent", views.sent, name="sent"),
    path("scep/<uuid:uuid>/<int:sequence>/received", views.received, name="received"),
]
