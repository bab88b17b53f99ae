"""Administrators and admin roles as values, as XML, and their rules."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from configuration.document import canonical
from domain.actions import Action, Page
from domain.actors import Role
from domain.errors import Problem
from domain.locations import VSYS1, Location
from domain.permissions import grantable
from setup.codec import admin as codec
from setup.codec import admin_role as role_codec
from setup.rules import admin as rules
from setup.rules import admin_role as role_rules
from setup.spec.admin import Administrator, AdministratorDraft
from setup.spec.admin_role import Access, AdminRole, levels, permitted, single_actions

VSYS2 = Location("vsys2")
SECRET = UUID(int=7)
AUDITOR = AdminRole("auditor", permitted=frozenset({Page.SCEP.read}))
BRANCH = AdminRole("branch", of_vsys=True, permitted=frozenset({Page.SCEP.read}))
AROUND = rules.Surroundings({"auditor": AUDITOR, "branch": BRANCH}, (VSYS1, VSYS2))

NAMES = st.text(st.characters(categories=("L", "N"), codec="utf-8"), min_size=1, max_size=31)


@st.composite
def roles(draw: st.DrawFn) -> AdminRole:
    of_vsys = draw(st.booleans())
    pages = {page: draw(st.sampled_from(levels(page, of_vsys=of_vsys))) for page in Page}
    actions = draw(st.frozensets(st.sampled_from(single_actions(of_vsys=of_vsys))))
    return AdminRole(
        draw(NAMES), draw(st.text("ab ", max_size=9)).strip(), of_vsys, permitted(pages, actions)
    )


@st.composite
def admins(draw: st.DrawFn) -> Administrator:
    role = draw(st.sampled_from(Role))
    limited = role.is_of_vsys or role is Role.CUSTOM
    systems = draw(st.sets(st.sampled_from([VSYS1, VSYS2]))) if limited else set()
    return Administrator(
        name=draw(NAMES),
        role=role,
        profile=draw(NAMES) if role is Role.CUSTOM else "",
        vsys=tuple(sorted(systems)),
        enabled=draw(st.booleans()),
        password=draw(st.none() | st.uuids()),
    )


@given(roles())
def test_a_role_that_is_written_is_read_again(role: AdminRole) -> None:
    assert role_codec.from_xml(role.name, canonical(role_codec.to_xml(role))) == role
    assert role_rules.check(replace(role, name="a")) == []


@given(admins())
def test_an_administrator_who_is_written_is_read_again(admin: Administrator) -> None:
    assert codec.from_xml(admin.name, canonical(codec.to_xml(admin))) == admin


@pytest.mark.parametrize("of_vsys", [False, True])
def test_everything_that_can_be_granted_has_an_element(of_vsys: bool) -> None:  # noqa: FBT001 - a case
    most = grantable(of_vsys=of_vsys) - {Action.CHANGE_OWN_PASSWORD}
    role = AdminRole("most", of_vsys=of_vsys, permitted=most)

    assert role_codec.from_xml("most", role_codec.to_xml(role)).permitted == most


def test_the_entry_of_a_role_has_the_words_of_the_product() -> None:
    role = AdminRole(
        "helpdesk",
        "Looks",
        permitted=frozenset({Page.SCEP.read, Page.TASKS.read, Action.COMMIT, Action.LOAD}),
    )

    assert role_codec.to_xml(role) == (
        '<entry name="helpdesk"><description>Looks</description><role><device><webui><device>'
        "<certificate-management><scep>read-only</scep></certificate-management></device>"
        "<tasks>enable</tasks><commit><device>enable</device></commit></webui>"
        "<x-scepadmin><load>enable</load></x-scepadmin></device></role></entry>"
    )


@pytest.mark.parametrize(
    ("admin", "inside"),
    [
        (Administrator("a"), "<superuser>yes</superuser>"),
        (
            Administrator("a", Role.DEVICEREADER),
            "<devicereader><member>localhost.localdomain</member></devicereader>",
        ),
        (
            Administrator("a", Role.VSYSADMIN, vsys=(VSYS2,)),
            (
                '<vsysadmin><entry name="localhost.localdomain"><vsys><member>vsys2</member></vsys>'
                "</entry></vsysadmin>"
            ),
        ),
        (
            Administrator("a", Role.CUSTOM, "branch", (VSYS1,)),
            "<custom><profile>branch</profile><vsys><member>vsys1</member></vsys></custom>",
        ),
    ],
)
def test_the_entry_of_an_administrator_has_the_words_of_the_product(
    admin: Administrator, inside: str
) -> None:
    assert codec.to_xml(admin) == (
        '<entry name="a"><permissions><role-based>' + inside + "</role-based></permissions></entry>"
    )


@pytest.mark.parametrize(
    ("xml", "words"),
    [
        ("<x/>", "is an entry"),
        ("<entry><colour/></entry>", "is an entry"),
        ("<entry><role/></entry>", "one for the device or"),
        ("<entry><role><cloud/></role></entry>", "one for the device or"),
        ("<entry><role><device/><vsys/></role></entry>", "one for the device or"),
        (
            "<entry><role><device><webui><acc>enable</acc></webui></device></role></entry>",
            "webui/acc",
        ),
        (
            "<entry><role><vsys><webui><tasks>on</tasks></webui></vsys></role></entry>",
            "webui/tasks",
        ),
        (
            (
                "<entry><role><vsys><webui><commit><device>enable</device></commit></webui></vsys></role>"
                "</entry>"
            ),
            "webui/commit/device",
        ),
    ],
)
def test_other_xml_is_no_admin_role(xml: str, words: str) -> None:
    with pytest.raises(role_codec.AdminRoleXmlUnusable, match=words):
        role_codec.from_xml("a", xml)


@pytest.mark.parametrize(
    ("xml", "words"),
    [
        ("<x/>", "is an entry"),
        ("<entry><public-key/></entry>", "is an entry"),
        ("<entry/>", "one role"),
        ("<entry><permissions><role-based><king/></role-based></permissions></entry>", "one role"),
        (
            (
                "<entry><permissions><role-based><vsysadmin><vsys><member>shared</member></vsys>"
                "</vsysadmin></role-based></permissions></entry>"
            ),
            "shared is no key",
        ),
        (
            (
                "<entry><permissions><role-based><vsysadmin><vsys><member/></vsys>"
                "</vsysadmin></role-based></permissions></entry>"
            ),
            "Nothing is no key",
        ),
        (
            (
                "<entry><phash>$5$abc</phash><permissions><role-based><superuser/></role-based>"
                "</permissions></entry>"
            ),
            "not made by this device",
        ),
    ],
)
def test_other_xml_is_no_administrator(xml: str, words: str) -> None:
    with pytest.raises(codec.AdministratorXmlUnusable, match=words):
        codec.from_xml("a", xml)


def test_a_role_says_what_it_allows_on_each_page() -> None:
    role = AdminRole("a", permitted=frozenset({Page.SCEP.read, Page.SCEP.write, Page.TASKS.read}))

    assert role.access(Page.SCEP) is Access.ENABLE
    assert role.access(Page.TASKS) is Access.READ_ONLY
    assert role.access(Page.SETUP) is Access.DISABLE


def test_a_role_never_allows_more_than_the_admin_of_a_device() -> None:
    greedy = AdminRole("a", permitted=frozenset(Action))

    assert greedy.effective == grantable(of_vsys=False)
    assert Page.ADMINISTRATORS.write not in greedy.effective


def test_what_a_role_cannot_give_is_said_at_its_field() -> None:
    given = frozenset({Page.SETUP.write, Page.SETUP.read, Action.LOAD, Page.ADMINISTRATORS.write})
    role = AdminRole("", "x" * 256, of_vsys=True, permitted=given)

    assert [problem.field for problem in role_rules.check(role)] == [
        "name",
        "description",
        "page_administrators",
        "page_setup",
        "actions",
    ]
    assert role_rules.check(AdminRole("a", permitted=frozenset({Page.SETUP.write}))) == []
    assert role_rules.check(AdminRole("a", permitted=frozenset({Action.REMOVE_OTHERS_LOCKS}))) == [
        Problem("actions", "A role for the device cannot allow removing other admins' locks.")
    ]


@pytest.mark.parametrize(
    ("admin", "fields"),
    [
        (Administrator("alice"), []),
        (Administrator(""), ["name"]),
        (Administrator("a" * 32), ["name"]),
        (Administrator("a b"), ["name"]),
        (Administrator("-a"), ["name"]),
        (Administrator("System"), ["name"]),
        (Administrator("a", Role.CUSTOM, "auditor"), []),
        (Administrator("a", Role.CUSTOM, "branch", (VSYS2,)), []),
        (Administrator("a", Role.CUSTOM, "branch"), ["vsys"]),
        (Administrator("a", Role.CUSTOM, "auditor", (VSYS1,)), ["vsys"]),
        (Administrator("a", Role.CUSTOM), ["role"]),
        (Administrator("a", Role.CUSTOM, "gone", (VSYS1,)), ["role"]),
        (Administrator("a", Role.VSYSREADER), ["vsys"]),
        (Administrator("a", Role.VSYSREADER, vsys=(Location("vsys9"),)), ["vsys"]),
        (Administrator("a", Role.SUPERREADER, vsys=(VSYS1,)), ["vsys"]),
    ],
)
def test_every_broken_rule_is_said_at_its_field(admin: Administrator, fields: list[str]) -> None:
    found = [problem.field for problem in rules.check(admin, AROUND)]

    assert found == fields


@pytest.mark.parametrize(
    ("password", "confirmation", "is_new", "fields"),
    [
        (None, "", True, ["password"]),
        (None, "", False, []),
        ("a", "b", True, ["confirmation"]),
        ("a", "a", False, []),
    ],
)
def test_a_password_is_typed_twice(
    password: str | None,
    confirmation: str,
    is_new: bool,  # noqa: FBT001 - a case
    fields: list[str],
) -> None:
    draft = AdministratorDraft(Administrator("a"), password, confirmation)

    found = [problem.field for problem in rules.check_password(draft, is_new=is_new)]

    assert found == fields
    assert draft.sealed(SECRET) == Administrator("a", password=SECRET)


@pytest.mark.parametrize(
    ("after", "field"),
    [
        ([], ""),
        ([Administrator("alice", enabled=False)], "enabled"),
        ([Administrator("alice", Role.DEVICEADMIN)], "role"),
    ],
)
def test_the_last_superuser_cannot_go(after: list[Administrator], field: str) -> None:
    before = [Administrator("alice"), Administrator("paul", Role.SUPERREADER)]

    [(name, problem)] = rules.last_superuser_lost(before, after)

    assert (name, problem.field) == ("alice", field)
    assert "last enabled superuser" in problem.message


def test_one_of_two_superusers_can_go() -> None:
    before = [Administrator("alice"), Administrator("paul")]

    assert rules.last_superuser_lost(before, before[:1]) == []
    assert rules.last_superuser_lost([], []) == []


def test_the_name_of_a_role_is_what_admins_read() -> None:
    assert Administrator("a").role_name == "superuser"
    assert Administrator("a", Role.CUSTOM, "auditor").role_name == "auditor"
