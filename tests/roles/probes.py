"""One probe or more for every action: how it is done through each door.

A probe that has no door of some kind says why in words; ``test_matrix`` sees to it that no route
and no service asks for an action of which its probes say that.
"""

from typing import Final

from alerts.services import profiles as alerts
from alerts.spec import AlertSettings
from certificates.services import importing, usage
from certificates.spec import Usage
from configuration import services as configuration
from configuration.imports import Wish
from configuration.locking import LockKind
from configuration.sources import Source, SourceKind
from domain.actions import Action, Page
from domain.actors import Role
from jobs import services as jobs
from profiles import services as profiles
from setup.services import admin as admins
from setup.services import admin_role, vsys
from setup.spec.admin import Administrator, AdministratorDraft
from setup.spec.admin_role import AdminRole
from setup.spec.vsys import VirtualSystem
from tests.roles.attempts import (
    ADMINS,
    ANYWHERE,
    CERTIFICATES,
    ON_DEVICE,
    OPERATIONS,
    PLACES,
    PROFILE,
    READS,
    ROLE,
    ROLES,
    SCEP,
    SYSTEM_LIST,
    Probe,
    commit,
    commit_command,
    commit_page,
    draft,
    export_command,
    export_key,
    export_key_command,
    export_key_page,
    exported,
    get,
    import_certificate_command,
    import_command,
    import_file_page,
    import_page,
    own_password,
    post,
    reading,
    revert,
    revert_page,
    upload,
    validate,
)
from tests.roles.world import MARIA, PASSWORD

