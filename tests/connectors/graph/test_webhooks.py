"""What Meta sends by itself: read without losing or inventing anything."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from connectors.base import Incoming, Item, Kind, MessageKind
from connectors.graph import webhooks
from sandbox.graph.news import instagram_news, page_news
from tests.connectors.graph.conftest import Office

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


def heard(data: bytes) -> Incoming:
    (one,) = read(data)
    return one


def read(data: bytes) -> list[Incoming]:
    news = webhooks.heard(json.loads(data))
    assert {one.owner for one in news} <= {PAGE}
    return [message for one in news for message in one.messages]


def test_a_comment_on_a_page() -> None:
    message = heard(body(**change("feed", COMMENT)))
    assert (message.kind, message.remote_id, message.post, message.parent) == (
        MessageKind.COMMENT,
        "700_800",
        "600_700",
        "",
    )
    assert (message.author_id, message.author_name, message.text) == ("9", "Siti Aminah", "Antriannya lama")
    assert (message.written_at, message.permalink) == (AT, "https://www.facebook.com/600/posts/700")
    assert heard(body(**change("feed", COMMENT | {"parent_id": "700_799"}))).parent == "700_799"


def test_a_comment_on_instagram() -> None:
    message = heard(body("instagram", **change("comments", REMARK)))
    assert (message.remote_id, message.post, message.author_handle) == (
        "81",
        "71",
        "siti",
    )
    assert message.written_at == AT
    assert heard(body("instagram", **change("comments", REMARK | {"parent_id": "80"}))).parent == "80"


@pytest.mark.parametrize("told", ["page", "instagram"])
def test_a_direct_message(told: str) -> None:
    message = heard(body(told, messaging=[LINE]))
    assert (message.kind, message.remote_id, message.thread, message.author_id) == (MessageKind.DM, "m_1", "9", "9")
    assert (message.text, message.written_at) == ("Kapan imunisasi?", AT)


@pytest.mark.parametrize(("kind", "words"), [("image", "[gambar]"), ("audio", "[pesan suara]"), ("lain", "[lampiran]")])
def test_a_message_without_words_says_what_it_is(kind: str, words: str) -> None:
    line = LINE | {"message": {"mid": "m_2", "attachments": [{"type": kind, "payload": {}}]}}
    assert heard(body(messaging=[line])).text == words


def test_a_mention() -> None:
    value = {"item": "post", "verb": "add", "post_id": "9_1", "from": {"id": "9", "name": "Siti"}, "message": "Halo"}
    message = heard(body(**change("mention", value)))
    assert (message.kind, message.remote_id, message.post) == (MessageKind.MENTION, "9_1", "")
    value = {"media_id": "71", "comment_id": "81"}
    message = heard(body("instagram", **change("mentions", value)))
    assert (message.kind, message.remote_id, message.post) == (MessageKind.MENTION, "71/81", "")
    assert heard(body("instagram", **change("mentions", {"media_id": "71"}))).remote_id == "71"


def test_several_in_one_keep_their_order() -> None:
    lines = [LINE | {"message": {"mid": f"m_{n}", "text": str(n)}} for n in range(3)]
    assert [message.text for message in read(body(messaging=lines))] == ["0", "1", "2"]


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
        body(**change("feed", COMMENT | {"from": "strange"})),
    ],
)
def test_what_no_citizen_wrote_is_left_alone(data: bytes) -> None:
    assert read(data) == []


NEWS = {"facebook": page_news, "instagram_graph": instagram_news}


def test_a_webhook_and_a_poll_tell_the_same(office: Office) -> None:
    """One message by both ways is one message: its id, its author, and where it is answered are the same."""
    item = office.signed_in().answer_to_comment()
    office.citizen("comment", "Ikut tanya", post=item.post, parent=item.parent, author="budi")
    office.citizen("dm", "Antriannya lama", author="wati")
    connector = office.connector()
    connector.reply(item, office.remember)
    connector.reply(Item(Kind.DM, "Maaf, Bu.", uuid4(), thread=office.person("wati")), office.remember)
    polled = {one.remote_id: told(one) for batch in office.connector().fetch({}) for one in batch.messages}
    bodies = [
        body for entry in office.stand_in.world.entries for body in NEWS[office.platform](office.stand_in.world, entry)
    ]
    brought = [one for body in bodies for news in connector.hear(body) for one in news.messages]
    assert {one.remote_id: told(one) for one in brought} == polled
    assert len(bodies) == 5
    assert {news.owner for body in bodies for news in connector.hear(body)} == {connector.check().remote_id}


def told(message: Incoming) -> tuple[Any, ...]:
    where = (message.post, message.parent, message.thread)
    return message.kind, message.author_id, message.text, *where, int(message.written_at.timestamp())
