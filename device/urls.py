"""Routes of ``device``."""

from django.urls import URLPattern

app_name = "device"
urlpatterns: list[URLPattern] = []
