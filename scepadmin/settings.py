"""Django's settings, and the lists by which packages plug into each other."""

import logging
from pathlib import Path

from csp.constants import NONE, SELF

from scepadmin import environment, log_lines

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = environment.data_folder(BASE_DIR / "data")

DEBUG = environment.flag("SCEPADMIN_DEBUG")
SECRET_KEY = environment.django_secret(DATA_DIR)
ALLOWED_HOSTS = environment.hosts("SCEPADMIN_HOSTS", ["localhost", "127.0.0.1", "[::1]"])

INSTALLED_APPS = [
    "webui",  # before django.forms: it owns the template of a form field
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "lucide",
    "csp",
    "audit",
    "device",
    "jobs",
    "monitor",
    "configuration",
    "profiles",
    "certificates",
    "setup",
    "dashboard",
    "alerts",
    "scepadmin",  # for its management commands
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "device.sessions.SessionUseMiddleware",
    "device.sessions.PasswordDueMiddleware",
    "webui.middleware.ExpiredSessionMiddleware",
    "webui.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "scepadmin.urls"
WSGI_APPLICATION = "scepadmin.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "scepadmin.context.frame",
            ],
            "builtins": ["django.templatetags.static", "lucide.templatetags.lucide"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;"
        "PRAGMA journal_size_limit=67108864;PRAGMA cache_size=-8000;PRAGMA temp_store=MEMORY;"
    ),
}
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA_DIR / "scepadmin.db",
        "OPTIONS": SQLITE_OPTIONS,
        "ATOMIC_REQUESTS": False,
        # A file, as in production: threads that share a database in memory lock each other out.
        "TEST": {"NAME": DATA_DIR / "test.db"},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "device.Admin"
PASSWORD_HASHERS = ["device.hashers.BoundedArgon2"]
AUTH_PASSWORD_VALIDATORS: list[dict[str, object]] = []
LOGIN_URL = "device:login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "device:login"
PASSWORD_URL = "setup:own-password"  # noqa: S105 - the name of a route

SESSION_ENGINE = "device.sessions"
SESSION_COOKIE_NAME = "scepadmin_session"
# When a session ends, device.sessions says; the cookie goes with the browser.
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
# On loopback the same browser may use HTTP and HTTPS; elsewhere there is HTTPS only.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = environment.flag("SCEPADMIN_TLS_ONLY")
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "scepadmin_csrf"
CSRF_COOKIE_HTTPONLY = True

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # a long list with every row ticked

LOGGING = log_lines.settings(environment.log_level("SCEPADMIN_LOG_LEVEL"))
DJANGO_STRUCTLOG_USER_ID_FIELD = None  # it would read the session of every request
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = logging.INFO
DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = False

# How the packages plug into those below them: dotted paths, looked up when first used.
CONFIG_SECTIONS = [
    "setup.section.admin_role.AdminRolesSection",
    "setup.section.admin.AdministratorsSection",
    "setup.section.vsys.VirtualSystemsSection",
    "setup.section.management.ManagementSection",
    "profiles.section.ProfilesSection",
    "certificates.section.CertificatesSection",
    "certificates.section.DefaultCasSection",
    "alerts.section.EmailSection",
    "alerts.section.SyslogSection",
    "alerts.section.HttpSection",
    "alerts.section.SettingsSection",
]
VIRTUAL_SYSTEMS = "setup.queries.vsys.labels"
MANAGEMENT = "setup.queries.management.in_force"
AUDIT_CHAIN_KEY = "device.secrets.audit_chain_key"
FETCHED_CA = "certificates.queries.fetched.fetched_ca"
COMMIT_STEPS = ["certificates.commit_step.FetchCaCertificates"]
# Called in the transaction that makes another configuration running.
FOLLOWERS = [
    "setup.services.accounts.follow",
    "setup.services.management.follow",
]
JOB_HANDLERS = {
    "check": "certificates.enrollment_jobs.check",
    "commit": "configuration.pipeline.run",
    "validate": "configuration.validating.run",
    "roll_back": "configuration.rollback.run",
    "generate": "certificates.enrollment_jobs.generate",
    "make": "certificates.enrollment_jobs.make",
    "poll": "certificates.enrollment_jobs.poll",
    "rehearse": "certificates.enrollment_jobs.rehearse",
    "refresh": "certificates.enrollment_jobs.refresh",
    "renew": "certificates.enrollment_jobs.renew",
    "test": "certificates.enrollment_jobs.try_out",
    "deliver_alert": "alerts.delivery_jobs.deliver",
}
JOB_CANCELLERS = {
    "roll_back": "configuration.rollback.cancel",
    "generate": "certificates.enrollment_jobs.cancel_generate",
    "poll": "certificates.enrollment_jobs.cancel_poll",
    "rehearse": "certificates.enrollment_jobs.cancel_test",
    "renew": "certificates.enrollment_jobs.cancel_generate",
    "test": "certificates.enrollment_jobs.cancel_test",
}
JOB_RETRIERS = {
    "check": "certificates.enrollment_jobs.check_again",
    "commit": "configuration.services.commits.commit_again",
    "generate": "certificates.enrollment_jobs.generate_again",
    "poll": "certificates.enrollment_jobs.poll_again",
    "refresh": "certificates.enrollment_jobs.refresh_again",
    "rehearse": "certificates.enrollment_jobs.test_again",
    "test": "certificates.enrollment_jobs.test_again",
    "validate": "configuration.services.commits.validate_again",
}
# Called every hour by the process that runs the jobs, with the time.
HOUSEKEEPING = [
    "audit.services.prune_transcripts",
    "certificates.services.checking.sweep",
    "certificates.services.refreshing.sweep",
    "configuration.rollback.sweep",
    "device.services.attempts.prune",
    "device.services.sessions.prune",
    "jobs.services.prune",
    "alerts.services.watching.sweep_expiries",
    "alerts.services.watching.prune",
    "alerts.services.outbox.prune",
]

# Called every minute by the same process, with the time.
EVERY_MINUTE = [
    "certificates.services.automatic.sweep",
    "alerts.services.watching.sweep_log",
]

JOB_DAYS = environment.number("SCEPADMIN_JOB_DAYS", 90)
"""How long jobs that have ended are kept."""

TRANSCRIPT_DAYS = environment.number("SCEPADMIN_TRANSCRIPT_DAYS", 30)
"""How long transcripts of exchanges with SCEP servers are kept."""

SCEP_TIMEOUT_S = 20.0
"""Longest wait for one answer of a SCEP server, in seconds."""
