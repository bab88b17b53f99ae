"""The XML of an object before and after a commit, line by line."""

from uuid import uuid4

from configuration import preview
from configuration.preview import Mark

OLD = "<entry name='ndes'><url>http://a/</url><digest>sha1</digest><bits>2048</bits></entry>"
NEW = "<entry name='ndes'><url>http://b/</url><digest>sha1</digest><usage>no</usage></entry>"


def signs(before: str, after: str, context: int | None = None) -> list[str]:
    hunks = preview.hunks(before, after, context)
    return [f"{line.sign}{line.text.strip()}" for hunk in hunks for line in hunk.lines]


def test_old_lines_stand_before_new_ones() -> None:
    assert signs(OLD, NEW) == [
        ' <entry name="ndes">',
        "-<url>http://a/</url>",
        "+<url>http://b/</url>",
        " <digest>sha1</digest>",
        "-<bits>2048</bits>",
        "+<usage>no</usage>",
        " </entry>",
    ]


def test_an_object_that_comes_or_goes_is_all_of_one_sign() -> None:
    assert {line[0] for line in signs("", NEW)} == {"+"}
    assert {line[0] for line in signs(OLD, "")} == {"-"}


def test_equal_texts_have_no_hunks_when_lines_around_are_cut() -> None:
    assert preview.hunks(OLD, OLD, 3) == ()


def test_lines_around_are_as_many_as_asked_for() -> None:
    before = "<entry>" + "".join(f"<a{n}/>" for n in range(20)) + "</entry>"
    after = before.replace("<a10/>", "<b/>")

    assert len(signs(before, after, 0)) == 2
    assert len(signs(before, after, 3)) == 8
    assert len(signs(before, after)) == 23
    assert preview.hunks(before, after, 1)[0].heading == "@@ -11,3 +11,3 @@"


def test_side_by_side_pairs_lines_and_says_what_happens_to_each() -> None:
    (hunk,) = preview.hunks(OLD.replace("<bits>", "<x/><bits>"), NEW, None)

    marks = [row.mark for row in hunk.rows]
    assert marks == [Mark.SAME, Mark.CHANGED, Mark.SAME, Mark.CHANGED, Mark.REMOVED, Mark.SAME]
    assert [row.new.text.strip() if row.new else None for row in hunk.rows][4] is None
    assert hunk.rows[0].old == hunk.rows[0].new


def test_a_secret_is_shown_by_a_word_that_differs_when_it_does() -> None:
    first, second = str(uuid4()), str(uuid4())
    shown = signs(f"<entry><p>{first}</p></entry>", f"<entry><p>{second}</p></entry>")

    assert f"-<p>secret {first[:8]}</p>" in shown
    assert f"+<p>secret {second[:8]}</p>" in shown
    assert not any(first in line or second in line for line in shown)


def test_the_download_names_the_object_and_both_sides() -> None:
    hunks = preview.hunks("", "<entry/>", 3)
    text = list(preview.as_text("SCEP profile ndes", hunks, preview.COMMITTING))

    assert text == [
        "# SCEP profile ndes",
        "--- running",
        "+++ after the commit",
        "@@ -0,0 +1,1 @@",
        "+<entry/>",
        "",
    ]
