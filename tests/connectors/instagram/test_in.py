"""What comes in from Instagram: every citizen's word, never our own, and quiet when nothing happened."""

import json
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from connectors.base import Incoming, Item, Kind, MessageKind
from connectors.errors import ConnectorError, LoginNeeded, RateLimited, Reason, Unreachable
from connectors.instagram import feed
from connectors.instagram.feed import WATCHED, Mark, due
from connectors.instagram.reading import OwnPost, line_text, lines_in
from tests.connectors.instagram.between import Answer, Seen
from tests.connectors.instagram.conftest import HANDLE, Office


class Desk:
    """Fetches as the desk does: stores each once, keeps the cursor of what it stored, as JSON."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.cursor: Mapping[str, Any] = {}
        self.stored: dict[str, Incoming] = {}

    def poll(self) -> list[Incoming]:
        """The messages that are new to the desk."""
        new = []
        for batch in self.office.connector().fetch(self.cursor):
            new += [message for message in batch.messages if message.remote_id not in self.stored]
            self.stored |= {message.remote_id: message for message in batch.messages}
            self.cursor = json.loads(json.dumps(batch.cursor))
        return new

    def texts(self) -> list[str]:
        return [message.text for message in self.poll()]


@pytest.fixture
def desk(office: Office) -> Desk:
    return Desk(office.signed_in())


def test_comments_answers_and_messages_arrive_once(office: Office, desk: Desk) -> None:
    post = office.post("Posyandu besok")
    top = office.citizen("comment", "Jam berapa?", post=post, name="Siti Aminah")
    office.citizen("comment", "Ikut tanya", post=post, parent=top["id"], author="budi")
    office.citizen("dm", "Antriannya lama", author="wati")
    new = {message.text: message for message in desk.poll()}
    assert list(new) == ["Jam berapa?", "Ikut tanya", "Antriannya lama"]
    comment = new["Jam berapa?"]
    assert (comment.kind, comment.post, comment.post_text, comment.parent) == (
        MessageKind.COMMENT,
        post,
        "Posyandu besok",
        "",
    )
    assert (comment.author_handle, comment.author_name) == ("siti.aminah", "Siti Aminah")
    assert comment.permalink == office.connector().permalink(post)
    assert comment.raw["text"] == "Jam berapa?"
    assert abs(comment.written_at.timestamp() - time.time()) < 120
    assert new["Ikut tanya"].parent == top["id"]
    assert (new["Antriannya lama"].kind, new["Antriannya lama"].author_handle) == (MessageKind.DM, "wati")
    assert desk.poll() == []


def test_our_own_words_never_come_back(office: Office, desk: Desk) -> None:
    post = office.post()
    comment = office.citizen("comment", "Bagus", post=post)
    message = office.citizen("dm", "Halo")
    desk.poll()
    office.connector().reply(
        Item(Kind.REPLY, "Terima kasih", uuid4(), post=post, parent=comment["id"]), office.remember
    )
    office.connector().reply(Item(Kind.DM, "Halo juga", uuid4(), thread=message["parent"]), office.remember)
    assert desk.texts() == []
    assert HANDLE not in {message.author_handle for message in desk.stored.values()}


def test_a_quiet_fetch_costs_three_requests(office: Office, desk: Desk) -> None:
    for n in range(3):
        post = office.post(f"Kiriman {n}")
        office.citizen("comment", f"Komentar {n}", post=post)
    desk.poll()
    office.wire.seen.clear()
    desk.poll()
    assert [seen.path.partition("?")[0].split("/")[3:] for seen in office.wire.seen] == [
        ["feed", "user", next(iter(office.wire.seen)).path.split("/")[5], ""],
        ["direct_v2", "pending_inbox", ""],
        ["direct_v2", "inbox", ""],
    ]


def test_many_comments_and_long_threads_are_read_to_the_end(office: Office, desk: Desk) -> None:
    post = office.post()
    top = office.citizen("comment", "utas", post=post)
    for n in range(45):
        office.citizen("comment", f"jawab {n}", post=post, parent=top["id"], author=f"a{n}")
    for n in range(45):
        office.citizen("comment", f"komentar {n}", post=post, author=f"b{n}")
    assert len(desk.poll()) == 91


def test_a_late_answer_far_down_is_found(office: Office, desk: Desk) -> None:
    """Under an old comment, pages below the newest ones: the order of pages proves nothing."""
    post = office.post()
    old = office.citizen("comment", "lama", post=post)
    for n in range(50):
        office.citizen("comment", f"komentar {n}", post=post, author=f"b{n}")
    desk.poll()
    time.sleep(1.05)  # Instagram's seconds
    office.citizen("comment", "masih menunggu", post=post, parent=old["id"], author="budi")
    assert desk.texts() == ["masih menunggu"]


def test_two_in_the_same_second_are_both_read(office: Office, desk: Desk) -> None:
    post = office.post()
    for n in range(6):
        office.citizen("comment", f"komentar {n}", post=post, author=f"b{n}")
        office.citizen("dm", f"pesan {n}", author=f"d{n}")
        assert len(desk.texts()) == 2, n


def test_long_talks_and_many_of_them(office: Office, desk: Desk) -> None:
    for n in range(45):
        office.citizen("dm", f"panjang {n}", author="siti")
    for n in range(45):
        office.citizen("dm", f"pendek {n}", author=f"w{n}")
    assert len(desk.poll()) == 90
    for n in range(25):
        office.citizen("dm", f"lagi {n}", author="siti")
    assert len(desk.poll()) == 25


def test_a_request_that_is_accepted_on_the_phone_is_not_lost(office: Office, desk: Desk) -> None:
    message = office.citizen("dm", "satu")
    assert desk.texts() == ["satu"]
    office.connector().reply(Item(Kind.DM, "ya?", uuid4(), thread=message["parent"]), office.remember)
    office.citizen("dm", "dua")
    assert desk.texts() == ["dua"]


def test_what_comes_while_pages_are_turned_is_read_with_the_next_fetch(office: Office, desk: Desk) -> None:
    posts = [office.post(f"Kiriman {n}") for n in range(2)]
    for n in range(30):
        office.citizen("comment", f"komentar {n}", post=posts[0], author=f"b{n}")
        office.citizen("dm", f"pesan {n}", author=f"d{n}")
    desk.poll()
    for n in range(30, 60):
        office.citizen("comment", f"komentar {n}", post=posts[0], author=f"b{n}")
        office.citizen("dm", f"pesan {n}", author=f"d{n}")
    stored = len(desk.stored)
    late = iter(range(1000))

    def go_on_writing(seen: Seen) -> None:
        n = next(late)
        office.citizen("comment", f"telat {n}", post=posts[1], author=f"t{n}")
        office.citizen("dm", f"telat {n}", author=f"d{n % 30}")

    office.wire.meanwhile = go_on_writing
    desk.poll()
    office.wire.meanwhile = lambda _: None
    desk.poll()
    came = next(late)
    assert came > 5
    assert len(desk.stored) == stored + 60 + 2 * came


FAULTS: dict[str, tuple[type[ConnectorError], list[int]]] = {
    "429": (RateLimited, [0, 3]),
    "500-before": (Unreachable, [0, 1, 2, 3, 4]),
    "timeout-after": (Unreachable, [1, 4]),
    "drop-before": (Unreachable, [0, 1, 2, 3, 4]),
    "drop-after": (Unreachable, [2]),
    "login-required": (LoginNeeded, [0, 3]),
    "challenge": (LoginNeeded, [0, 2]),
}


@pytest.mark.parametrize(("fault", "hits"), [(fault, hits) for fault, (_, hits) in FAULTS.items()])
def test_a_fault_anywhere_in_a_fetch_skips_nothing(office: Office, desk: Desk, fault: str, hits: list[int]) -> None:
    """Requests of a fetch: feed, comments, comments, requests, a talk. The fault hits one of them."""
    posts = [office.post(f"Kiriman {n}") for n in range(2)]
    for hit in hits:
        written = {f"komentar {hit} 0", f"komentar {hit} 1", f"pesan {hit}"}
        for n in range(2):
            office.citizen("comment", f"komentar {hit} {n}", post=posts[n], author=f"b{n}")
        office.citizen("dm", f"pesan {hit}", author=f"d{hit}")
        left = iter(range(hit, -1, -1))

        def count(seen: Seen, left: Iterator[int] = left) -> None:
            if next(left, None) == 0:
                office.fault("fetch", fault)

        office.read_s = 2.0 if fault == "timeout-after" else 10.0
        office.wire.meanwhile = count
        with pytest.raises(FAULTS[fault][0]):
            desk.poll()
        office.wire.meanwhile = lambda _: None
        desk.poll()
        assert written <= {message.text for message in desk.stored.values()}


def test_a_post_that_is_gone_since_it_was_listed_stops_nothing(office: Office, desk: Desk) -> None:
    for n in range(2):
        office.citizen("comment", f"komentar {n}", post=office.post(f"Kiriman {n}"))
    office.wire.tell(r"/comments/", Answer(400, {"message": "Media not found or unavailable", "status": "fail"}))
    assert desk.texts() == ["komentar 1"]


def test_the_posts_that_stand_are_named(office: Office, desk: Desk) -> None:
    posts = {office.post(f"Kiriman {n}") for n in range(3)}
    batches = list(office.connector().fetch({}))
    assert batches[0].posts_seen == posts
    assert batches[0].posts_complete_since == datetime.fromtimestamp(0, UTC)


def test_of_a_longer_list_only_the_time_that_was_listed_is_complete(office: Office, desk: Desk) -> None:
    posts = [office.post(f"Kiriman {n}") for n in range(WATCHED + 2)]
    first = next(office.connector().fetch({}))
    assert first.posts_seen == set(posts[2:])
    assert first.posts_complete_since is not None
    assert datetime.now(UTC) - first.posts_complete_since < timedelta(minutes=1)


def test_an_empty_list_says_nothing_of_what_is_gone(office: Office, desk: Desk) -> None:
    assert next(office.connector().fetch({})).posts_complete_since is None


def test_the_cursor_does_not_grow(office: Office, desk: Desk) -> None:
    post = office.post()
    sizes = []
    for n in range(4):
        for m in range(6):
            office.citizen("comment", f"k {n} {m}", post=post, author=f"b{n}x{m}")
            office.citizen("dm", f"p {n} {m}", author=f"d{n}x{m}")
        desk.poll()
        sizes.append(len(json.dumps(desk.cursor)))
    assert sizes[-1] <= sizes[0] + 20
    assert len(desk.stored) == 48


def test_history_before_the_first_fetch_is_left_alone(
    office: Office, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.citizen("comment", "kemarin dulu", post=office.post())
    office.citizen("dm", "kemarin dulu")
    monkeypatch.setattr(feed, "FIRST_LOOK_S", -60)
    assert desk.texts() == []


NOW = 1_800_000_000


def own_post(pk: str, age_s: int, comments: int = 3) -> OwnPost:
    return OwnPost(pk, "", NOW - age_s, comments, Kind.PHOTO, 1, frozenset())


def test_unchanged_posts_are_read_again_now_and_then() -> None:
    """A deleted and a new comment leave the number as it was."""
    young, old = own_post("1", 3600), own_post("2", 10 * 86_400)

    def read(age_s: int) -> Mark:
        return Mark(3, NOW - age_s, NOW)

    assert due([young, old], {"1": read(500), "2": read(500)}, NOW) == []
    assert due([young, old], {"1": read(700), "2": read(700)}, NOW) == [young]
    assert due([young, old], {"1": read(7 * 3600), "2": read(7 * 3600)}, NOW) == [old, young]
    many = [own_post(str(n), 3600) for n in range(9)]
    again = due(many, {post.pk: read(700 + int(post.pk)) for post in many}, NOW)
    assert {post.pk for post in again} == {"7", "8"}
    assert due([young], {"1": Mark(4, NOW, NOW)}, NOW) == [young]


def test_one_let_through_late_is_found_though_it_is_older(office: Office, desk: Desk) -> None:
    """The spam filter holds one back; when it appears it is older than what is known."""
    post = office.post()
    held = office.citizen("comment", "tertahan", post=post, author="andi")
    office.citizen("comment", "biasa", post=post, author="budi")
    full = json.loads(_comments_body(office, post))
    shown = [comment for comment in full["comments"] if comment["pk"] != held["id"]]
    office.wire.tell(r"/feed/user/", Answer(200, _with_count(office, 1)))
    office.wire.tell(r"/comments/", Answer(200, {**full, "comments": shown}))
    assert desk.texts() == ["biasa"]
    assert desk.texts() == ["tertahan"]


def _comments_body(office: Office, post: str) -> bytes:
    connector = office.connector()
    return json.dumps(connector._ask(f"media/{post}_{connector._own_id}/comments/", {})).encode()


def _with_count(office: Office, count: int) -> dict[str, Any]:
    connector = office.connector()
    body = dict(connector._ask(f"feed/user/{connector._own_id}/", {"count": "33"}))
    return {**body, "items": [{**item, "comment_count": count} for item in body["items"]]}


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ({"item_type": "text", "text": "halo"}, "halo"),
        ({"item_type": "link", "link": {"text": "lihat https://x.example"}}, "lihat https://x.example"),
        ({"item_type": "media", "media": {"media_type": 1}}, "[gambar]"),
        ({"item_type": "media", "media": {"media_type": 2}}, "[video]"),
        ({"item_type": "voice_media", "voice_media": {}}, "[pesan suara]"),
        ({"item_type": "reel_share", "reel_share": {"text": "bagus ceritanya"}}, "bagus ceritanya"),
        ({"item_type": "xma_clip", "xma_clip": [{}]}, "[video yang dibagikan]"),
        ({"item_type": "something_new"}, "[something_new]"),
        ({}, "[pesan]"),
    ],
)
def test_a_message_without_words_is_still_a_message(line: dict[str, Any], text: str) -> None:
    assert line_text(line) == text
    thread = {"thread_id": "1", "users": [{"pk": 7, "username": "siti", "full_name": "Siti"}]}
    (message,) = lines_in(thread, [{**line, "item_id": "9", "user_id": 7, "timestamp": 1}], "5")
    assert (message.text, message.author_handle, message.thread) == (text, "siti", "1")


def test_what_nobody_wrote_is_no_message() -> None:
    lines = [{"item_type": "action_log", "user_id": 7}, {"item_type": "video_call_event", "user_id": 5}]
    assert list(lines_in({"thread_id": "1"}, lines, "5")) == []


def test_reasons_reach_the_desk(office: Office, desk: Desk) -> None:
    office.wire.tell("/feed/user/", Answer(401, {"message": "Please wait a few minutes before you try again."}))
    with pytest.raises(RateLimited) as caught:
        desk.poll()
    assert (caught.value.reason, caught.value.until) == (Reason.TOO_FAST, None)


def test_a_talk_that_jumps_to_the_first_page_while_the_second_is_asked_for_is_not_missed(
    office: Office, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "LATE_US", 0)  # reading the last minutes again would hide it
    for text in ("halo", "kedua"):
        desk.poll()
        for n in range(25):
            office.citizen("dm", f"{text} {n}", author=f"d{n}")

    def jump(seen: Seen) -> None:
        if "pending_inbox" in seen.path and "cursor=" in seen.path:
            office.wire.meanwhile = lambda _: None
            office.citizen("dm", "ketiga", author="d4")

    office.wire.meanwhile = jump
    desk.poll()
    desk.poll()
    texts = {message.text for message in desk.stored.values()}
    assert texts == {"ketiga", *(f"{text} {n}" for text in ("halo", "kedua") for n in range(25))}


def test_a_message_that_turns_up_late_is_found_though_it_is_older(office: Office, desk: Desk) -> None:
    for who in ("andi", "budi"):
        office.citizen("dm", f"dari {who}", author=who)
    full = dict(office.connector()._ask("direct_v2/pending_inbox/", {}))
    threads = [thread for thread in full["inbox"]["threads"] if thread["users"][0]["username"] != "andi"]
    office.wire.tell("/pending_inbox/", Answer(200, {**full, "inbox": {**full["inbox"], "threads": threads}}))
    assert desk.texts() == ["dari budi"]
    assert desk.texts() == ["dari andi"]


def test_as_many_new_answers_as_deleted_ones_are_found_at_the_next_reading(
    office: Office, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = office.post()
    top = office.citizen("comment", "utas", post=post)
    below = [office.citizen("comment", f"lama {n}", post=post, parent=top["id"], author=f"a{n}") for n in range(3)]
    desk.poll()
    for n, old in enumerate(below[:2]):
        office.connector().delete_own(Item(Kind.REPLY, "", uuid4(), post=post), old["id"])
        office.citizen("comment", f"baru {n}", post=post, parent=top["id"], author=f"c{n}")
    assert desk.texts() == []
    monkeypatch.setattr(feed, "REREAD_YOUNG_S", 0)
    assert desk.texts() == ["baru 0", "baru 1"]


def test_a_page_shorter_than_asked_for_is_turned(office: Office, desk: Desk) -> None:
    for n in range(3):
        office.citizen("comment", f"komentar {n}", post=office.post(f"Kiriman {n}"))
    connector = office.connector()
    full = dict(connector._ask(f"feed/user/{connector._own_id}/", {"count": "33"}))
    first = {**full, "items": full["items"][:1], "more_available": True, "next_max_id": full["items"][0]["id"]}
    office.wire.tell("/feed/user/", Answer(200, first))
    assert sorted(desk.texts()) == ["komentar 0", "komentar 1", "komentar 2"]
