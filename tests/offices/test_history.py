"""Every Event and every Notice that the code writes has words for people."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

from offices.history import WORDS

ROOT = Path(settings.BASE_DIR)
ROOMS = ["offices", "connectors", "scheduler", "moderation"]
VERB = re.compile(
    r'"((?:office|officer|account|outgoing|delivery|calendar|message|thanks|answer|case|evidence|consultation|draft)\.[a-z_]+)"'
)
NOTICE = re.compile(r'(?:Notice\.give\(\s*[\w.]+,\s*|tell\(row, |notice=)"(\w+)"')


def sources() -> str:
    return "\n".join(
        path.read_text() for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")) if written(path)
    )


def written(path: Path) -> bool:
    return "migrations" not in path.parts and path.name not in ("urls.py", "history.py")


def test_every_verb_has_words() -> None:
    verbs = set(VERB.findall(sources()))
    assert "outgoing.sent" in verbs
    assert not verbs - WORDS.keys()


def test_every_notice_has_words() -> None:
    kinds = set(NOTICE.findall(sources()))
    assert "account_red" in kinds
    for kind in kinds:
        get_template(f"offices/notices/{kind}.html")


def test_an_unknown_kind_of_notice_would_be_noticed() -> None:
    with pytest.raises(Exception, match="no_such_kind"):
        get_template("offices/notices/no_such_kind.html")
