"""What Meta sends by itself: believed only when signed, and read without losing or inventing anything."""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.base import MessageKind
from connectors.graph.webhooks import Heard, Mention, challenge, is_signed, parse

SECRET = "rahasia"
PAGE = "600"
AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
COMMENT = {
    "item": "comment",
    "verb": "add",
    "comment_id": "700_800",
    "post_id": "600_700",
    "parent_id": "600_700",
    "from": {"id": "9", "name": "Siti Aminah"},
    "message": "Antriannya lama",
    "created_time": int(AT.timestamp()),
    "post": {"permalink_url": "https://www.facebook.com/600/posts/700"},
}
LINE = {
    "sender": {"id": "9"},
    "recipient": {"id": PAGE},
    "timestamp": int(AT.timestamp() * 1000),
    "message": {"mid": "m_1", "text": "Kapan imunisasi?"},
}
REMARK = {"id": "81", "text": "Bagus", "from": {"id": "9", "username": "siti"}, "media": {"id": "71"}}


def body(told: str = "page", **entry: Any) -> bytes:
    return json.dumps({"object": told, "entry": [{"id": PAGE, "time": int(AT.timestamp()), **entry}]}).encode()


def change(field: str, value: Any) -> dict[str, Any]:
    return {"changes": [{"field": field, "value": value}]}


def signature(data: bytes, secret: str = SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), data, hashlib.sha256).hexdigest()


def test_only_what_is_signed_as_it_came_is_believed() -> None:
    data = body(messaging=[LINE])
    assert is_signed(data, signature(data), SECRET)
    assert not is_signed(data + b" ", signature(data), SECRET)
    assert not is_signed(data, signature(data, "lain"), SECRET)
    assert not is_signed(data, signature(data).removeprefix("sha256="), SECRET)
    assert not is_signed(data, "", SECRET)
    assert not is_signed(data, "sha256=é", SECRET)
    assert not is_signed(data, signature(data, ""), "")  # no secret is no proof


def test_the_address_is_ours_for_whoever_knows_our_word() -> None:
    asked = {"hub.mode": "subscribe", "hub.verify_token": "kata", "hub.challenge": "1158201444"}
    assert challenge(asked, "kata") == "1158201444"
    assert challenge(asked, "lain") is None
    assert challenge(asked | {"hub.verify_token": ""}, "") is None
    assert challenge(asked | {"hub.mode": "unsubscribe"}, "kata") is None
    assert challenge({}, "kata") is None


def heard(data: bytes) -> Heard:
    (one,) = parse(data)
    assert isinstance(one, Heard)
    return one


def test_a_comment_on_a_page() -> None:
    one = heard(body(**change("feed", COMMENT)))
    message = one.message
    assert (one.platform, one.account) == ("facebook", PAGE)
    assert (message.kind, message.remote_id, message.post, message.parent) == (
        MessageKind.COMMENT,
        "700_800",
        "600_700",
        "",
    )
    assert (message.author_id, message.author_name, message.text) == ("9", "Siti Aminah", "Antriannya lama")
    assert (message.written_at, message.permalink) == (AT, "https://www.facebook.com/600/posts/700")
    assert heard(body(**change("feed", COMMENT | {"parent_id": "700_799"}))).message.parent == "700_799"


def test_a_comment_on_instagram() -> None:
    one = heard(body("instagram", **change("comments", REMARK)))
    message = one.message
    assert (one.platform, message.remote_id, message.post, message.author_handle) == (
        "instagram_graph",
        "81",
        "71",
        "siti",
    )
    assert message.written_at == AT
    assert heard(body("instagram", **change("comments", REMARK | {"parent_id": "80"}))).message.parent == "80"


@pytest.mark.parametrize("told", ["page", "instagram"])
def test_a_direct_message(told: str) -> None:
    message = heard(body(told, messaging=[LINE])).message
    assert (message.kind, message.remote_id, message.thread, message.author_id) == (MessageKind.DM, "m_1", "9", "9")
    assert (message.text, message.written_at) == ("Kapan imunisasi?", AT)


@pytest.mark.parametrize(("kind", "words"), [("image", "[gambar]"), ("audio", "[pesan suara]"), ("lain", "[lampiran]")])
def test_a_message_without_words_says_what_it_is(kind: str, words: str) -> None:
    line = LINE | {"message": {"mid": "m_2", "attachments": [{"type": kind, "payload": {}}]}}
    assert heard(body(messaging=[line])).message.text == words


def test_a_mention() -> None:
    value = {"item": "post", "verb": "add", "post_id": "9_1", "from": {"id": "9", "name": "Siti"}, "message": "Halo"}
    message = heard(body(**change("mention", value))).message
    assert (message.kind, message.remote_id, message.post) == (MessageKind.MENTION, "9_1", "")
    value = {"media_id": "71", "comment_id": "81"}
    assert parse(body("instagram", **change("mentions", value))) == [Mention("instagram_graph", PAGE, "71", "81")]


def test_several_in_one_keep_their_order() -> None:
    lines = [LINE | {"message": {"mid": f"m_{n}", "text": str(n)}} for n in range(3)]
    assert [one.message.text for one in parse(body(messaging=lines)) if isinstance(one, Heard)] == ["0", "1", "2"]


OURS = COMMENT | {"from": {"id": PAGE, "name": "Puskesmas"}}


@pytest.mark.parametrize(
    "data",
    [
        body(**change("feed", OURS)),
        body("instagram", **change("comments", REMARK | {"from": {"id": PAGE}})),
        body(messaging=[LINE | {"message": {"mid": "m_1", "text": "x", "is_echo": True}}]),
        body(messaging=[LINE | {"sender": {"id": PAGE}}]),
        body(messaging=[LINE | {"message": {"mid": "m_1", "is_deleted": True}}]),
        body(messaging=[{"sender": {"id": "9"}, "read": {"watermark": 1}}]),
        body(**change("feed", COMMENT | {"verb": "remove"})),
        body(**change("feed", COMMENT | {"item": "like"})),
        body(**change("ratings", COMMENT)),
        body(**change("feed", "strange")),
        body(changes="strange", messaging=[None, 3], standby=7),
        body("user", messaging=[LINE]),
        b"{}",
        b'{"object": "page", "entry": "strange"}',
        b'{"object": ["page"]}',
    ],
)
def test_what_no_citizen_wrote_is_left_alone(data: bytes) -> None:
    assert parse(data) == []


@pytest.mark.parametrize("data", [b"", b"[]", b"null", b"\xff", b"{"])
def test_what_is_no_json_object_is_an_error(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(data)
