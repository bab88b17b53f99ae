"""Reads from the tests' own text what they say to prove; nothing is imported or run."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

ROOT: Final = Path(__file__).resolve().parents[2]
MARKS: Final = ("conformance", "interop_case")

_Test: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


class MisplacedMark(Exception):
    """A mark that the pages cannot be made from."""


@dataclass(frozen=True, slots=True, order=True)
class Claim:
    """One mark at one test.

    Attributes:
        path: the test's file, relative to the repository.
        test: name of the test, ``TestClass::test_name`` inside a class.
        mark: one of :data:`MARKS`.
        words: the mark's arguments.
    """

    path: str
    test: str
    mark: str
    words: tuple[str, ...]

    @property
    def node_id(self) -> str:
        """What pytest calls the test, without its parameters."""
        return f"{self.path}::{self.test}"


def read_claims() -> list[Claim]:
    """Read the claims of the whole suite, sorted.

    Raises:
        MisplacedMark: a mark is not at a test, or its arguments are not plain strings.
    """
    files = sorted((ROOT / "tests").rglob("test_*.py"))
    return sorted({claim for path in files for claim in claims_of(path.read_text("utf-8"), path)})


def claims_of(source: str, path: Path) -> Iterator[Claim]:
    """Read the claims of one file; as :func:`read_claims`."""
    if not any(mark in source for mark in MARKS):
        return
    tree = ast.parse(source)
    name = path.relative_to(ROOT).as_posix()
    found: set[ast.Call] = set()
    for test, title, decorators in _tests(tree):
        for call in _marks(decorators):
            found.add(call)
            yield Claim(name, title, _mark_of(call), _words(call, f"{name}:{test.lineno}"))
    for call in _marks([tree]):
        if call not in found:
            raise MisplacedMark(f"{name}:{call.lineno}: a mark must be a decorator of a test")


def _tests(tree: ast.Module) -> Iterator[tuple[_Test, str, list[ast.expr]]]:
    for node in tree.body:
        if isinstance(node, _Test):
            yield node, node.name, node.decorator_list
        elif isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, _Test):
                    decorators = [*node.decorator_list, *inner.decorator_list]
                    yield inner, f"{node.name}::{inner.name}", decorators


def _marks(nodes: Iterable[ast.AST]) -> Iterator[ast.Call]:
    for root in nodes:
        for node in ast.walk(root):
            if isinstance(node, ast.Call) and _mark_of(node) in MARKS:
                yield node


def _mark_of(call: ast.Call) -> str:
    name = ast.unparse(call.func)
    return name.removeprefix("pytest.mark.") if name.startswith("pytest.mark.") else ""


def _words(call: ast.Call, place: str) -> tuple[str, ...]:
    words = [arg.value for arg in call.args if isinstance(arg, ast.Constant)]
    if call.keywords or len(words) != len(call.args):
        raise MisplacedMark(f"{place}: arguments of a mark are plain strings")
    return tuple(str(word) for word in words)
