"""Routes of ``device``: the way in and out."""

from django.urls import path

from device import views

app_name = "device"
urlpatterns = [
    path("", views.home, name="home"),
    path("login/", views.login, name="login"),
    path("virtual-system/", views.virtual_system, name="virtual-system"),
    path("logout/", views.logout, name="logout"),
]
