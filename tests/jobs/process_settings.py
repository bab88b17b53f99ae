"""Settings of ``tests.jobs.process``: the packages below configuration, and handlers of its own."""

from scepadmin.settings import *  # noqa: F403  a variant of the product's settings

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "audit",
    "device",
    "jobs",
]
EVERY_MINUTE = []
JOB_HANDLERS = {
    "hold": "tests.jobs.process.hold",
    "quick": "tests.jobs.process.quick",
}
