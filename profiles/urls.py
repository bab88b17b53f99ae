"""Routes of ``profiles``."""

from django.urls import path

from profiles import views

app_name = "profiles"
urlpatterns = [
    path("", views.index, name="index"),
    path("add/", views.add, name="add"),
    path("authentication/", views.authentication, name="authentication"),
    path("preview/", views.preview, name="preview"),
    path("delete/", views.delete, name="delete"),
    path("clone/", views.clone, name="clone"),
    path("<uuid:uuid>/", views.edit, name="edit"),
]
