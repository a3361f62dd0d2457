"""What a WordPress says of its own interface judges every request of the connector, and every answer of the stand-in.

The specifications are not part of this project: SPECS_DIR names their folder, else ../shared/specs beside it.
"""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

import pytest
import requests
from jsonschema import Draft4Validator  # type: ignore[import-untyped]

from connectors.base import Item, Kind
from tests.connectors.website.conftest import Office

SPECS = Path(os.environ.get("SPECS_DIR") or Path(__file__).parents[4] / "shared" / "specs") / "wordpress"
pytestmark = pytest.mark.skipif(
    not (SPECS / "index.json").is_file(), reason=f"no specification of WordPress in {SPECS} (SPECS_DIR names another)"
)
UNSAID = {"_fields"}
"""Known to every route, and named by none."""
LOOSER = {"title", "content"}
"""WordPress is looser than it says: it takes a text for an object's `raw`, gives pictures
the status `inherit`, and an empty list for an object without anything in it."""


@cache
def spec(name: str) -> Any:
    return json.loads((SPECS / f"{name}.json").read_text())


def arguments(route: str, method: str) -> dict[str, Any]:
    """What a route takes, by the site's index."""
    pattern = f"/wp/v2/{route}" if not route[-1].isdigit() else f"/wp/v2/{route.split('/')[0]}/(?P<id>[\\d]+)"
    endpoints = spec("index")["routes"][pattern]["endpoints"]
    return dict(next(one["args"] for one in endpoints if method in one["methods"]))


def typed(text: str, rule: Any) -> Any:
    """A value of a query as WordPress takes it."""
    if rule.get("type") == "array":
        return [typed(part, rule.get("items", {})) for part in text.split(",")]
    return int(text) if rule.get("type") == "integer" and text.lstrip("-").isdigit() else text


def given(request: requests.PreparedRequest) -> dict[str, Any]:
    body = request.body or b""
    if str(request.headers.get("Content-Type", "")).startswith("application/json"):
        return dict(json.loads(body))
    if isinstance(body, bytes) and body:
        names = [part.split(b'"')[0].decode() for part in body.split(b' name="')[1:]]
        return dict.fromkeys(set(names) - {"file"}, "text")
    return dict(parse_qsl(urlsplit(request.url or "").query))


def wrong_in_request(request: requests.PreparedRequest) -> list[str]:
    route = urlsplit(request.url or "").path.partition("/wp/v2/")[2]
    if not route:
        return []
    rules, method = arguments(route, str(request.method)), request.method
    wrong = [f"{method} {route}: {name} is unknown" for name in given(request).keys() - rules.keys() - UNSAID]
    for name, value in given(request).items():
        rule = {key: one for key, one in rules.get(name, {}).items() if key not in {"required", "default"}}
        rule = {} if rule.get("type") == "object" and name in LOOSER else rule
        value = typed(value, rule) if method == "GET" else value
        wrong += [f"{method} {route}: {name}: {error.message}" for error in Draft4Validator(rule).iter_errors(value)]
    return wrong


def wrong_in_answer(answer: requests.Response) -> list[str]:
    route = "/wp/v2/" + urlsplit(answer.request.url or "").path.partition("/wp/v2/")[2].split("/")[0]
    if not answer.ok or route not in spec("schemas"):
        return []
    schema = spec("schemas")[route].get("schema") or spec("schemas")[route]
    made = answer.json()
    wrong = []
    for one in made if isinstance(made, list) else [made]:
        wrong += [f"{route}: {name} is unknown" for name in one.keys() - schema["properties"].keys()]
        found = Draft4Validator(schema).iter_errors(one)
        wrong += [f"{route}: {error.message}" for error in found if error.instance not in ([], "inherit")]
    return wrong


@pytest.fixture
def heard(office: Office) -> Iterator[list[requests.Response]]:
    """All that a connector of today asked and was answered."""
    heard: list[requests.Response] = []
    connector = office.connector()
    connector._site.http.hooks["response"].append(lambda answer, **_: heard.append(answer))
    item, begun = office.pictures("Tiga langkah\n\nCuci tangan", 2), datetime.now(UTC)
    connector.check()
    sent = connector.publish(item, office.remember)
    connector.find_own(item, begun)
    top = office.citizen(sent.remote_id, "Jam berapa?", held=True)
    office.citizen(sent.remote_id, "Ikut", parent=top)
    office.cursor = {"again": 0}
    list(connector.fetch(office.cursor))
    answer = office.answer(sent.remote_id, top)
    told = connector.reply(answer, office.remember)
    connector.find_own(answer, begun)
    for kind in (Kind.HIDE, Kind.SPAM, Kind.APPROVE):
        connector.moderate(Item(kind, "", uuid4(), post=sent.remote_id, parent=top))
    connector.permissions()
    yield heard
    assert told.remote_id


def test_every_request_is_one_that_wordpress_knows(heard: list[requests.Response]) -> None:
    assert {str(one.request.method) for one in heard} == {"GET", "POST"}
    assert len({(one.request.method, urlsplit(one.request.url or "").path.rstrip("0123456789")) for one in heard}) >= 10
    assert [wrong for one in heard for wrong in wrong_in_request(one.request)] == []


def test_every_answer_is_one_that_wordpress_could_give(heard: list[requests.Response], office: Office) -> None:
    whole = f"{office.stand_in}/{office.handle}/wp-json/wp/v2/"
    for path in ("posts?context=edit", "media?context=edit", "comments?status=all&context=edit"):
        heard.append(requests.get(whole + path, auth=("humas", office.secrets["password"]), timeout=5))
        assert len(heard[-1].json()) >= 1
    assert [wrong for one in heard for wrong in wrong_in_answer(one)] == []


def test_the_judge_says_no() -> None:
    """A judge that lets everything pass holds nothing."""
    asked = requests.Request("GET", "https://x.example/wp-json/wp/v2/comments?per_page=101&sort=x").prepare()
    assert len(wrong_in_request(asked)) == 2
