"""What a wire module is made of: a call comes in, a reply goes out, a route joins a path to the two.

Paths keep the real host in front (`/i.instagram.com/api/v1/…`), because that is how the service's sessions
rewrite an address. `operation` is what a fault is aimed at; a route without one is never made to fail.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from sandbox.ledger import Entry, World


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer on the wire."""

    status: int = 200
    body: bytes = b""
    type: str = "application/json; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def accepted(self) -> bool:
        return self.status < 400


@dataclass(frozen=True, slots=True)
class Call:
    """A request, read whole. `base` is this server's own address, `found` the groups of the route's pattern."""

    world: World
    base: str
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    found: tuple[str, ...] = ()

    def form(self) -> dict[str, str]:
        """The body as a form. Raises BadCall where it is no text."""
        try:
            text = self.body.decode()
        except UnicodeDecodeError as error:
            raise BadCall("the body is not UTF-8") from error
        return {key: values[-1] for key, values in parse_qs(text, keep_blank_values=True).items()}


class BadCall(Exception):
    """The request makes no sense; its text is for the caller."""


Handler = Callable[[Call], Reply]


def anything(call: Call) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Route:
    """`pattern` must match the whole path, host included, without the leading slash. `mine` says whether a call that
    matches is meant: several platforms share hosts and paths."""

    methods: frozenset[str]
    pattern: re.Pattern[str]
    handler: Handler
    operation: str = ""
    mine: Callable[[Call], bool] = anything


def no_news(world: World, entry: Entry) -> list[dict[str, Any]]:
    return []


@dataclass(frozen=True, slots=True)
class Platform:
    """One stand-in: its routes, how it words a fault, where a person looks at an account, and the webhook bodies by
    which it tells of an entry of the ledger."""

    name: str
    label: str
    routes: tuple[Route, ...]
    refusal: Callable[[str], Reply]
    home: Callable[[str], str]
    number: Callable[[str, str], str] | None = None
    """How it makes a comment's id, where that is no plain number (`World.numbers`)."""
    news: Callable[[World, Entry], list[dict[str, Any]]] = no_news


def route(
    methods: str, pattern: str, handler: Handler, operation: str = "", mine: Callable[[Call], bool] = anything
) -> Route:
    """A route by its methods ("GET", "GET|POST") and the text of its pattern."""
    return Route(frozenset(methods.split("|")), re.compile(pattern), handler, operation, mine)


def as_json(data: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    return Reply(status, _encoded(json.dumps(data, ensure_ascii=False)), headers=headers or {})


def as_page(text: str, status: int = 200) -> Reply:
    return Reply(status, _encoded(text), "text/html; charset=utf-8")


def _encoded(text: str) -> bytes:
    """Half an emoji (a text was cut by its length) is no UTF-8: it must not spoil every list that it stands in."""
    return text.encode(errors="replace")


def see_other(address: str) -> Reply:
    return Reply(303, b"", "text/plain; charset=utf-8", {"Location": address})
