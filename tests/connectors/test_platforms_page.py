"""The page about platforms says what the connectors declare, and each of them declares enough to be connected."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from connectors.base import POST_KINDS, Kind
from connectors.models import PLATFORMS, connector_class
from connectors.platforms_page import page
from connectors.portrait import VERBS, limits

PAGE = Path(settings.BASE_DIR) / "docs" / "platforms.md"


def test_the_page_in_the_repository_is_the_one_that_would_be_made_now(tmp_path: Path) -> None:
    call_command("platforms_page", "--to", str(tmp_path / "platforms.md"), verbosity=0)
    made = (tmp_path / "platforms.md").read_text(encoding="utf-8")
    assert made == PAGE.read_text(encoding="utf-8"), "run `python manage.py platforms_page`"


def test_the_table_has_a_mark_for_each_platform_and_kind() -> None:
    rows = [line for line in page().splitlines() if re.match(r"\| .* \| [✓–]", line)]
    declared = {kind for platform in PLATFORMS for kind in connector_class(platform).capability.kinds}
    assert len(rows) == 2 * len(declared & set(VERBS))
    assert all(line.count("✓") + line.count("–") == len(PLATFORMS) for line in rows)
    several = VERBS[Kind.CAROUSEL][1]
    marks = next(line for line in rows if line.startswith(f"| {several} |")).split("|")[2:-1]
    can = [Kind.CAROUSEL in connector_class(platform).capability.kinds for platform in PLATFORMS]
    assert [mark.strip() == "✓" for mark in marks] == can


def test_each_platforms_section_says_how_long_an_answer_is_taken() -> None:
    english = page().partition("\n---\n")[2]
    said = {part.split("`")[1]: part for part in english.split("\n## ")[1:]}
    for name in ("facebook", "instagram_graph"):
        assert "| Direct messages answered from the desk | within 24 hours |" in said[name]
        assert "| Direct messages answered by a person in its own app | within 7 days |" in said[name]
        assert "| Comments answered privately | within 7 days, once a comment |" in said[name]
    assert "| Direct messages answered from the desk | no limit that is known |" in said["instagram"]
    assert "only to posts that mention this account" in said["x"]
    assert "Direct messages" not in said["website"].partition("| Limits |")[2]


@pytest.mark.parametrize("platform", PLATFORMS)
def test_each_platform_can_be_connected_by_its_guide(platform: str) -> None:
    connector = connector_class(platform)
    guide = connector.guide
    assert guide is not None
    assert guide.needed
    assert len(guide.steps) >= 3
    said = [guide.costs, guide.handle, guide.handle_help, *guide.needed, *guide.steps, *guide.by_hand]
    for words in (*said, *(field.label for field in connector.fields)):
        assert len(words) == 2
        assert all(words)
    assert connector.fields, "nothing to sign in with"
    assert len({field.name for field in connector.fields}) == len(connector.fields)
    names = {field.name for field in connector.fields if re.search(r"secret|password|token", field.name)}
    assert all(field.secret for field in connector.fields if field.name in names)
    shown = [name for name, _value in limits(connector.capability)]
    assert len(set(shown)) == len(shown)
    assert (len(shown) > 3) == bool(connector.capability.kinds & POST_KINDS)
