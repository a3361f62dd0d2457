"""What comes in from X: every citizen's word, never our own, and few things read when nothing happened."""

import json
import re
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest

from connectors.base import Incoming, Item, Kind, MessageKind
from connectors.errors import ConnectorError, LoginNeeded, RateLimited, Unreachable
from connectors.twitter import feed, reading
from connectors.twitter.client import Door
from connectors.twitter.feed import Feed
from connectors.twitter.reading import Page
from sandbox.x import refusals
from tests.connectors.instagram.between import Answer, Seen
from tests.connectors.twitter.conftest import HANDLE, Office

PACE = vars(Door)["pace"]
"""The real one; the other tests don't wait."""


class Desk:
    """Fetches as the desk does: stores each once, keeps the cursor of what it stored, as JSON."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.cursor: Mapping[str, Any] = {}
        self.stored: dict[str, Incoming] = {}
        self.confirmed: set[str] = set()

    def poll(self) -> list[Incoming]:
        """The messages that are new to the desk."""
        new = []
        for batch in self.office.connector().fetch(self.cursor):
            new += [message for message in batch.messages if message.remote_id not in self.stored]
            self.stored |= {message.remote_id: message for message in batch.messages}
            self.cursor = json.loads(json.dumps(batch.cursor))
            self.confirmed |= batch.posts_seen
        return new

    def texts(self) -> list[str]:
        return [message.text for message in self.poll()]


@pytest.fixture
def desk(office: Office) -> Desk:
    return Desk(office.signed_in())


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing turns up late: what was read once is not asked for again."""
    monkeypatch.setattr(feed, "LATE_S", -60)


def test_comments_answers_mentions_and_messages_arrive_once(office: Office, desk: Desk) -> None:
    post = office.post("Posyandu besok")
    top = office.citizen(
        "comment", "Jam berapa? <3 & https://warga.example/foto?a=1&b=2", post=post, name="Siti Aminah"
    )
    office.citizen("comment", "Ikut tanya", post=post, parent=top["id"], author="wati")
    mention = office.mention("Kapan buka?", author="Budi")
    office.citizen("dm", "Antriannya lama & panas", author="joko")
    new = {message.text: message for message in desk.poll()}
    assert list(new) == [
        "Jam berapa? <3 & https://warga.example/foto?a=1&b=2",
        "Ikut tanya",
        f"@{HANDLE} Kapan buka?",
        "Antriannya lama & panas",
    ]
    first, second, third, fourth = new.values()
    assert (first.kind, first.post, first.post_text, first.parent) == (MessageKind.COMMENT, post, "Posyandu besok", "")
    assert (first.author_handle, first.author_name) == ("siti", "Siti Aminah")
    assert first.permalink == f"https://x.com/siti/status/{top['id']}"
    assert abs(first.written_at.timestamp() - time.time()) < 120
    assert (second.kind, second.post, second.parent) == (MessageKind.COMMENT, post, top["id"])
    assert (third.kind, third.remote_id, third.post, third.parent) == (MessageKind.MENTION, mention, "", "")
    assert (fourth.kind, fourth.author_handle, fourth.post) == (MessageKind.DM, "joko", "")
    assert fourth.thread.split("-")[0] < fourth.thread.split("-")[1]
    assert desk.poll() == []
    assert desk.confirmed == {post}


def test_our_own_words_never_come_back(office: Office, desk: Desk) -> None:
    post = office.post(f"Kami @{HANDLE} menyapa")
    comment = office.citizen("comment", "Bagus", post=post)
    message = office.citizen("dm", "Halo")
    desk.poll()
    talk = desk.stored[message["id"]].thread
    answers = [
        Item(Kind.REPLY, f"Terima kasih dari @{HANDLE}", uuid4(), post=post, parent=comment["id"]),
        Item(Kind.DM, "Halo juga", uuid4(), thread=talk),
    ]
    sent = [office.connector().reply(item, office.remember).remote_id for item in answers]
    assert desk.texts() == []
    assert HANDLE not in {message.author_handle for message in desk.stored.values()}
    assert desk.confirmed == {post, sent[0]}


def asked(office: Office) -> list[tuple[str, dict[str, list[str]]]]:
    """Path behind the host, with numbers left out, and parameters."""
    return [
        (re.sub(r"/\d+", "", urlsplit(seen.path).path.partition("/2/")[2]), parse_qs(urlsplit(seen.path).query))
        for seen in office.wire.seen
    ]


