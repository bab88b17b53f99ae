"""Documents that would otherwise drift away from the code."""

import re

from tests.architecture import sources


def read(name: str) -> str:
    return (sources.ROOT / name).read_text(encoding="utf-8")


def test_every_environment_variable_is_documented() -> None:
    used = {
        name
        for path in sources.product_files()
        for name in re.findall(
            r"\"((?:SCEPADMIN|DEMOCA)_[A-Z_]+)\"", path.read_text(encoding="utf-8")
        )
    }

    undocumented = {name for name in used if f"`{name}`" not in read("docs/settings.md")}

    assert used
    assert undocumented == set()


def test_every_decision_is_in_the_index() -> None:
    pages = {path.name for path in (sources.ROOT / "docs/adr").glob("0*.md")}

    assert {name for name in pages if f"({name})" not in read("docs/adr/README.md")} == set()


def test_every_runtime_dependency_has_its_reason() -> None:
    pins = re.findall(r"^([A-Za-z0-9\-]+)==", read("requirements.txt"), re.MULTILINE)
    reasons = read("docs/adr/0018-dependencies.md").lower()

    assert [name for name in pins if f"| {name.lower()}" not in reasons] == []


def test_every_image_and_page_the_documents_name_exists() -> None:
    pages = [*sources.ROOT.glob("*.md"), *sources.ROOT.glob("docs/**/*.md")]
    missing = [
        f"{sources.name_of(page)}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]

    assert missing == []


def test_no_test_sleeps() -> None:
    found = [
        sources.name_of(path)
        for path in sources.test_files()
        if path.name != "test_docs.py" and "time.sleep(" in path.read_text(encoding="utf-8")
    ]

    assert found == []


def test_nothing_is_silenced_without_its_rule_and_no_safeguard_is_switched_off() -> None:
    forbidden = re.compile(r"verify=False|shell=True|# type: ignore$|# noqa$", re.MULTILINE)
    found = [
        sources.name_of(path)
        for path in [*sources.test_files(), *sources.product_files()]
        if path.name != "test_docs.py" and forbidden.search(path.read_text(encoding="utf-8"))
    ]

    assert found == []
