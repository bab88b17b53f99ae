"""Routes of ``configuration``."""

from django.urls import path

from configuration import views

app_name = "configuration"
urlpatterns = [
    path("commit/", views.commit, name="commit"),
    path("commit/pending/", views.pending, name="pending"),
]