@pytest.mark.usefixtures("settled")
def test_a_quiet_fetch_asks_four_lists_for_what_is_new(office: Office, desk: Desk) -> None:
    post = office.post()
    comment = office.citizen("comment", "Halo", post=post)
    office.citizen("dm", "Halo")
    office.mention("Halo")
    assert len(desk.poll()) == 3
    mention = max(desk.stored, key=int)
    office.citizen("comment", "@budi sudah", post=post, parent=comment["id"])
    assert len(desk.poll()) == 1
    office.wire.seen.clear()
    assert desk.poll() == []
    paths = [path for path, _ in asked(office)]
    assert paths == ["users/tweets", "users/mentions", "tweets/search/recent", "dm_events"]
    since = [params.get("since_id") for _, params in asked(office)]
    assert since == [[post], [mention], [max(desk.stored, key=int)], None]
    assert all("start_time" not in params for _, params in asked(office))


def test_what_is_young_is_asked_for_again(office: Office, desk: Desk) -> None:
    """A list may show something after younger things: nothing is left behind before it is LATE_S old."""
    world = office.stand_in.world
    post = world.posts[office.post()]
    with world.shown_late(3600):
        world.comment(post, world.person("x", "andi"), "telat muncul")
        world.say(world.thread_of(post.account, world.person("x", "andi")), world.person("x", "andi"), "pesan telat")
    office.citizen("comment", "biasa", post=post.pk, author="budi")
    office.citizen("dm", "pesan biasa", author="budi")
    assert desk.texts() == ["biasa", "pesan biasa"]
    world.catch_up()
    assert desk.texts() == ["telat muncul", "pesan telat"]


