"""Routes of ``setup``: Device > Setup, Virtual Systems, Administrators."""

from django.urls import URLPattern

app_name = "setup"
urlpatterns: list[URLPattern] = []
