"""Budgets: what grows past them gets split, not excused."""

import ast

from tests.architecture import sources


def test_no_product_file_is_longer_than_300_lines() -> None:
    long = {
        sources.name_of(path): lines
        for path in sources.product_files()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 300
    }

    assert long == {}


def test_no_test_file_is_longer_than_500_lines() -> None:
    long = {
        sources.name_of(path): lines
        for path in sources.test_files()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 500
    }

    assert long == {}


def test_no_function_is_longer_than_40_lines() -> None:
    long = {
        f"{sources.name_of(path)}:{node.name}": sources.length(node)
        for path in sources.product_files()
        for node in sources.functions(path)
        if sources.length(node) > 40
    }

    assert long == {}


def test_no_view_is_longer_than_25_lines() -> None:
    views = [
        path
        for path in sources.product_files()
        if path.stem == "views" or path.parent.name == "views"
    ]
    long = {
        f"{sources.name_of(path)}:{node.name}": sources.length(node)
        for path in views
        for node in sources.functions(path)
        if sources.length(node) > 25
    }

    assert views
    assert long == {}


def test_no_class_is_longer_than_150_lines() -> None:
    long = {
        f"{sources.name_of(path)}:{node.name}": sources.length(node)
        for path in sources.product_files()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef) and sources.length(node) > 150
    }

    assert long == {}


def test_no_template_is_longer_than_80_lines() -> None:
    long = {
        sources.name_of(path): lines
        for path in sources.templates()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 80
    }

    assert sources.templates()
    assert long == {}
