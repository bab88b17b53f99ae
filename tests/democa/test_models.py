"""Rows name themselves, and nothing secret."""

import pytest

from democa.models import (
    AuthorityCertificate,
    EnrollmentRequest,
    IssuedCertificate,
    OneTimePassword,
    Switches,
)


@pytest.mark.parametrize(
    ("row", "name"),
    [
        (Switches(admin_password="$argon2id$hash"), "switches"),
        (AuthorityCertificate(role="root", generation=2), "root 2"),
        (OneTimePassword(pk=3, digest="abc"), "one-time password 3"),
        (EnrollmentRequest(transaction_id="T1"), "request T1"),
        (IssuedCertificate(serial_hex="0A"), "certificate 0A"),
    ],
)
def test_a_row_names_itself(row: object, name: str) -> None:
    assert str(row) == name
