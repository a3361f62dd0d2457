"""Every request that the Graph connectors send, and every answer of the stand-in, held against Meta's own node specs.

The specs name, for each node, its fields and its edges with method, parameters and what they return. They are not part
of this project: SPECS_DIR names their folder, else ../shared/specs beside it.
"""

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

import pytest

from connectors.base import Item, Kind
from sandbox.graph.asked import Form, Wanted, form_of, wanted
from sandbox.ledger import World
from sandbox.wire import Call
from tests.connectors.graph.conftest import APP, Office
from tests.connectors.instagram.between import Seen

SPECS = Path(os.environ.get("SPECS_DIR") or Path(__file__).parents[3].parent / "shared" / "specs") / "meta"
pytestmark = pytest.mark.skipif(
    not (SPECS / "Page.json").is_file(), reason="Meta's node specs are not here (SPECS_DIR names their folder)"
)

EVERYWHERE = {"fields", "limit", "after", "before", "source", "access_token", "appsecret_proof"}
UNSPECIFIED = {
    "debug_token": "no node",
    "oauth/access_token": "no node",
    "me/accounts": "of a person (User), whose spec is not here",
}
"""Requests without a spec."""
NO_SPEC = {"UnifiedMessage", "StoryAttachment", "Object", "Container"}
"""What edges return, and has no spec of its own (the container of an Instagram post among them)."""
ODD = {
    # Meta's codegen names the parent's type for what a POST makes; their fields here are those of the page guides.
    ("Page", "photos"): {"id", "post_id"},
    ("Page", "videos"): {"upload_session_id", "video_id", "start_offset", "end_offset", "success"},
    ("Page", "messages"): {"recipient_id", "message_id"},
    ("Page", "subscribed_apps"): {"success"},
}


@cache
def spec(node: str) -> Any:
    return json.loads((SPECS / f"{node}.json").read_text())


@cache
def enums() -> dict[str, set[str]]:
    return {one["name"]: set(one["values"]) for one in json.loads((SPECS / "enum_types.json").read_text())}


def edge(node: str, method: str, name: str) -> Mapping[str, Any]:
    """The edge of a node, or its own method (name empty)."""
    found = [a for a in spec(node)["apis"] if a.get("method") == method and (a.get("endpoint") or "") == name]
    assert found, f"{node} has no {method} {name or 'of its own'}"
    return dict(found[0])


def fields_of(node: str) -> set[str]:
    return {one["name"] for one in spec(node)["fields"]}


def edges_of(node: str) -> dict[str, str]:
    got = [a for a in spec(node)["apis"] if a.get("method") == "GET" and a.get("endpoint")]
    return {a["endpoint"]: str(a.get("return")) for a in got}


def check_params(api: Mapping[str, Any], given: Mapping[str, str]) -> None:
    known = {one["name"]: one for one in api.get("params") or ()}
    unknown = set(given) - set(known) - EVERYWHERE
    assert not unknown, f"{api.get('endpoint')}: {unknown}"
    missing = {name for name, one in known.items() if one.get("required")} - set(given)
    assert not missing, f"{api.get('endpoint')} wants {missing}"
    for name, value in given.items():
        values = enums().get(str(known.get(name, {}).get("type")))
        assert values is None or value in values, f"{name}={value}: one of {values}"


def check_fields(node: str, asked: Mapping[str, Wanted]) -> None:
    """Fields and expanded edges of a node; the options of an expansion are parameters of its edge."""
    if node in NO_SPEC:
        return
    for name, one in asked.items():
        below = edges_of(node).get(name)
        assert name in fields_of(node) or below, f"{node} has no field {name}"
        if below and (one.options or one.inside):
            options = {key: value for key, value in one.options.items() if key != "summary"}
            check_params(edge(node, "GET", name), options)
            check_fields(below, one.inside)


def check_answer(node: str, told: Mapping[str, Any]) -> None:
    if node in NO_SPEC:
        return
    strange = set(told) - fields_of(node) - set(edges_of(node))
    assert not strange, f"{node} has no {strange}"
    for name, below in edges_of(node).items():
        if name in told and isinstance(told[name], Mapping):
            for one in told[name].get("data") or ():
                check_answer(below, one)


@dataclass(frozen=True)
class Request:
    """One request, told apart: the node that it goes to, its edge, its words."""

    method: str
    node: str
    edge: str
    form: Form


def node_of(office: Office, node: str, asked: Mapping[str, Wanted]) -> str:
    """What kind of thing an id is, as the stand-in knows it."""
    world, platform = office.stand_in.world, office.platform
    if node == "me" or node in {account.pk for account in world.accounts.values()}:
        return "Page"
    if node.startswith("17841"):
        return "IGUser"
    if node.startswith(("t_", "aWdf")):
        return "UnifiedThread"
    if node in world.comments:
        return "Comment" if platform == "facebook" else "IGComment"
    if node in world.posts:
        return "PagePost" if platform == "facebook" else "IGMedia"
    return "Container" if "status_code" in asked else "AdVideo"


def request_of(seen: Seen) -> Request | None:
    parts = urlsplit(seen.path)
    if parts.path == "graph.facebook.com/v26.0":
        return None  # a batch: its questions are checked each by itself
    path = re.sub(r"^graph\.facebook\.com/v26\.0/", "", parts.path)
    assert path != parts.path, f"not the Graph of today: {parts.path}"
    if path in UNSPECIFIED:
        return None
    node, _, name = path.partition("/")
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    form = form_of(Call(World(), "", seen.method, parts.path, query, seen.headers, seen.body))
    return Request(seen.method, node, name, form)


