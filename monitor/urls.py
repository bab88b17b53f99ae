"""Routes of ``monitor``: the exchanges with SCEP servers."""

from django.urls import path

from monitor import views

app_name = "monitor"
urlpatterns = [
    path("scep/", views.exchanges, name="exchanges"),
    path("scep/<uuid:uuid>/", views.exchange, name="exchange"),
    path("scep/<uuid:uuid>/transcript.json", views.as_json, name="json"),
    path("scep/<uuid:uuid>/<int:sequence>/sent", views.sent, name="sent"),
    path("scep/<uuid:uuid>/<int:sequence>/received", views.received, name="received"),
]
