"""Routes of ``configuration``."""

from django.urls import path

from configuration.views import (
    committing,
    confirming,
    history,
    loading,
    locking,
    looking_ahead,
    moving,
    operations,
)

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
    path("device/config-audit/", history.index, name="history"),
    path("device/config-audit/compare/", history.compare, name="compare"),
    path("device/config-audit/load/", loading.load, name="load"),
    path("device/setup/operations/", operations.index, name="operations"),
    path("device/setup/operations/export/", moving.export, name="export"),
    path("device/setup/operations/import/", moving.import_, name="import"),
    path("device/setup/operations/revert/", loading.revert, name="revert"),
    path("device/setup/operations/revert-to-saved/", loading.revert_to_saved, name="revert_saved"),
    path("device/setup/operations/save/", operations.save, name="save"),
    path("device/setup/operations/save-as/", operations.save_as, name="save_as"),
    path(
        "device/setup/operations/snapshots/<str:name>/delete/",
        operations.delete,
        name="delete_snapshot",
    ),
]
