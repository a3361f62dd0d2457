"""X's own specification judges every request that the connector can send, and every answer of the stand-in."""

import json
import os
import re
from base64 import b64encode
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
import requests
from openapi_core import Config, OpenAPI
from openapi_core.contrib.requests import RequestsOpenAPIRequest, RequestsOpenAPIResponse
from openapi_core.exceptions import OpenAPIError
from requests.adapters import HTTPAdapter

from connectors.base import Found, Item, Kind
from connectors.errors import ConnectorError
from connectors.sessions import Body
from tests.connectors.twitter.conftest import OAUTH2, Office
from tests.connectors.twitter.test_out import WRITES, write

SPECS = Path(os.environ.get("SPECS_DIR") or Path(__file__).parents[4] / "shared" / "specs")
FILE = SPECS / "x" / "latest-openapi.json"
pytestmark = [
    pytest.mark.skipif(not FILE.is_file(), reason=f"no specification of X at {FILE} (SPECS_DIR names another folder)"),
    pytest.mark.filterwarnings("ignore:Unsupported scheme type:UserWarning"),  # it does not know OAuth 1.0a
]

Exchange = tuple[requests.PreparedRequest, requests.Response]


@pytest.fixture(scope="module")
def specification() -> OpenAPI:
    return OpenAPI.from_dict(
        json.loads(FILE.read_text(encoding="utf-8")),
        config=Config(spec_validator_cls=None, extra_media_type_deserializers={"application/problem+json": json.loads}),
    )


@pytest.fixture
def passed(monkeypatch: pytest.MonkeyPatch) -> list[Exchange]:
    """Whatever leaves for X, and what came back."""
    seen: list[Exchange] = []
    send = HTTPAdapter.send

    def watched(self: HTTPAdapter, request: requests.PreparedRequest, *args: Any, **options: Any) -> Any:
        response = send(self, request, *args, **options)
        real = request.copy()
        if isinstance(real.body, Body):  # a big one leaves in pieces
            real.body = real.body.getvalue()
        _, found, path = str(request.url).partition("/api.")
        real.url = f"https://api.{path}".replace("//api.twitter.com", "//api.x.com")  # the API under its older name
        if found:
            seen.append((real, response))
        return response

    monkeypatch.setattr(HTTPAdapter, "send", watched)
    return seen


def judge(specification: OpenAPI, request: requests.PreparedRequest, response: requests.Response) -> str:
    """The operation's path in the specification; raises where either side breaks it."""
    real = request.copy()
    assert real.url is not None
    if real.url.endswith("/append"):
        as_json(real)
    asked = RequestsOpenAPIRequest(real)
    specification.validate_request(asked)
    specification.validate_response(asked, RequestsOpenAPIResponse(response))
    return f"{real.method} {re.sub(r'[0-9-]{5,}', 'ID', urlsplit(real.url).path)}"


def as_json(real: requests.PreparedRequest) -> None:
    """openapi-core does not read a part that may be of several types; the specification takes the same as JSON."""
    body = real.body
    assert isinstance(body, bytes)
    head = f"Content-Type: {real.headers['Content-Type']}\r\n\r\n".encode()
    parts = [part for part in message_from_bytes(head + body).walk() if not part.is_multipart()]
    given = {str(part.get_param("name", header="content-disposition")): part.get_payload(decode=True) for part in parts}
    media, index = given["media"], given["segment_index"]
    assert isinstance(media, bytes)
    assert isinstance(index, bytes)
    del real.headers["Content-Type"]
    real.prepare_body(None, None, json={"media": b64encode(media[:99]).decode(), "segment_index": index.decode()})


def talk(office: Office) -> None:
    """Everything that the connector can ask for."""
    office.signed_in().connector().permissions()
    for _, _, make in WRITES.values():
        item, begun = make(office), datetime.now(UTC)
        sent = write(office.connector(), item, office.remember)
        assert isinstance(office.connector().find_own(item, begun), Found)
        office.connector().delete_own(item, sent.remote_id)
    post = office.post()
    comment = office.citizen("comment", "Lihat https://warga.example/a & b <c>", post=post)
    office.citizen("comment", "@siti besok", post=post, parent=comment["id"], author="wati.ningsih.yang.panjang")
    office.connector().moderate(Item(Kind.HIDE, "", uuid4(), post=post, parent=comment["id"]))
    assert office.connector().still_shown([comment["id"], "12345"]) == {comment["id"]: True, "12345": False}
    cursor = dict([batch.cursor for batch in office.connector().fetch({})][-1])
    old = {
        name: [int(cursor["watched"][0][0]) - 1, cursor["watched"][0][1]] for name in ("mentions", "answers", "posts")
    }
    list(office.connector().fetch({**cursor, **old}))


def test_every_request_and_every_answer(office: Office, specification: OpenAPI, passed: list[Exchange]) -> None:
    talk(office)
    seen = {judge(specification, request, response) for request, response in passed}
    assert len(seen) == 18, sorted(seen)


def test_every_refusal_of_the_stand_in(office: Office, specification: OpenAPI, passed: list[Exchange]) -> None:
    office.signed_in()
    for fault in ("429", "quota", "500-before", "login-required", "challenge", "permission-missing"):
        office.fault("publish", fault)
        with pytest.raises(ConnectorError):
            office.post()
    office.post("Dua kali")
    thread = f"1-{office.connector().check().remote_id}"
    refused = [
        Item(Kind.TEXT, "Dua kali", uuid4()),
        Item(Kind.REPLY, "x", uuid4(), parent="12345"),
        Item(Kind.DM, "x", uuid4(), thread=thread),
    ]
    for item in refused:
        with pytest.raises(ConnectorError):
            write(office.connector(), item, office.remember)
    with pytest.raises(ConnectorError):
        office.connector().delete_own(refused[0], "12345")
    statuses = {response.status_code for request, response in passed if judge(specification, request, response)}
    assert {401, 403, 404, 429, 503} <= statuses


def test_oauth_2_signs_the_same_requests(office: Office, specification: OpenAPI, passed: list[Exchange]) -> None:
    office.secrets = OAUTH2
    talk(office)
    kept = [exchange for exchange in passed if "/oauth2/" not in str(exchange[0].url)]
    for request, response in kept:
        judge(specification, request, response)
        assert str(request.headers["Authorization"]).startswith("Bearer ")


@pytest.mark.parametrize(
    "broken",
    [
        {"text": "x", "texts": "y"},
        {"media": {"media_ids": ["1", "2", "3", "4", "5"]}},
        {"text": "x", "reply": {"in_reply_to_tweet_id": "abc"}},
    ],
)
def test_the_judge_is_strict(office: Office, specification: OpenAPI, passed: list[Exchange], broken: Any) -> None:
    office.signed_in().post()
    request, response = passed[-1]
    bad = request.copy()
    bad.prepare_body(None, None, json=broken)
    with pytest.raises(OpenAPIError):
        judge(specification, bad, response)
