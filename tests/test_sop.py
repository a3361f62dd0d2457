"""docs/sop.md is true: every step of both procedures, and every screen, name and test that it points to."""

import ast
import importlib
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest
from django.urls import get_resolver

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "sop.md").read_text(encoding="utf-8")
SOP_1 = ["§5A", "§5B", "§5C.1-5", "§5C.6", "§5C.7", "§5C.8", "§5C.9", "§6", "§7.1a", "§7.1b", "§7.2", "§8"]
SOP_2 = ["1", "2", "3", "4", "5", "6", "7", "incoming mail, memo", "records", "indicators"]


def rows() -> list[list[str]]:
    """step, what it says, screen, code, test."""
    lines = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith("| step")]
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines]


def names_of(patterns: object, found: set[str]) -> set[str]:
    for pattern in patterns:  # type: ignore[attr-defined]
        if hasattr(pattern, "url_patterns"):
            names_of(pattern.url_patterns, found)
        elif pattern.name:
            found.add(pattern.name)
    return found


@cache
def functions_of(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_step_is_there() -> None:
    steps = [row[0] for row in rows()]
    assert [one for one in [*SOP_1, *SOP_2] if one not in steps] == []
    assert all(len(row) == 5 and all(row[:2]) for row in rows())


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_what_a_row_points_to_exists(row: list[str]) -> None:
    step, _says, screen, code, test = row
    assert screen in names_of(get_resolver().url_patterns, set()), f"{step}: no screen {screen}"
    module, _, name = code.partition(":")
    assert hasattr(importlib.import_module(module), name), f"{step}: no {code}"
    path, _, function = test.partition("::")
    assert function in functions_of(path), f"{step}: no test {test}"


@pytest.mark.parametrize("name", ["sop1", "sop2"])
def test_every_stage_of_a_shipped_file_names_its_step(name: str) -> None:
    """A stage's `source` is a step of this page."""
    file = tomllib.loads((ROOT / "moderation" / "procedures" / f"{name}.toml").read_text(encoding="utf-8"))
    steps = {row[0] for row in rows()}
    for stage in file["stage"]:
        named = re.findall(r"§[0-9A-Z.]+[a-z]?|(?<=step )\d", stage["source"])
        assert named, stage["source"]
        assert {*named} <= steps, f"{stage['key']}: {named}"


def test_the_handbook_shows_pictures_that_exist_and_no_others_lie_about() -> None:
    """docs/panduan.md: the browser tests of whole days make them (`make pictures`)."""
    page = (ROOT / "docs" / "panduan.md").read_text(encoding="utf-8")
    shown = set(re.findall(r"\]\(panduan/([\w-]+\.png)\)", page))
    assert shown == {path.name for path in (ROOT / "docs" / "panduan").glob("*.png")}
    days = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "browser" / "days").glob("test_*.py"))
    assert shown == {f"{name}.png" for name in re.findall(r'day\.picture\("([\w-]+)"', days)}
