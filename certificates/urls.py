"""Routes of ``certificates``."""

from django.urls import path

from certificates.views import changing, detail, generating, listing, moving, testing, trusted

app_name = "certificates"
urlpatterns = [
    path("", listing.index, name="index"),
    path("generate/", generating.generate, name="generate"),
    path("test/", testing.test_typed, name="test"),
    path("test/saved/", testing.test_saved, name="test_saved"),
    path("test/<int:job_id>/", testing.test_progress, name="test_progress"),
    path("refresh-ca/", testing.refresh_ca, name="refresh_ca"),
    path("rehearse/", testing.rehearse, name="rehearse"),
    path("rehearse/<int:first>/<int:second>/", testing.rehearsal, name="rehearsal"),
    path("list.csv", listing.as_csv, name="csv"),
    path("delete/", listing.delete, name="delete"),
    path("revoke/", changing.revoke, name="revoke"),
    path("renew/", changing.renew, name="renew"),
    path("import/", moving.import_, name="import"),
    path("export/", moving.export, name="export"),
    path("trusted/", trusted.index, name="trusted"),
    path("trusted/enable/", trusted.enable, name="trusted_enable"),
    path("trusted/disable/", trusted.disable, name="trusted_disable"),
    path("trusted/export/", trusted.export, name="trusted_export"),
    path("trusted/<uuid:uuid>/", trusted.detail, name="trusted_detail"),
    path("<uuid:uuid>/", detail.detail, name="detail"),
    path("<uuid:uuid>/earlier/<uuid:material>/", detail.detail, name="earlier"),
    path("<uuid:uuid>/certificate.pem", moving.pem, name="pem"),
    path("<uuid:uuid>/request.csr", moving.csr, name="csr"),
    path("<uuid:uuid>/revoked.crl", moving.crl, name="crl"),
    path("<uuid:uuid>/usage/", changing.usages, name="usage"),
    path("<uuid:uuid>/poll/", generating.poll, name="poll"),
    path("<uuid:uuid>/give-up/", generating.give_up, name="give_up"),
]
