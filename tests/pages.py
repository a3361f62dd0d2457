"""Every page of the desk, collected from its addresses: a new page is among them by itself."""

import itertools
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import IntConverter

from connectors.models import PLATFORMS
from moderation.drafting.models import CannedText
from moderation.models import Message
from offices.models import Office
from tests.seldom import tokens

OURS = ("offices", "connectors", "scheduler", "moderation")
NO_PAGES = {"webhook", "public_media", "healthy", "setup", "setup_where", "sign_out", "language", "sign_in"}
"""What no signed-in officer looks at: machines' addresses, and those of a fresh desk."""


def names() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each name of ours with its gaps ("pk", "index", "slug" …); the plain admin is not ours."""
    seen = set()
    for name, gaps in _below(get_resolver().url_patterns):
        if name not in seen and name not in NO_PAGES:
            seen.add(name)
            yield name, gaps


def _below(patterns: Any) -> Iterator[tuple[str, tuple[str, ...]]]:
    for one in patterns:
        if isinstance(one, URLResolver) and one.namespace is None:
            yield from _below(one.url_patterns)
        elif isinstance(one, URLPattern) and one.name:
            yield one.name, tuple(_gaps(one.pattern.converters))


def _gaps(converters: dict[str, Any]) -> Iterator[str]:
    """A row's number is "pk" whatever it is called; a second number in an address counts from 0."""
    numbers = 0
    for name, kind in converters.items():
        whole = isinstance(kind, IntConverter)
        numbers += whole
        yield ("pk" if numbers == 1 else "index") if whole else name


def candidates() -> dict[str, list[Any]]:
    """What may stand in a gap: each row of each table of ours (a small desk's), and what else addresses speak of."""
    keys: set[int] = set()
    for model in itertools.chain.from_iterable(apps.get_app_config(app).get_models() for app in OURS):
        if model._meta.pk.get_internal_type() == "BigAutoField":
            keys.update(model._default_manager.values_list("pk", flat=True))
    return {
        "pk": sorted(keys),
        "index": [0],
        "platform": list(PLATFORMS),
        "kind": ["waktu"],
        "number": list(Message.objects.filter(kind="form").values_list("remote_id", flat=True)[:1]),
        "token": tokens(),
        "key": list(CannedText.objects.values_list("pk", flat=True)[:1]),
        "slug": [*Office.objects.values_list("slug", flat=True), *PLATFORMS],
    }


def pages(client: Client) -> tuple[dict[str, str], set[str]]:
    """The address of one page of each name that this officer may open, and the names of which none was found.

    A name that only takes a POST, or that answers with a file or another page, is no page."""
    choices = candidates()
    found, missing = {}, set()
    for name, gaps in names():
        values = itertools.product(*(choices.get(gap, choices["slug"]) for gap in gaps))
        seen = set()
        for chosen in values:
            address = reverse(name, args=chosen)
            kind = kind_of(client, address)
            seen.add(kind)
            if kind == "page":
                found[name] = address
            if kind in ("page", "action", "other"):
                break
        if seen == {"nothing"}:
            missing.add(name)
    return found, missing


def kind_of(client: Client, address: str) -> str:
    response = client.get(address)
    if response.status_code in (404, 410):
        return "nothing"
    if response.status_code == 405:
        return "action"
    html = response.headers.get("Content-Type", "").startswith("text/html")
    if response.streaming:
        response.getvalue()
    elif response.status_code == 200 and html and b"</html>" in response.content:
        return "page"
    return "other"