def test_marks_move_when_what_was_read_has_settled(office: Office, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    post = office.post()
    comment = office.citizen("comment", "Halo", post=post)
    desk.poll()
    assert desk.cursor["mentions"][0] == 0
    later = time.time() + feed.LATE_S + 5
    monkeypatch.setattr(time, "time", lambda: later)
    desk.poll()
    assert desk.cursor["mentions"][0] == int(comment["id"])
    assert desk.cursor["posts"][0] == int(post)


def test_a_settled_post_is_looked_at_once_a_day_and_missed_where_x_took_it_down(
    office: Office, desk: Desk, settled: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    posts = [office.post(f"Kabar {number}") for number in range(3)]
    begun = datetime.now(UTC)
    desk.poll()
    gone = office.stand_in.world.post("x", posts[1])
    assert gone is not None
    office.stand_in.world.delete_post(gone)
    quiet = next(office.connector().fetch(desk.cursor))
    assert (quiet.posts_seen, quiet.posts_complete_since) == (frozenset(), None)  # each post that is read costs
    monkeypatch.setattr(feed, "WHOLE_EVERY_S", 0)
    whole = next(office.connector().fetch(desk.cursor))
    assert whole.posts_seen == {posts[0], posts[2]}
    assert whole.posts_complete_since is not None
    assert timedelta(days=6) < begun - whole.posts_complete_since < timedelta(days=8)
    monkeypatch.undo()
    after = next(office.connector().fetch(json.loads(json.dumps(whole.cursor))))
    assert after.posts_complete_since is None or after.posts_complete_since > begun - timedelta(minutes=5)


def test_an_answer_that_does_not_name_us_is_found(office: Office, desk: Desk) -> None:
    post = office.post()
    top = office.citizen("comment", "Kapan?", post=post, author="budi")
    office.citizen("comment", "@budi besok", post=post, parent=top["id"], author="wati")
    found = {message.text: message for message in desk.poll()}
    assert list(found) == ["Kapan?", "besok"]
    assert (found["besok"].kind, found["besok"].parent) == (MessageKind.COMMENT, top["id"])


def test_a_search_fits_and_reaches_back_no_further_than_x_searches(office: Office, desk: Desk) -> None:
    posts = [office.post(f"Kiriman {number}") for number in range(15)]
    desk.poll()
    assert [str(post) for post, _ in desk.cursor["watched"]] == posts[-feed.WATCHED :]
    longest = Feed(lambda name, params: {}, "9" * 19, "x" * 15)
    assert len(longest.unmentioned([[10**19 - 1, 0]] * feed.WATCHED)) <= 512
    long_ago = int(time.time()) - 20 * 86_400
    desk.cursor = {**desk.cursor, "answers": [1, long_ago], "mentions": [1, long_ago]}
    office.wire.seen.clear()
    desk.poll()
    mentions, search = (params for path, params in asked(office) if path in ("users/mentions", "tweets/search/recent"))
    assert mentions["since_id"] == ["1"]
    assert "since_id" not in search
    assert datetime.fromisoformat(search["start_time"][0]).timestamp() > time.time() - 7 * 86_400


def test_old_posts_are_watched_no_longer(office: Office, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    office.post()
    desk.poll()
    assert len(desk.cursor["watched"]) == 1
    later = time.time() + feed.SEARCHED_S + 60
    assert feed.watched(desk.cursor["watched"], [], int(later)) == []


@pytest.mark.usefixtures("settled")
def test_long_lists_are_read_to_the_end_and_only_once(office: Office, desk: Desk) -> None:
    post = office.post()
    for number in range(130):
        office.citizen("comment", f"komentar {number}", post=post, author=f"b{number}")
        office.citizen("dm", f"pesan {number}", author=f"d{number % 7}")
    assert len(desk.poll()) == 260
    assert len({params["pagination_token"][0] for _, params in asked(office) if "pagination_token" in params}) == 2
    for number in range(110):
        office.citizen("dm", f"lagi {number}", author="siti")
    office.wire.seen.clear()
    assert desk.texts() == [f"lagi {number}" for number in range(110)]
    assert sum(path == "dm_events" for path, _ in asked(office)) == 2


def test_two_in_the_same_second_and_those_that_come_while_pages_are_turned(office: Office, desk: Desk) -> None:
    post = office.post()
    for number in range(105):
        office.citizen("comment", f"komentar {number}", post=post, author=f"b{number}")
        office.citizen("dm", f"pesan {number}", author=f"d{number % 5}")
    late = iter(range(1000))

    def go_on_writing(seen: Seen) -> None:
        number = next(late)
        office.citizen("comment", f"telat {number}", post=post, author=f"t{number}")
        office.citizen("dm", f"telat {number}", author=f"d{number % 5}")

    office.wire.meanwhile = go_on_writing
    desk.poll()
    office.wire.meanwhile = lambda _: None
    desk.poll()
    came = next(late)
    assert came > 4
    assert len(desk.stored) == 210 + 2 * came


def test_one_that_is_deleted_in_between_stops_nothing(office: Office, desk: Desk) -> None:
    post = office.post()
    for number in range(105):
        office.citizen("comment", f"komentar {number}", post=post, author=f"b{number}")
    world = office.stand_in.world

    def delete(seen: Seen) -> None:
        if "pagination_token" in seen.path:
            first = min(world.comments, key=int)
            world.comments[first].deleted = True

    office.wire.meanwhile = delete
    assert len(desk.poll()) == 104


FAULTS: dict[str, type[ConnectorError]] = {
    "429": RateLimited,
    "quota": RateLimited,
    "500-before": Unreachable,
    "timeout-after": Unreachable,
    "drop-before": Unreachable,
    "drop-after": Unreachable,
    "token-revoked": LoginNeeded,
    "challenge": LoginNeeded,
}


@pytest.mark.usefixtures("settled")
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_anywhere_in_a_fetch_skips_nothing(office: Office, desk: Desk, fault: str) -> None:
    """Requests of a fetch: own posts, mentions, search, messages. The fault hits one of them."""
    post = office.post()
    top = office.citizen("comment", "mula-mula", post=post, author="budi")
    for hit in [3] if fault == "timeout-after" else range(4):
        texts = {f"komentar {hit}", f"tanpa nama {hit}", f"pesan {hit}"}
        office.citizen("comment", f"komentar {hit}", post=post, author=f"b{hit}")
        office.citizen("comment", f"@budi tanpa nama {hit}", post=post, parent=top["id"], author=f"c{hit}")
        office.citizen("dm", f"pesan {hit}", author=f"d{hit}")
        left = iter(range(hit, -1, -1))

        def count(seen: Seen, left: Iterator[int] = left) -> None:
            if next(left, None) == 0:
                office.fault("fetch", fault)

        office.read_s = 2.0 if fault == "timeout-after" else 10.0
        office.wire.meanwhile = count
        with pytest.raises(FAULTS[fault]):
            desk.poll()
        office.wire.meanwhile = lambda _: None
        desk.poll()
        assert texts <= {message.text for message in desk.stored.values()}


def test_messages_are_read_as_often_as_x_lets_us(office: Office, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """15 times in 15 minutes; the account's lane must not be parked for it."""
    monkeypatch.setattr(Door, "pace", PACE)
    monkeypatch.setattr(refusals, "LIMIT", 15)
    monkeypatch.setattr(refusals.limits, "__defaults__", (14, None))
    office.citizen("dm", "satu")
    assert desk.texts() == ["satu"]
    office.citizen("dm", "dua")
    assert desk.texts() == []
    assert 10 < desk.cursor["messages_at"] - time.time() < 70
    later = desk.cursor["messages_at"] + 1
    with monkeypatch.context() as patched:
        patched.setattr(time, "time", lambda: later)
        assert desk.texts() == ["dua"]


@pytest.mark.parametrize("headers", [{}, {"x-rate-limit-remaining": "x", "x-rate-limit-reset": "9"}])
def test_without_a_word_from_x_there_is_no_pause(office: Office, headers: dict[str, str]) -> None:
    door = office.connector()._door
    door.wire.headers = headers
    assert PACE.fget is not None
    assert PACE.fget(door) == 0


def test_the_cursor_does_not_grow(office: Office, desk: Desk) -> None:
    post = office.post()
    sizes = []
    for number in range(4):
        for more in range(5):
            office.citizen("comment", f"k {number} {more}", post=post, author=f"b{number}x{more}")
            office.citizen("dm", f"p {number} {more}", author=f"d{number}x{more}")
        desk.poll()
        sizes.append(len(json.dumps(desk.cursor)))
    assert sizes[-1] <= sizes[0] + 20
    assert len(desk.stored) == 40


def test_history_before_the_first_fetch_is_left_alone(
    office: Office, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.citizen("comment", "kemarin dulu", post=office.post())
    office.citizen("dm", "kemarin dulu")
    monkeypatch.setattr(feed, "FIRST_LOOK_S", -60)
    assert desk.texts() == []


def test_an_unreadable_list_is_no_empty_list(office: Office, desk: Desk) -> None:
    for body in (b"<html>", b"[]", b"null"):
        office.wire.tell("/mentions", Answer(200, body))
        with pytest.raises(Unreachable):
            desk.poll()


# --- reading


PEOPLE = {"data": [], "includes": {"users": [{"id": "7", "username": "siti", "name": "Siti"}]}}


@pytest.mark.parametrize(
    ("tweet", "text"),
    [
        ({"text": "a &amp; b &lt;3"}, "a & b <3"),
        ({"text": "@a @b.c halo", "referenced_tweets": [{"type": "replied_to", "id": "1"}]}, "halo"),
        ({"text": "@a halo"}, "@a halo"),
        ({"text": "@a", "referenced_tweets": [{"type": "replied_to", "id": "1"}]}, "@a"),
        (
            {
                "text": "lihat https://t.co/aaaaaaaaaa https://t.co/bbbbbbbbbb",
                "entities": {
                    "urls": [
                        {"url": "https://t.co/aaaaaaaaaa", "expanded_url": "https://warga.example/?a=1&b=2"},
                        {"url": "https://t.co/bbbbbbbbbb", "expanded_url": "x", "display_url": "pic.x.com/bb"},
                    ]
                },
            },
            "lihat https://warga.example/?a=1&b=2",
        ),
        (
            {
                "text": "https://t.co/bbbbbbbbbb",
                "entities": {"urls": [{"url": "https://t.co/bbbbbbbbbb", "media_key": "3_1"}]},
                "attachments": {"media_keys": ["3_1"]},
            },
            "[gambar atau video]",
        ),
        ({"text": "pendek…", "note_tweet": {"text": "panjang sekali"}}, "panjang sekali"),
        ({"text": ""}, ""),
        ({}, ""),
    ],
)
def test_a_text_is_what_its_writer_wrote(tweet: Mapping[str, Any], text: str) -> None:
    message = reading.tweet_in({"id": "5", "author_id": "7", **tweet}, Page.read(PEOPLE), "1", frozenset())
    assert (message.text, message.author_handle, message.author_name) == (text, "siti", "Siti")


def test_odd_things_are_still_messages() -> None:
    before = datetime.now(UTC)
    message = reading.tweet_in({"id": "5"}, Page.read({"meta": {"result_count": 0}}), "1", frozenset())
    assert message.permalink == "https://x.com/i/status/5"
    assert message.written_at >= before


def test_what_nobody_wrote_is_no_message(office: Office, desk: Desk) -> None:
    now = datetime.now(UTC).isoformat()
    passed_on = {"id": "9", "author_id": "7", "text": "RT @x: halo", "created_at": now}
    passed_on["referenced_tweets"] = [{"type": "retweeted", "id": "8"}]  # type: ignore[assignment]
    office.wire.tell("/mentions", Answer(200, {**PEOPLE, "data": [passed_on]}))
    joined = {"id": "9", "event_type": "ParticipantsJoin", "created_at": now, "participant_ids": ["7"]}
    office.wire.tell("/dm_events", Answer(200, {**PEOPLE, "data": [joined]}))
    assert desk.poll() == []


def test_a_group_is_answered_as_a_group(office: Office, desk: Desk) -> None:
    event = {
        "id": "9",
        "event_type": "MessageCreate",
        "text": "Halo semua",
        "sender_id": "7",
        "dm_conversation_id": "1234567890123456789",
        "created_at": datetime.now(UTC).isoformat(),
    }
    office.wire.tell("/dm_events", Answer(200, {**PEOPLE, "data": [event]}))
    (message,) = desk.poll()
    office.wire.tell("/messages", Answer(201, {"data": {"dm_event_id": "10"}}))
    office.connector().reply(Item(Kind.DM, "Halo", uuid4(), thread=message.thread), office.remember)
    assert office.wire.seen[-1].path.endswith("/2/dm_conversations/1234567890123456789/messages")
