"""How passwords are stored."""

import threading
from datetime import datetime

import pytest

from django.contrib.auth.hashers import Argon2PasswordHasher, check_password

from device import hashers, services
from device.models import Admin


def test_a_hash_has_the_parameters_decided() -> None:
    hasher = hashers.BoundedArgon2()

    encoded = hasher.encode("a", hasher.salt())

    assert "argon2id" in encoded
    assert "m=19456,t=2,p=1" in encoded
    assert hasher.verify("a", encoded)
    assert not hasher.verify("b", encoded)


@pytest.mark.django_db
def test_a_hash_with_older_parameters_is_replaced_at_the_next_sign_in(now: datetime) -> None:
    old = Argon2PasswordHasher()
    old.time_cost, old.memory_cost, old.parallelism = 1, 1024, 1
    Admin.objects.create(username="alice", password=old.encode("a", old.salt()), created_at=now)

    services.sign_in(username="alice", password="a", address="", at=now)

    upgraded = Admin.objects.get().password
    assert "m=19456,t=2,p=1" in upgraded
    assert check_password("a", upgraded)


def test_more_than_two_hashes_wait_for_their_turn() -> None:
    hasher = hashers.BoundedArgon2()
    gate = threading.Event()
    busy = [hashers._HASHING.submit(gate.wait, 10) for _ in range(2)]
    third = threading.Thread(target=hasher.encode, args=("a", hasher.salt()))

    third.start()
    third.join(timeout=0.2)
    waited = third.is_alive()
    gate.set()
    third.join(timeout=10)

    assert waited
    assert not third.is_alive()
    assert all(future.result() for future in busy)


def test_hashing_happens_in_two_threads_however_many_ask() -> None:
    hasher = hashers.BoundedArgon2()
    asking = [threading.Thread(target=hasher.encode, args=("a", hasher.salt())) for _ in range(4)]

    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join(timeout=10)

    assert len([t for t in threading.enumerate() if t.name.startswith("argon2")]) <= 2