PROBES: Final = (
    reading(Page.DASHBOARD, "/dashboard/"),
    reading(Page.SCEP, SCEP),
    Probe(
        Page.SCEP.read,
        "a profile",
        PLACES,
        READS,
        lambda world, _by, place, client: client.get(f"{SCEP}{world.profiles[place]}/"),
    ),
    Probe(
        Page.SCEP.write,
        "add a profile",
        PLACES,
        lambda world, by, place: profiles.save_profile(draft=draft(place), by=by, at=world.now),
        lambda _world, _by, place, client: client.post(
            f"{SCEP}add/", {**PROFILE, "location": place.key}
        ),
    ),
    Probe(
        Page.SCEP.write,
        "delete a profile",
        PLACES,
        lambda world, by, place: profiles.delete_profiles(
            uuids=[world.profiles[place]], by=by, at=world.now
        ),
        lambda world, _by, place, client: client.post(
            f"{SCEP}delete/", {"object": str(world.profiles[place])}
        ),
    ),
    reading(Page.CERTIFICATES, CERTIFICATES),
    Probe(
        Page.CERTIFICATES.read,
        "a certificate",
        PLACES,
        READS,
        lambda world, _by, place, client: client.get(f"{CERTIFICATES}{world.certificates[place]}/"),
    ),
    Probe(
        Page.CERTIFICATES.write,
        "usage, deletion, Generate",
        PLACES,
        lambda world, by, place: usage.set_usages(
            uuid=world.certificates[place], usages=[Usage.TRUSTED_ROOT], by=by, at=world.now
        ),
        lambda world, _by, place, client: client.post(
            f"{CERTIFICATES}delete/", {"object": str(world.certificates[place])}
        ),
        lambda _world, _by, place: ["enroll", f"in-{place.key}", "fw-1", "--username", "jdoe"],
    ),
    reading(Page.VIRTUAL_SYSTEMS, SYSTEM_LIST, ON_DEVICE),
    Probe(
        Page.VIRTUAL_SYSTEMS.write,
        "add a virtual system",
        ON_DEVICE,
        lambda world, by, _place: vsys.add(system=VirtualSystem(3, "Lab"), by=by, at=world.now),
        lambda _world, _by, _place, client: client.post(
            f"{SYSTEM_LIST}add/", {"number": "3", "display_name": "Lab"}
        ),
    ),
    reading(Page.ADMINISTRATORS, ADMINS, ON_DEVICE),
    Probe(
        Page.ADMINISTRATORS.write,
        "change and delete an administrator",
        ON_DEVICE,
        lambda world, by, _place: admins.change(
            uuid=world.zoe,
            draft=AdministratorDraft(Administrator("zoe", Role.DEVICEREADER)),
            by=by,
            at=world.now,
        ),
        lambda world, _by, _place, client: client.post(
            f"{ADMINS}delete/", {"object": str(world.zoe)}
        ),
    ),
    reading(Page.ADMIN_ROLES, ROLES, ON_DEVICE),
    Probe(
        Page.ADMIN_ROLES.write,
        "add an admin role",
        ON_DEVICE,
        lambda world, by, _place: admin_role.save(role=AdminRole("auditor"), by=by, at=world.now),
        lambda _world, _by, _place, client: client.post(f"{ROLES}add/", ROLE),
    ),
    reading(Page.SETUP, "/device/setup/management/", ON_DEVICE),
    Probe(
        Page.SETUP.write,
        "the automatic commit lock",
        ON_DEVICE,
        lambda world, by, _place: configuration.locks.set_automatic(on=True, by=by, at=world.now),
        lambda _world, _by, _place, client: client.post("/locks/automatic/", {"on": "1"}),
    ),
    reading(Page.CONFIG_AUDIT, "/device/config-audit/", ON_DEVICE),
    reading(Page.ALERTS, "/device/alert-settings/", ON_DEVICE),
    Probe(
        Page.ALERTS.write,
        "the alert settings",
        ON_DEVICE,
        lambda world, by, _place: alerts.save_settings(
            value=AlertSettings(days="9"), expected_version=None, by=by, at=world.now
        ),
        post("/device/alert-settings/edit/", {"days": "9"}),
    ),
    reading(Page.CONFIGURATION_LOG, "/monitor/configuration/"),
    reading(Page.SYSTEM_LOG, "/monitor/system/"),
    reading(Page.EXCHANGES, "/monitor/scep/"),
    reading(Page.TASKS, "/tasks/"),
    Probe(
        Action.COMMIT,
        "one's own changes",
        PLACES,
        commit(None),
        commit_page(None, "commit"),
        commit_command(None),
    ),
    Probe(
        Action.COMMIT_FOR_OTHERS,
        "maria's changes",
        PLACES,
        commit(MARIA),
        commit_page(MARIA, "commit"),
        commit_command(MARIA),
    ),
    Probe(
        Action.VALIDATE,
        "one's own changes",
        PLACES,
        validate,
        commit_page(None, "validate"),
        commit_command(None, "--validate"),
    ),
    Probe(
        Action.SAVE,
        "the candidate",
        ON_DEVICE,
        lambda world, by, _place: configuration.snapshots.save(by=by, at=world.now),
        lambda _world, _by, _place, client: client.post(f"{OPERATIONS}save/"),
    ),
    Probe(
        Action.LOAD,
        "a revision",
        ON_DEVICE,
        lambda world, by, _place: configuration.load_source(
            source=Source(SourceKind.REVISION, number=1), by=by, at=world.now
        ),
        lambda _world, _by, _place, client: client.post(
            "/device/config-audit/load/?source=revision-1"
        ),
    ),
    Probe(Action.REVERT, "one's own changes", PLACES, revert, revert_page),
    Probe(
        Action.IMPORT,
        "a certificate",
        PLACES,
        lambda world, by, place: importing.import_files(upload=upload(place), by=by, at=world.now),
        import_page,
        import_certificate_command,
    ),
    Probe(
        Action.IMPORT,
        "a configuration, which is loading one, too",
        ON_DEVICE,
        lambda world, by, _place: configuration.import_file(
            file=configuration.parse([exported(world)]), wish=Wish("x.xml"), by=by, at=world.now
        ),
        import_file_page,
        import_command,
    ),
    Probe(
        Action.EXPORT,
        "the configuration",
        ON_DEVICE,
        lambda world, by, _place: configuration.export(
            source=Source(SourceKind.RUNNING), by=by, at=world.now
        ),
        post(f"{OPERATIONS}export/", {"source": "running"}),
        export_command,
    ),
    Probe(
        Action.EXPORT_PRIVATE_KEYS,
        "PKCS#12",
        PLACES,
        export_key,
        export_key_page,
        export_key_command,
    ),
    Probe(Action.EXPORT_LOGS, "CSV", ANYWHERE, READS, get("/monitor/configuration/log.csv")),
    Probe(
        Action.TAKE_LOCKS,
        "a config lock",
        PLACES,
        lambda world, by, place: configuration.locks.take(
            kind=LockKind.CONFIG, location=place, by=by, at=world.now
        ),
        lambda _world, _by, place, client: client.post(
            "/locks/take/", {"kind": LockKind.CONFIG.value, "location": place.key}
        ),
    ),
    Probe(
        Action.REMOVE_OTHERS_LOCKS,
        "maria's lock",
        ON_DEVICE,
        lambda world, by, _place: configuration.locks.remove(
            lock_id=world.lock(), by=by, at=world.now
        ),
        lambda world, _by, _place, client: client.post(f"/locks/{world.lock()}/remove/"),
    ),
    Probe(
        Action.MANAGE_JOBS,
        "cancel one's own job",
        ANYWHERE,
        lambda world, by, _place: jobs.cancel(job_id=world.job(by), by=by, at=world.now),
        lambda world, by, _place, client: client.post(f"/tasks/{world.job(by)}/cancel/"),
    ),
    Probe(
        Action.MANAGE_OTHERS_JOBS,
        "cancel maria's job",
        ON_DEVICE,
        lambda world, by, _place: jobs.cancel(job_id=world.job(MARIA), by=by, at=world.now),
        lambda world, _by, _place, client: client.post(f"/tasks/{world.job(MARIA)}/cancel/"),
    ),
    Probe(
        Action.CHANGE_OWN_PASSWORD,
        "one's own password",
        ON_DEVICE,
        own_password,
        lambda _world, _by, _place, client: client.post(
            "/device/own-password/",
            {"present": PASSWORD, "password": "Mine-1", "confirmation": "Mine-1"},
        ),
    ),
)
