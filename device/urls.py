"""Routes of ``device``: the way in and out."""

from django.urls import path

from device.views import entry, sign_ins

app_name = "device"
urlpatterns = [
    path("", entry.home, name="home"),
    path("login/", entry.login, name="login"),
    path("virtual-system/", entry.virtual_system, name="virtual-system"),
    path("message/", sign_ins.message, name="message"),
    path("sign-ins/", sign_ins.own, name="own-sessions"),
    path("device/sessions/", sign_ins.index, name="sessions"),
    path("sessions/<str:handle>/end/", sign_ins.end, name="end-session"),
    path("sessions/unlock/<int:tally>/", sign_ins.unlock, name="unlock"),
    path("logout/", entry.logout, name="logout"),
]
