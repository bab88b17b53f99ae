"""The challenge page of NDES: what is read from it, and why it may hold no password."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scep import challenge
from scep.challenge import ChallengePage
from scep.errors import ChallengeRefused
from scep.transcript import StepName

PAGES = Path(__file__).parents[1] / "vectors" / "ndes-pages-synthetic"
ENCODINGS = ("utf8", "utf16le", "utf16le-bom")


def page(name: str, encoding: str = "utf8") -> bytes:
    return (PAGES / f"synthetic_{name}.{encoding}.html").read_bytes()


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_one_time_password_is_read_in_every_encoding(encoding: str) -> None:
    assert challenge.read_page(page("otp", encoding), "text/html") == ChallengePage(
        password="0123456789ABCDEF",
        ca_thumbprint="00112233445566778899aabbccddeeff",
        lifetime_minutes=60,
        single_use=True,
        labelled=True,
    )


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_reusable_password_is_known_as_such(encoding: str) -> None:
    found = challenge.read_page(page("single", encoding))

    assert found.password == "00112233445566778899AABBCCDDEEFF"
    assert not found.single_use
    assert found.lifetime_minutes is None


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize(
    ("name", "fact", "hint"),
    [
        ("cache_full", "password cache is full", "PasswordMax"),
        ("no_permission", "no permission to enroll", "Enroll permission"),
    ],
)
def test_a_page_without_a_password_says_why(name: str, encoding: str, fact: str, hint: str) -> None:
    with pytest.raises(ChallengeRefused) as caught:
        challenge.read_page(page(name, encoding))

    assert fact in caught.value.fact
    assert hint in caught.value.hint
    assert (caught.value.stage, caught.value.exit_code) == (StepName.CHALLENGE, 4)


@pytest.mark.parametrize(
    ("body", "content_type", "fact"),
    [
        (b"", "", "0 characters without a title"),
        (b"<title>It works!\n </title>", "", 'a page titled "It works!"'),
        (b"<form><input name=p type='password'>", "", "sign-in form"),
        (b"Use <a href=/CertSrv/mscep_admin>mscep_admin</a>", "", "page for devices"),
        (b"plain text without a label: 0123456789ABCDEF", "text/plain", "There is no challenge"),
        (b"Your enrollment challenge password is required.", "", "There is no challenge"),
        (b"The enrollment challenge password is: <B> </B> <P> This one", "", "There is no chall"),
        (
            "<title>Network Device Enrollment Service</title>Кэш заполнен.".encode("utf-16-le"),
            "",
            "The page of NDES shows no challenge password",
        ),
    ],
    ids=[
        *("empty", "another page", "sign-in form", "device page", "text", "sentence", "empty slot"),
        "localized",
    ],
)
def test_another_page_is_told_apart_and_not_quoted(
    body: bytes, content_type: str, fact: str
) -> None:
    with pytest.raises(ChallengeRefused) as caught:
        challenge.read_page(body, content_type)

    assert fact in caught.value.fact
    assert caught.value.hint
    assert "0123456789ABCDEF" not in caught.value.fact + caught.value.hint


@pytest.mark.parametrize(
    "written",
    [
        "The enrollment challenge password is: <B> S3cret-1 </B>",
        "the ENROLLMENT challenge password is:<br>\n<b><font size=2>S3cret-1</font></b>",
        "The enrollment challenge password is S3cret-1 ",
        "Enrollment challenge password: S3cret-1",
        "<td>The enrollment challenge password is:</td><td>S3cret-1</td>",
        "<b>The enrollment challenge password is:</b>&nbsp;<tt>&nbsp;S3cret-1&nbsp;</tt>",
    ],
)
def test_the_password_is_found_with_any_tags_or_none(written: str) -> None:
    assert challenge.read_page(written.encode()).password == "S3cret-1"


def test_entities_in_the_password_are_resolved() -> None:
    body = b"The enrollment challenge password is: <B> a&amp;b&lt;c </B>"

    assert challenge.read_page(body).password == "a&b<c"


def test_a_localized_page_is_read_by_shape_and_the_thumbprint_is_no_password() -> None:
    body = (
        "<p>Der Fingerabdruck: <B> 00112233 44556677 8899AABB CCDDEEFF </B>"
        "<p>Das Kennwort für die Registrierung: <B> 0123456789ABCDEF </B>"
    ).encode("utf-16-le")

    found = challenge.read_page(body)

    assert found.password == "0123456789ABCDEF"
    assert not found.labelled
    assert found.ca_thumbprint == "00112233445566778899aabbccddeeff"


def test_a_localized_page_in_another_alphabet_is_read() -> None:
    body = (
        "<HTML><Head><Title>Служба регистрации сетевых устройств</Title></Head><Body>"
        "Отпечаток сертификата центра сертификации: <B>00112233 44556677 8899AABB CCDDEEFF</B>"
        "Пароль запроса регистрации, который можно использовать один раз: "
        "<strong class=p>\xa00123456789ABCDEF\xa0</strong>"
    ).encode("utf-16-le")

    found = challenge.read_page(body)

    assert (found.password, found.labelled) == ("0123456789ABCDEF", False)
    assert found.ca_thumbprint == "00112233445566778899aabbccddeeff"


@pytest.mark.parametrize("digits", [32, 40, 64])
def test_a_thumbprint_without_label_and_gaps_is_no_password_when_alone(digits: int) -> None:
    with pytest.raises(ChallengeRefused):
        challenge.read_page(f"Empreinte : <B>{'AB' * (digits // 2)}</B>".encode())


@pytest.mark.parametrize("repeated", ["", "<b>00112233445566778899aabbccddeeff</b>"])
def test_a_long_password_is_told_from_the_thumbprint_before_it(repeated: str) -> None:
    body = (
        "Empreinte : <B>00112233445566778899AABBCCDDEEFF</B> "
        f"Mot de passe : <B>FFEEDDCCBBAA99887766554433221100</B>{repeated}"
    )

    found = challenge.read_page(body.encode())

    assert found.password == "FFEEDDCCBBAA99887766554433221100"
    assert found.ca_thumbprint == "00112233445566778899aabbccddeeff"


def test_a_labelled_thumbprint_alone_is_no_password() -> None:
    body = b"thumbprint: <B>00112233445566778899AABBCCDDEEFF</B>"

    with pytest.raises(ChallengeRefused, match="no challenge password"):
        challenge.read_page(body)


@pytest.mark.parametrize(
    ("digits", "read"),
    [("ab" * 20, "ab" * 20), ("AB:" * 31 + "AB", "ab" * 32), ("abcd", "")],
    ids=["SHA-1", "SHA-256", "neither"],
)
def test_thumbprints_of_other_hashes_are_read_too(digits: str, read: str) -> None:
    body = f"thumbprint (hash value): <B>{digits}</B> enrollment challenge password is: <B>x</B>"

    assert challenge.read_page(body.encode()).ca_thumbprint == read


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("The enrollment challenge password is: pässword".encode("utf-8-sig"), ""),
        ("\ufeffThe enrollment challenge password is: pässword".encode("utf-16-be"), ""),
        ("The enrollment challenge password is: pässword".encode("utf-16-be"), ""),
        ("The enrollment challenge password is: pässword".encode("latin-1"), ""),
        (
            "The enrollment challenge password is: pässword".encode("cp850"),
            'text/html; charset="cp850"',
        ),
        ("The enrollment challenge password is: pässword".encode("latin-1"), "a; charset=klingon"),
    ],
    ids=["UTF-8 BOM", "UTF-16BE BOM", "UTF-16BE", "Latin-1", "named", "unknown"],
)
def test_other_encodings_are_understood(body: bytes, content_type: str) -> None:
    assert challenge.read_page(body, content_type).password == "pässword"


def test_the_password_never_shows() -> None:
    assert "0123456789ABCDEF" not in repr(challenge.read_page(page("otp")))


@given(st.binary(max_size=2000), st.text(max_size=50))
def test_any_bytes_give_a_page_or_a_refusal(body: bytes, content_type: str) -> None:
    with pytest.raises(ChallengeRefused):
        challenge.read_page(body, content_type)


def test_a_huge_page_is_read_in_no_time() -> None:
    body = b"thumbprint " * 50_000 + b"<b>" * 50_000 + b"<title" * 9_000

    with pytest.raises(ChallengeRefused):
        challenge.read_page(body)
