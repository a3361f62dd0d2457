"""Meta's own specification of the Cloud API judges every request that the connector can send, every answer of the
stand-in, and every webhook that the stand-in brings.

Its faults are mended before use: `additionalProperties: false` stands in schemas that are joined by `allOf`, so that
nothing could satisfy both; some keys of its YAML are numbers; the schemas of webhooks were joined to those of messages,
got a number behind their names where those were taken, and still refer to each other by the old ones; and two things
are demanded that its own examples leave out.
"""

import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from openapi_core import Config, OpenAPI
from openapi_core.contrib.requests import RequestsOpenAPIRequest, RequestsOpenAPIResponse
from openapi_core.exceptions import OpenAPIError
from requests.adapters import HTTPAdapter

from connectors.errors import ConnectorError
from sandbox.ledger import Entry
from sandbox.whatsapp.messages import wamid
from sandbox.whatsapp.news import news
from tests.connectors.whatsapp.conftest import NUMBER, OFFICER, Office

SPECS = Path(os.environ.get("SPECS_DIR") or Path(__file__).parents[4] / "shared" / "specs")
FILE = SPECS / "whatsapp" / "business-messaging-api_v23.0.yaml"
pytestmark = pytest.mark.skipif(
    not FILE.is_file(), reason=f"no specification of WhatsApp at {FILE} (SPECS_DIR names another folder)"
)
GRAPH = "https://graph.facebook.com"

Exchange = tuple[requests.PreparedRequest, requests.Response]


def mended(part: Any) -> Any:
    if isinstance(part, dict):
        return {
            str(name): mended(below)
            for name, below in part.items()
            if not (name == "additionalProperties" and below is False)
        }
    return [mended(one) for one in part] if isinstance(part, list) else part


def webhooks_by_their_own_names(schemas: dict[str, Any]) -> None:
    names = list(schemas)
    of_webhooks = names[names.index("WebhookPayload") :]
    own = {re.sub(r"_\d+$", "", name): name for name in of_webhooks}

    def renamed(part: Any) -> Any:
        if isinstance(part, dict):
            return {name: renamed(below) for name, below in part.items()}
        if isinstance(part, list):
            return [renamed(one) for one in part]
        head, found, name = part.rpartition("#/components/schemas/") if isinstance(part, str) else ("", "", "")
        return f"{found}{own.get(name, name)}" if found and not head else part

    schemas |= {name: renamed(schemas[name]) for name in of_webhooks}


@pytest.fixture(scope="module")
def specification() -> OpenAPI:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    whole = mended(yaml.load(FILE.read_text(encoding="utf-8"), Loader=loader))
    schemas = whole["components"]["schemas"]
    webhooks_by_their_own_names(schemas)
    schemas["LanguageObject"]["required"].remove("policy")
    schemas["ContextObject"]["required"].remove("referred_product")
    return OpenAPI.from_dict(whole, config=Config(spec_validator_cls=None))


@pytest.fixture
def passed(monkeypatch: pytest.MonkeyPatch) -> list[Exchange]:
    """Whatever leaves for the Graph, and what came back."""
    seen: list[Exchange] = []
    send = HTTPAdapter.send

    def watched(self: HTTPAdapter, request: requests.PreparedRequest, *args: Any, **options: Any) -> Any:
        response = send(self, request, *args, **options)
        real = request.copy()
        _, found, path = str(request.url).partition("/graph.facebook.com/")
        real.url = f"{GRAPH}/{path}"
        if found:
            seen.append((real, response))
        return response

    monkeypatch.setattr(HTTPAdapter, "send", watched)
    return seen


def judge(specification: OpenAPI, request: requests.PreparedRequest, response: requests.Response) -> None:
    asked = RequestsOpenAPIRequest(request)
    specification.validate_request(asked)
    specification.validate_response(asked, RequestsOpenAPIResponse(response))


