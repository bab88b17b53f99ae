"""Routes of ``setup``: Device > Setup, Virtual Systems, Administrators."""

from django.urls import path

from setup.views import admin, admin_role, management, vsys

app_name = "setup"
urlpatterns = [
    path("admin-roles/", admin_role.index, name="admin-roles"),
    path("admin-roles/add/", admin_role.add, name="admin-role-add"),
    path("admin-roles/delete/", admin_role.delete, name="admin-roles-delete"),
    path("admin-roles/<uuid:uuid>/", admin_role.edit, name="admin-role-edit"),
    path("administrators/", admin.index, name="admins"),
    path("administrators/add/", admin.add, name="admin-add"),
    path("administrators/delete/", admin.delete, name="admins-delete"),
    path("own-password/", admin.own_password, name="own-password"),
    path("administrators/<uuid:uuid>/", admin.edit, name="admin-edit"),
    path("setup/management/", management.index, name="management"),
    path("setup/management/<slug:name>/", management.edit, name="management-edit"),
    path("virtual-systems/", vsys.index, name="vsys"),
    path("virtual-systems/add/", vsys.add, name="vsys-add"),
    path("virtual-systems/delete/", vsys.delete, name="vsys-delete"),
    path("virtual-systems/multi-vsys/", vsys.multi_vsys, name="multi-vsys"),
    path("virtual-systems/<int:number>/", vsys.edit, name="vsys-edit"),
]
