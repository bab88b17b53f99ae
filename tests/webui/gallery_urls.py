"""The product's routes and the gallery's."""

from django.urls import include, path

from tests.webui import gallery

pages = (
    [
        path("", gallery.listing, name="list"),
        path("empty/", gallery.empty, name="empty"),
        path("components/", gallery.components, name="components"),
        path("form/", gallery.form, name="form"),
        path("facts/", gallery.facts, name="facts"),
        path("job/", gallery.job, name="job"),
        path("progress/", gallery.progress, name="progress"),
        path("delete/", gallery.delete, name="delete"),
        path("refused/", gallery.refused, name="refused"),
        path("missing/", gallery.missing, name="missing"),
        path("failing/", gallery.failing, name="failing"),
        path("card/", gallery.card, name="card"),
        path("private/", gallery.private, name="private"),
    ],
    "gallery",
)

urlpatterns = [
    path("gallery/", include(pages)),
    path("commit/pending/", gallery.unchanged),
    path("commit/confirmation/", gallery.unchanged),
    path("locks/count/", gallery.unchanged),
    path("", include("scepadmin.urls")),
]
