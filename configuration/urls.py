"""Routes of ``configuration``."""

from django.urls import path

from configuration.views import committing, confirming, locking, looking_ahead

app_name = "configuration"
urlpatterns = [
    path("commit/", committing.commit, name="commit"),
    path("commit/pending/", committing.pending, name="pending"),
    path("commit/preview/", looking_ahead.preview, name="preview"),
    path("commit/summary/", looking_ahead.summary, name="summary"),
    path("commit/confirmation/", confirming.bar, name="confirmation"),
    path("commit/confirm/", confirming.confirm, name="confirm"),
    path("commit/roll-back/", confirming.roll_back, name="roll_back"),
    path("locks/", locking.index, name="locks"),
    path("locks/count/", locking.count, name="lock_count"),
    path("locks/take/", locking.take, name="take_lock"),
    path("locks/automatic/", locking.set_automatic, name="automatic_lock"),
    path("locks/<int:lock_id>/remove/", locking.remove, name="remove_lock"),
]
