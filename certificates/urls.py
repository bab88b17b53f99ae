"""Routes of ``certificates``."""

from django.urls import path

from certificates import views

app_name = "certificates"
urlpatterns = [
    path("", views.index, name="index"),
    path("generate/", views.generate, name="generate"),
    path("test/", views.test_typed, name="test"),
    path("test/saved/", views.test_saved, name="test_saved"),
    path("test/<int:job_id>/", views.test_progress, name="test_progress"),
    path("rehearse/", views.rehearse, name="rehearse"),
    path("rehearse/<int:first>/<int:second>/", views.rehearsal, name="rehearsal"),
    path("delete/", views.delete, name="delete"),
    path("export/", views.export, name="export"),
    path("<uuid:uuid>/", views.detail, name="detail"),
    path("<uuid:uuid>/certificate.pem", views.pem, name="pem"),
    path("<uuid:uuid>/poll/", views.poll, name="poll"),
]
