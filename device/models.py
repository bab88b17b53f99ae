"""Tables of the device: its admins, its facts, and the secrets under its master key."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.utils.module_loading import import_string

from domain.actors import Role


class AdminManager(BaseUserManager["Admin"]):
    """Finds admins by name for Django's sign-in; admins are made by ``device.services``."""


class Admin(AbstractBaseUser):
    """An administrator's account.

    What is configured of it follows the running configuration, see :mod:`device.enforcement`.

    Attributes:
        entry_uuid: the configured administrator; empty for an account that no configuration has.
        password_secret: the sealed hash last taken from there; ``password`` is a copy of it that
            may have been made anew, with other parameters, at a sign-in.
        role: a value of :class:`domain.actors.Role`.
        scope: location keys the admin is limited to; empty means all.
        permitted: values of :class:`domain.actions.Action` that the role custom allows.
        previous_login_at: the sign-in before the current one, which the status bar shows.
        failed_since_login: attempts with a wrong password since the last good sign-in.
        failed_before_login: what ``failed_since_login`` was at the current sign-in.
        last_failed_at: when the last of those attempts was made.
        password_changed_at: when the password was set; empty for one set before this was noted.
        password_is_own: whether the admin has chosen it, not somebody else.
        hidden_message: digest of the message of the day that the admin does not want to see again.
    """

    username = models.CharField(max_length=64, unique=True)
    entry_uuid = models.UUIDField(unique=True, null=True)
    password_secret = models.UUIDField(null=True)
    role = models.CharField(max_length=32, default=Role.SUPERUSER.value)
    scope = models.JSONField(default=list)
    permitted = models.JSONField(default=list)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    previous_login_at = models.DateTimeField(null=True)
    failed_since_login = models.PositiveIntegerField(default=0)
    failed_before_login = models.PositiveIntegerField(default=0)
    last_failed_at = models.DateTimeField(null=True)
    password_changed_at = models.DateTimeField(null=True)
    password_is_own = models.BooleanField(default=False)
    hidden_message = models.CharField(max_length=64, blank=True)

    objects: ClassVar[AdminManager] = AdminManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        """The database knows the roles."""

        constraints = (
            models.CheckConstraint(
                condition=models.Q(role__in=[role.value for role in Role]),
                name="device_admin_role_known",
            ),
        )

    def __str__(self) -> str:
        return self.username


class PasswordRecord(models.Model):
    """The hash of a password that an admin had before."""

    admin = models.ForeignKey(Admin, on_delete=models.CASCADE, related_name="+")
    encoded = models.CharField(max_length=128)
    replaced_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.admin} until {self.replaced_at}"


class AdminSessionManager(BaseSessionManager["AdminSession"]):
    """Django's; rows are written by ``device.sessions``."""


class AdminSession(AbstractBaseSession):
    """A session; the columns repeat what its data says, for the list of sessions.

    Attributes:
        admin: who has signed in; empty for a visitor's.
        address: where from.
        began_at: when.
        used_at: when it was last used, up to a minute late.
    """

    admin = models.ForeignKey(Admin, null=True, on_delete=models.CASCADE, related_name="+")
    address = models.CharField(max_length=45, blank=True)
    began_at = models.DateTimeField()
    used_at = models.DateTimeField()

    objects: ClassVar[AdminSessionManager] = AdminSessionManager()

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        """Return what reads the data of a row."""
        store: type[SessionBase] = import_string(f"{settings.SESSION_ENGINE}.SessionStore")
        return store

    def __str__(self) -> str:
        return f"{self.admin_id} since {self.began_at}"


class SignInTally(models.Model):
    """Wrong passwords for a user name, or from an address; see :mod:`device.lockout`.

    Attributes:
        kind: a value of :class:`device.lockout.TallyKind`.
        key: the user name or address; a keyed digest of a user name that nobody has.
    """

    kind = models.CharField(max_length=8)
    key = models.CharField(max_length=64)
    tries = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()
    locked_at = models.DateTimeField(null=True)
    locked_until = models.DateTimeField(null=True)

    class Meta:
        """One tally of each."""

        constraints = (
            models.UniqueConstraint(fields=["kind", "key"], name="device_tally_one_of_each"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.key}: {self.tries}"


class DeviceFacts(models.Model):
    """What the device is: one row.

    Attributes:
        serial: 12 digits, made once.
        multi_vsys: whether it can have virtual systems, and objects a Location.
        fips_cc: whether it runs in FIPS-CC mode.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    hostname = models.CharField(max_length=63)
    serial = models.CharField(max_length=12)
    model = models.CharField(max_length=40)
    sw_version = models.CharField(max_length=40)
    multi_vsys = models.BooleanField(default=True)
    fips_cc = models.BooleanField(default=False)

    class Meta:
        """There is one device."""

        constraints = (
            models.CheckConstraint(condition=models.Q(id=1), name="device_facts_one_row"),
        )

    def __str__(self) -> str:
        return self.hostname


class DataKey(models.Model):
    """A key that seals secrets, wrapped by the master key (AAD: this row's UUID).

    Attributes:
        master_key_id: which master key wraps it.
        wrapped: nonce and ciphertext.
        is_current: whether new secrets are sealed under it; true for one row at most.
    """

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    master_key_id = models.CharField(max_length=16)
    wrapped = models.BinaryField()
    is_current = models.BooleanField()
    created_at = models.DateTimeField()

    class Meta:
        """At most one key is current."""

        constraints = (
            models.UniqueConstraint(
                fields=["is_current"],
                condition=models.Q(is_current=True),
                name="device_data_key_one_current",
            ),
        )

    def __str__(self) -> str:
        return str(self.uuid)


class Secret(models.Model):
    """A password or private key, sealed under a data key (AAD: this row's UUID).

    Immutable, but for the hash of an admin's password, which the admin may change at once.

    Attributes:
        sealed: nonce and ciphertext.
        purpose: what it is, for people who look into the table: ``"private key"``...
    """

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    data_key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField()
    purpose = models.CharField(max_length=40)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.purpose} {self.uuid}"