@pytest.mark.parametrize("warm", [False, True], ids=["template", "free form"])
@pytest.mark.parametrize("bare", [False, True], ids=["with buttons", "without"])
def test_a_question_and_its_answer_are_as_meta_specifies(
    office: Office, specification: OpenAPI, passed: list[Exchange], warm: bool, bare: bool
) -> None:
    more: dict[str, Any] = {"buttons": ()} if bare else {}
    office.connector().reply(office.question(warm=warm, **more), office.remember)
    upload, message = passed
    assert str(upload[0].url).endswith(f"/10{NUMBER}/media")
    assert upload[1].json().keys() == {"id"}
    judge(specification, *message)


def test_words_alone_are_as_meta_specifies(office: Office, specification: OpenAPI, passed: list[Exchange]) -> None:
    office.connector().reply(office.question(warm=True, media=(), buttons=()), office.remember)
    (message,) = passed
    judge(specification, *message)


def test_asking_about_the_number_is_as_meta_specifies(
    office: Office, specification: OpenAPI, passed: list[Exchange]
) -> None:
    office.connector().check()
    (asked,) = passed
    judge(specification, *asked)


def test_the_judge_can_say_no(office: Office, specification: OpenAPI, passed: list[Exchange]) -> None:
    office.connector().reply(office.question(warm=True, media=(), buttons=()), office.remember)
    request, _ = passed[0]
    assert isinstance(request.body, bytes)
    request.body = request.body.replace(b'"to":', b'"towards":')
    with pytest.raises(OpenAPIError):
        specification.validate_request(RequestsOpenAPIRequest(request))


def webhook(specification: OpenAPI, body: dict[str, Any]) -> None:
    bearer = {"Authorization": "Bearer x"}  # the specification wants one here, too; a webhook is signed instead
    request = requests.Request("POST", f"{GRAPH}/whatsapp/webhooks", json=body, headers=bearer).prepare()
    specification.validate_request(RequestsOpenAPIRequest(request))


def test_what_the_stand_in_brings_is_as_meta_specifies(office: Office, specification: OpenAPI) -> None:
    world = office.stand_in.world
    entries: list[Entry] = []
    world.listeners.append(entries.append)
    office.connector().reply(office.question(), office.remember)
    office.connector().reply(office.question(thread="628012345678"), office.remember)
    by_template = entries[0].id
    office.officer("Saya jawab", quotes=wamid(by_template), button="Saya jawab")
    office.connector().reply(office.question(warm=True), office.remember)
    office.officer("Saya jawab", quotes=wamid(entries[-1].id), button="Saya jawab")
    office.officer("Sampaikan maaf", quotes=wamid(by_template))
    office.officer("Selamat pagi")
    bodies = [body for entry in entries for body in news(world, entry)]
    told = [body["entry"][0]["changes"][0]["value"] for body in bodies]
    kinds = [one["statuses"][0]["status"] if "statuses" in one else one["messages"][0]["type"] for one in told]
    assert kinds == ["sent", "delivered", "failed", "button", "sent", "delivered", "interactive", "text", "text"]
    for body in bodies:
        webhook(specification, body)
    with pytest.raises(OpenAPIError):
        webhook(specification, {"object": "page", "entry": 7})


def test_late_no_for_free_form_outside_of_the_window(office: Office) -> None:
    """The stand-in accepts it and says later that it failed, as WhatsApp does."""
    entries: list[Entry] = []
    office.stand_in.world.listeners.append(entries.append)
    try:
        office.connector().reply(office.question(heard_at=datetime.now(UTC)), office.remember)
    except ConnectorError as error:
        pytest.fail(f"refused at once: {error}")
    (body,) = news(office.stand_in.world, entries[0])
    (status,) = body["entry"][0]["changes"][0]["value"]["statuses"]
    assert (status["status"], status["errors"][0]["code"]) == ("failed", 131047)
    assert OFFICER in status["recipient_id"]