def check(office: Office, seen: Seen, status: int, data: bytes) -> str:
    """Hold one request and its answer to the specs; what it was."""
    request = request_of(seen)
    if request is None:
        return ""
    told = json.loads(data)
    asked = wanted(request.form.texts.get("fields", ""))
    node = node_of(office, request.node, asked)
    what = f"{request.method} {node} {request.edge}".strip()
    if node == "Container":
        return what
    given = {**request.form.texts} | dict.fromkeys(request.form.files, "")
    api = edge(node, request.method, request.edge)
    check_params(api, given if request.method != "GET" or request.edge else {})
    returned = str(api.get("return") or "Object")
    check_fields(returned, asked)
    if status == 200:
        one = told.get("data") if request.edge and request.method == "GET" else [told]
        for each in one or ():
            odd = ODD.get((node, request.edge)) if request.method == "POST" else None
            if odd:
                assert set(each) <= odd
            elif set(each) != {"success"}:
                check_answer(returned, each)
    return what


def alone(seen: Seen, status: int, data: bytes) -> Iterator[tuple[Seen, int, bytes]]:
    """A batch's questions as they would have come alone, with the token that is meant for all; else what came."""
    form = form_of(Call(World(), "", seen.method, seen.path, {}, seen.headers, seen.body)) if seen.body else Form({})
    if "batch" not in form.texts:
        yield seen, status, data
        return
    for asked, told in zip(json.loads(form.texts["batch"]), json.loads(data), strict=True):
        one = Seen(asked["method"], f"graph.facebook.com/{asked['relative_url']}", b"", {})
        if told["code"] == 200:
            yield one, told["code"], told["body"].encode()


def everything(office: Office) -> Iterator[None]:
    """Every verb, with every kind of item."""
    office.secrets |= APP
    connector = office.signed_in().connector()
    connector.permissions()
    connector.subscribe()
    items = [office.picture("satu"), office.pictures("dua"), office.moving("tiga")]
    if office.platform == "facebook":
        items.append(Item(Kind.TEXT, "https://dinkes.example", uuid4()))
    else:
        connector.quota()
    for item in items:
        sent = connector.publish(item, office.remember)
        connector.find_own(replace(item, handle=office.remembered[-1]), office_begun())
    comment = office.citizen("comment", "Terima kasih", post=sent.remote_id)
    office.citizen("comment", "Sama", post=sent.remote_id, parent=comment["id"])
    office.citizen("dm", "Kapan?")
    reply = Item(Kind.REPLY, "Sama-sama", uuid4(), post=sent.remote_id, parent=comment["id"])
    below = replace(reply, parent="", text="Halo semua")
    message = Item(Kind.DM, "Selasa", uuid4(), thread=office.person())
    for item in (reply, below, message, replace(reply, kind=Kind.PRIVATE_REPLY)):
        answered = connector.reply(item, office.remember)
        connector.find_own(item, office_begun())
        yield
    connector.moderate(replace(reply, kind=Kind.HIDE))
    list(connector.fetch({}))
    assert connector.still_shown([comment["id"], "404"]) == {comment["id"]: True, "404": False}
    connector.delete_own(
        below, answered.remote_id if answered.remote_id in office.stand_in.world.comments else comment["id"]
    )


def office_begun() -> Any:
    from datetime import UTC, datetime

    return datetime.now(UTC)


EXPECTED = {
    "facebook": {
        "GET Page",
        "GET Page conversations",
        "GET Page posts",
        "GET Page tagged",
        "GET PagePost comments",
        "GET Comment",
        "GET AdVideo",
        "POST Page feed",
        "POST Page photos",
        "POST Page videos",
        "POST Page messages",
        "POST Page subscribed_apps",
        "POST Comment comments",
        "POST PagePost comments",
        "POST Comment",
        "DELETE Comment",
    },
    "instagram_graph": {
        "GET Page",
        "GET Page conversations",
        "GET Container",
        "GET IGUser media",
        "GET IGUser tags",
        "GET IGUser content_publishing_limit",
        "GET IGMedia",
        "GET IGMedia comments",
        "GET IGComment",
        "GET IGComment replies",
        "POST IGUser media",
        "POST IGUser media_publish",
        "POST Page messages",
        "POST Page subscribed_apps",
        "POST IGComment replies",
        "POST IGMedia comments",
        "POST IGComment",
        "DELETE IGComment",
    },
}


def test_every_request_and_every_answer_is_in_metas_specs(office: Office) -> None:
    list(everything(office))
    done = {check(office, *answered) for each in office.wire.answered for answered in alone(*each)}
    assert done - {""} == EXPECTED[office.platform]


@pytest.mark.parametrize(
    ("name", "words"),
    [("posts", {"fields": "id,caption"}), ("conversations", {"platform": "telegram"}), ("posts", {"since": "1"})],
)
def test_the_check_itself_finds_what_meta_does_not_know(page: Office, name: str, words: dict[str, str]) -> None:
    page.connector()._graph.edge(page.connector()._page, name, **words)
    with pytest.raises(AssertionError):
        check(page, *page.wire.answered[-1])
