"""Loaded first of all (``-p tests.environment``): gives the run a data folder of its own.

pytest-django reads the settings before it reads any conftest, and the settings make the folder.
"""

import atexit
import os
import shutil
import tempfile

os.environ["SCEPADMIN_DATA"] = tempfile.mkdtemp(prefix="scepadmin-tests-")
atexit.register(shutil.rmtree, os.environ["SCEPADMIN_DATA"], ignore_errors=True)
os.environ["DEMOCA_DATA"] = os.path.join(os.environ["SCEPADMIN_DATA"], "democa")  # noqa: PTH118 - plain strings are what the environment holds
# Playwright runs an event loop in the test's thread; Django's guard against that is meant for
# async views, of which there are none.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
