"""The border's tables: what Meta's codes mean, and nothing secret in what comes out."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from facebook import GraphAPIError

from connectors.errors import ConnectorError, LoginNeeded, OutcomeUnknown, RateLimited, Reason, Refused, Unreachable
from connectors.graph.client import GraphWire
from connectors.graph.errors import CODES, SUBCODES, scrubbed, translated, until


def made(code: object, subcode: object = None, **more: object) -> ConnectorError:
    error = {"message": "no", "code": code, "error_subcode": subcode, **more}
    return translated(GraphAPIError({"error": error}), GraphWire())


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_comes_out_as_its_own(code: int) -> None:
    error = made(code)
    assert (type(error), error.reason) == CODES[code]


@pytest.mark.parametrize("subcode", sorted(SUBCODES))
def test_a_subcode_says_more_than_its_code(subcode: int) -> None:
    """A read in doubt was not done."""
    ours, reason = SUBCODES[subcode]
    error = made(190, subcode)
    assert (type(error), error.reason) == (Unreachable if ours is OutcomeUnknown else ours, reason)


@pytest.mark.parametrize(
    ("code", "subcode", "ours", "reason"),
    [
        (100, 33, Refused, Reason.NOT_FOUND),
        (10, 2018278, Refused, Reason.ANSWER_TOO_LATE),
        (10, None, LoginNeeded, Reason.NO_PERMISSION),
        (299, None, LoginNeeded, Reason.NO_PERMISSION),
        (300, None, Refused, Reason.REFUSED),
        (190, 999, LoginNeeded, Reason.SESSION_EXPIRED),
        ("190", None, Refused, Reason.REFUSED),
        (None, None, Refused, Reason.REFUSED),
        (True, True, Refused, Reason.REFUSED),
    ],
)
def test_codes_that_are_easily_mixed_up(
    code: object, subcode: object, ours: type[ConnectorError], reason: Reason
) -> None:
    error = made(code, subcode)
    assert (type(error), error.reason) == (ours, reason)


@pytest.mark.parametrize("error", [GraphAPIError("Maintype was not text"), KeyError("content-type"), ValueError("x")])
def test_what_nobody_can_read_was_not_done_or_is_unknown(error: Exception) -> None:
    wire = GraphWire()
    assert isinstance(translated(error, wire), Unreachable)
    with wire.write(lambda request: None):
        assert isinstance(translated(error, wire), Unreachable)  # nothing has left yet
        wire.left = True
        assert isinstance(translated(error, wire), OutcomeUnknown)
    assert isinstance(translated(error, wire), Unreachable)  # a read after the write


@pytest.mark.parametrize(
    "text",
    [
        "Malformed access token {token}",
        "bad: EAABsbCS1iHgBAKZC and IGAAtoken123",
        "app 1200|abcdefghijklmnop0123",
        "https://graph.facebook.com/me?access_token=geheim&x=1 appsecret_proof=beef client_secret=geheim",
    ],
)
def test_secrets_are_cut_out(text: str) -> None:
    said = scrubbed(text.format(token="tok-geheim"), "tok-geheim")
    assert not {"geheim", "BsbCS1", "IGAA", "abcdefgh", "beef"} & {word for word in SECRETS if word in said}
    assert "…" in said


SECRETS = ("geheim", "BsbCS1", "IGAA", "abcdefgh", "beef")


@pytest.mark.parametrize(
    ("header", "minutes"),
    [
        ({"1": [{"estimated_time_to_regain_access": 5}, {"estimated_time_to_regain_access": 9}]}, 9),
        ({"estimated_time_to_regain_access": 3}, 3),
        ({"1": [{"call_count": 100}]}, 0),
        ({"1": "strange", "2": [3]}, 0),
        ([], 0),
    ],
)
def test_until_when_we_wait(header: object, minutes: int) -> None:
    at = until(Reason.TOO_FAST, {"X-Business-Use-Case-Usage": json.dumps(header)})
    assert (at is None) == (minutes == 0)
    if at is not None:
        assert abs(at - datetime.now(UTC) - timedelta(minutes=minutes)) < timedelta(seconds=50)


def test_a_header_that_is_no_json_is_none() -> None:
    assert until(Reason.TOO_FAST, {"X-Business-Use-Case-Usage": "{"}) is None
    assert until(Reason.TOO_FAST, {}) is None


def test_a_block_lasts_for_hours() -> None:
    error = made(368)
    assert isinstance(error, RateLimited)
    assert error.until is not None
    assert error.until > datetime.now(UTC) + timedelta(hours=5)
