"""Lists whose pages go round: a platform, or a cache before it, names pages that were turned already. Each reader ends,
having asked for each page once and a little more, and hands over what it saw."""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import pytest

from connectors.answers import leads_on
from connectors.base import Login
from connectors.graph.client import Graph
from connectors.instagram.feed import Feed as Instagram
from connectors.sessions import Network
from connectors.twitter.feed import Feed as X
from connectors.website.comments import PER_PAGE, Comments
from connectors.youtube.client import Api
from connectors.youtube.quota import Quota

MOST = 5
"""Two pages that name each other; some readers look again at the first."""
MESSAGE = {"thread_id": "7", "items": [{"item_id": "1", "timestamp": 9 * 10**15}], "last_activity_at": 9 * 10**15}


class Round:
    """Whatever is asked: page one names two, and two names one."""

    def __init__(self, answer: Callable[[str], Any]) -> None:
        self.answer, self.asked = answer, 0

    def __call__(self, *_: Any, **__: Any) -> Any:
        self.asked += 1
        assert self.asked <= MOST, "it goes round"
        return self.answer("AB"[self.asked % 2])


def graph(ask: Round, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    reader = Graph("EAA", Network())
    monkeypatch.setattr(reader, "edge", ask)
    return reader.pages("1", "comments")


def youtube(ask: Round, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    reader = Api(Login("melati", {}, {}), Network(), Quota())
    monkeypatch.setattr(reader, "ask", ask)
    return reader.pages("comments")


class Site:
    """A site behind a cache, which gives one page whatever is asked for."""

    def __init__(self, ask: Round) -> None:
        self.get_list = ask


def full_page(_: str) -> list[dict[str, Any]]:
    return [{"id": number, "date_gmt": "2026-11-22T01:00:00"} for number in range(PER_PAGE)]


READERS: dict[str, tuple[Callable[[str], Any], Callable[[Round, pytest.MonkeyPatch], Any]]] = {
    "graph": (lambda at: {"data": [{"id": "1"}], "paging": {"next": "x", "cursors": {"after": at}}}, graph),
    "youtube": (lambda at: {"items": [], "nextPageToken": at}, youtube),
    "x": (
        lambda at: {"data": [{"id": "1"}], "meta": {"next_token": at}},
        lambda ask, _: X(ask, "1", "m").pages("posts", {}),
    ),
    "instagram's posts": (
        lambda at: {"items": [], "more_available": True, "next_max_id": at},
        lambda ask, _: Instagram(ask, "1").post_pages(),
    ),
    "instagram's comments": (
        lambda at: {"comments": [], "has_more_comments": True, "next_max_id": at},
        lambda ask, _: Instagram(ask, "1").comment_pages("5"),
    ),
    "instagram's threads": (
        lambda at: {"inbox": {"threads": [MESSAGE], "has_older": True, "oldest_cursor": at}},
        lambda ask, _: Instagram(ask, "1").thread_pages("inbox"),
    ),
    "instagram's messages": (
        lambda at: {"thread": {**MESSAGE, "has_older": True, "oldest_cursor": at}},
        lambda ask, _: Instagram(ask, "1").thread("7", 0)["items"],
    ),
    "website": (full_page, lambda ask, _: Comments(Site(ask), "1")._pages(0)),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("name", READERS)
def test_pages_that_go_round_end(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    answer, reader = READERS[name]
    ask = Round(answer)
    pages = list(islice(reader(ask, monkeypatch), 50))
    assert 2 <= len(pages) == ask.asked <= MOST


def test_a_cursor_leads_on_once() -> None:
    met: set[str] = set()
    assert [leads_on(cursor, met) for cursor in ("A", "", None, "B", "A", ["A"], {"A": 1}, ["A"])] == [
        *(True, False, False, True, False, True, True, False)
    ]
