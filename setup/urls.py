"""Routes of ``setup``: Device > Setup, Virtual Systems, Administrators."""

from django.urls import path

from setup.views import management, vsys

app_name = "setup"
urlpatterns = [
    path("setup/management/", management.index, name="management"),
    path("setup/management/<slug:name>/", management.edit, name="management-edit"),
    path("virtual-systems/", vsys.index, name="vsys"),
    path("virtual-systems/add/", vsys.add, name="vsys-add"),
    path("virtual-systems/delete/", vsys.delete, name="vsys-delete"),
    path("virtual-systems/multi-vsys/", vsys.multi_vsys, name="multi-vsys"),
    path("virtual-systems/<int:number>/", vsys.edit, name="vsys-edit"),
]
