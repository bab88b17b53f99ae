"""What the profile's dialog is told about the certificates that the server sent."""

from hashlib import md5, sha1, sha256
from uuid import uuid4

import pytest

from certificates.queries.fetched import fetched_ca
from profiles import queries as profiles
from tests.certificates.ra import registration_authorities
from tests.certificates.test_store import ISSUING, ROOT
from tests.certificates.workbench import Bench

pytestmark = pytest.mark.django_db


def test_every_certificate_sent_has_its_role_and_its_fingerprints(bench: Bench) -> None:
    bench.ca.ca = ISSUING
    bench.ca.others = (ROOT, *registration_authorities(ISSUING))
    uuid = bench.running_profile()

    fetched = fetched_ca(uuid, bench.now)

    assert fetched is not None
    assert fetched.at == bench.now
    assert [(one.role, one.subject, one.can_be_pinned) for one in fetched.certificates] == [
        ("Issuing CA", "CN=Acme Issuing", True),
        ("Registration authority", "CN=RA signing", False),
        ("Registration authority", "CN=RA encryption", False),
        ("Root CA", "CN=Acme Root", True),
    ]
    assert fetched.certificates[0].fingerprints == (
        ("SHA-256", sha256(ISSUING.der).hexdigest()),
        ("SHA-1", sha1(ISSUING.der, usedforsecurity=False).hexdigest()),
        ("MD5", md5(ISSUING.der, usedforsecurity=False).hexdigest()),
    )


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_fingerprint_that_is_taken_over_is_the_one_that_is_compared(
    bench: Bench, place: int
) -> None:
    uuid = bench.running_profile()
    fetched = fetched_ca(uuid, bench.now)
    assert fetched is not None
    _, digits = fetched.certificates[0].fingerprints[place]

    bench.profile(uuid, fingerprint=digits)
    job = bench.commit()

    assert [line for line in job.lines if line.startswith("warning")] == []


def test_a_profile_whose_server_never_answered_has_nothing_to_offer(bench: Bench) -> None:
    assert fetched_ca(uuid4(), bench.now) is None


def test_profiles_are_told_by_the_settings(bench: Bench) -> None:
    uuid = bench.running_profile()

    assert profiles.fetched_ca(uuid, bench.now) == fetched_ca(uuid, bench.now)
