"""What comes in by the Graph: every citizen's word, never our own, and quiet when nothing happened."""

import json
import logging
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from connectors.base import Absent, CannotTell, Incoming, Item, Kind, MessageKind
from connectors.errors import ConnectorError, LoginNeeded, RateLimited, Reason, Refused, Unreachable
from connectors.graph import comments, conversations
from connectors.graph.comments import Mark, due
from connectors.graph.reading import OwnPost, line_text, lines_in, time_of
from sandbox.graph.tokens import denied
from tests.connectors.graph.conftest import APP, HANDLE, Office
from tests.connectors.instagram.between import Answer, Seen


class Desk:
    """Fetches as the desk does: stores each once, keeps the cursor of what it stored, as JSON."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.cursor: Mapping[str, Any] = {}
        self.stored: dict[str, Incoming] = {}
        self.seen: set[str] = set()

    def poll(self) -> list[Incoming]:
        """The messages that are new to the desk."""
        new = []
        for batch in self.office.connector().fetch(self.cursor):
            new += [message for message in batch.messages if message.remote_id not in self.stored]
            self.stored |= {message.remote_id: message for message in batch.messages}
            self.cursor = json.loads(json.dumps(batch.cursor))
            self.seen |= batch.posts_seen
        return new

    def texts(self) -> list[str]:
        return [message.text for message in self.poll()]


@pytest.fixture
def desk(office: Office) -> Desk:
    return Desk(office.signed_in())


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"code": 200, "body": '{"id": "7"}'}, {"7": True}),
        ({"code": 400, "body": '{"error": {"code": 100, "error_subcode": 33}}'}, {"7": False}),
        ({"code": 404, "body": '{"error": {"code": 803}}'}, {"7": False}),
        ({"code": 403, "body": '{"error": {"code": 10}}'}, {}),
        ({"code": 400, "body": '{"error": {"code": 4}}'}, {}),
        ({"code": 500, "body": '{"error": {"code": 1}}'}, {}),
        ({"code": 200, "body": "<html>"}, {}),
        ({"code": 200}, {}),
        (None, {}),
        ("x", {}),
    ],
)
def test_only_a_clear_word_says_that_a_comment_is_gone(office: Office, told: object, said: dict[str, bool]) -> None:
    office.signed_in().answer_to_comment()
    office.wire.tell(r"/v26\.0$", Answer(200, [told]))
    assert office.connector().still_shown(["7"]) == said


NOT_THERE = {"code": 400, "body": '{"error": {"code": 100, "error_subcode": 33}}'}
FORBIDDEN = {"error": {"code": 10, "message": "(#10) no"}}


@pytest.mark.parametrize(
    "shown", [Answer(200, {"data": []}), Answer(403, FORBIDDEN), Answer(400, {"error": {"code": 100}})]
)
def test_what_meta_no_longer_shows_us_is_not_called_gone(office: Office, shown: Answer) -> None:
    """A permission was taken back: it says the same of every comment as if it were not there (100/33)."""
    item = office.signed_in().answer_to_comment()
    office.wire.tell(r"/v26\.0$", Answer(200, [NOT_THERE, NOT_THERE]))
    office.wire.tell(r"/comments\?", shown)
    assert office.connector().still_shown([item.parent, "7"]) == {}
    office.wire.tell(r"/v26\.0$", Answer(200, [{"code": 200, "body": f'{{"id": "{item.parent}"}}'}, NOT_THERE]))
    assert office.connector().still_shown([item.parent, "7"]) == {item.parent: True, "7": False}


def test_an_answer_below_what_meta_no_longer_shows_us_is_not_surely_absent(office: Office) -> None:
    item = office.signed_in().answer_to_comment()
    gone = Answer(400, {"error": {"code": 100, "error_subcode": 33}})
    office.wire.tell(r"/(comments|replies)\?|fields=id%2Cparent_id", gone, gone)
    assert isinstance(office.connector().find_own(item, datetime.now(UTC)), CannotTell)
    office.wire.tell(r"/(comments|replies)\?|fields=id%2Cparent_id", gone)
    assert isinstance(office.connector().find_own(item, datetime.now(UTC)), Absent)


def test_comments_answers_and_messages_arrive_once(office: Office, desk: Desk) -> None:
    post = office.post("Posyandu besok")
    top = office.citizen("comment", "Jam berapa?", post=post, name="Siti Aminah")
    office.citizen("comment", "Ikut tanya", post=post, parent=top["id"], author="budi")
    office.citizen("dm", "Antriannya lama", author="wati")
    new = {message.text: message for message in desk.poll()}
    assert set(new) == {"Jam berapa?", "Ikut tanya", "Antriannya lama"}
    comment = new["Jam berapa?"]
    assert (comment.kind, comment.post, comment.post_text, comment.parent) == (
        MessageKind.COMMENT,
        post,
        "Posyandu besok",
        "",
    )
    who = (comment.author_handle, comment.author_name)
    assert who == (("", "Siti Aminah") if office.platform == "facebook" else ("siti.aminah", ""))
    assert comment.author_id == office.person()
    assert comment.permalink.startswith("https://www.")
    assert "Jam berapa?" in comment.raw.values()
    assert abs(comment.written_at.timestamp() - time.time()) < 120
    assert new["Ikut tanya"].parent == top["id"]
    message = new["Antriannya lama"]
    assert (message.kind, message.author_id, message.thread) == (
        MessageKind.DM,
        office.person("wati"),
        message.author_id,
    )
    assert desk.poll() == []
    assert desk.seen == {post}


def test_our_own_words_never_come_back(office: Office, desk: Desk) -> None:
    for make in (Office.answer_to_comment, Office.answer_to_message, Office.private_answer):
        office.connector().reply(make(office), office.remember)
    assert set(desk.texts()) == {"Terima kasih bu bidan", "Kapan imunisasi?", "NIK saya hilang"}
    assert HANDLE not in {message.author_handle for message in desk.stored.values()}


def test_a_message_is_answered_where_it_came_from(office: Office, desk: Desk) -> None:
    office.citizen("dm", "Kapan imunisasi?")
    (message,) = desk.poll()
    sent = office.connector().reply(Item(Kind.DM, "Selasa, Bu.", uuid4(), thread=message.thread), office.remember)
    (line,) = office.ledger("dm")
    assert (line["id"], line["text"]) == (sent.remote_id, "Selasa, Bu.")


def test_a_quiet_fetch_costs_three_requests(office: Office, desk: Desk) -> None:
    for n in range(3):
        post = office.post(f"Kiriman {n}")
        office.citizen("comment", f"Komentar {n}", post=post)
    desk.poll()
    office.wire.seen.clear()
    desk.poll()
    edges = [seen.path.partition("?")[0].rpartition("/")[2] for seen in office.wire.seen]
    assert edges == (["posts", "tagged"] if office.platform == "facebook" else ["media", "tags"]) + ["conversations"]


def test_many_comments_and_long_threads_are_read_to_the_end(office: Office, desk: Desk) -> None:
    post = office.post()
    top = office.citizen("comment", "utas", post=post)
    for n in range(60):
        office.citizen("comment", f"jawab {n}", post=post, parent=top["id"], author=f"a{n}")
    for n in range(60):
        office.citizen("comment", f"komentar {n}", post=post, author=f"b{n}")
    assert len(desk.poll()) == 121


def test_a_late_answer_far_down_is_found(office: Office, desk: Desk) -> None:
    """Under an old comment, pages below the newest ones: the order of pages proves nothing."""
    post = office.post()
    old = office.citizen("comment", "lama", post=post)
    for n in range(55):
        office.citizen("comment", f"komentar {n}", post=post, author=f"b{n}")
    desk.poll()
    time.sleep(1.05)  # Meta's seconds
    office.citizen("comment", "masih menunggu", post=post, parent=old["id"], author="budi")
    office.citizen("comment", "baru", post=post, author="wati")
    assert set(desk.texts()) == {"masih menunggu", "baru"}


def test_two_in_the_same_second_are_both_read(office: Office, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversations, "LATE_S", 0)
    post = office.post()
    for n in range(6):
        office.citizen("comment", f"komentar {n}", post=post, author=f"b{n}")
        office.citizen("dm", f"pesan {n}", author=f"d{n}")
        assert len(desk.texts()) == 2, n


def test_one_gone_and_one_new_are_noticed_with_the_next_rereading(
    office: Office, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The number of comments stays the same: the longest delay is the re-reading's."""
    post = office.post()
    first = office.citizen("comment", "salah tulis", post=post)
    desk.poll()
    office.connector().delete_own(Item(Kind.REPLY, "", uuid4(), post=post), first["id"])
    office.citizen("comment", "yang benar", post=post, author="budi")
    monkeypatch.setattr(comments, "REREAD_YOUNG_S", 0)
    assert desk.texts() == ["yang benar"]


def test_long_talks_and_many_of_them(office: Office, desk: Desk) -> None:
    for n in range(45):
        office.citizen("dm", f"panjang {n}", author="siti")
    for n in range(45):
        office.citizen("dm", f"pendek {n}", author=f"w{n}")
    assert len(desk.poll()) == 90
    for n in range(25):
        office.citizen("dm", f"lagi {n}", author="siti")
    assert len(desk.poll()) == 25


@pytest.mark.parametrize("overlap", [0, conversations.LATE_S])
def test_what_comes_while_pages_are_turned_is_read_with_the_next_fetch(
    office: Office, desk: Desk, overlap: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversations, "LATE_S", overlap)
    posts = [office.post(f"Kiriman {n}") for n in range(2)]
    for n in range(30):
        office.citizen("comment", f"komentar {n}", post=posts[0], author=f"b{n}")
        office.citizen("dm", f"pesan {n}", author=f"d{n}")
    desk.poll()
    for n in range(30, 60):
        office.citizen("comment", f"komentar {n}", post=posts[0], author=f"b{n}")
        office.citizen("dm", f"pesan {n}", author=f"d{n}")
    stored = len(desk.stored)
    time.sleep(1.05 if overlap == 0 else 0)  # what is written now is younger by a second of Meta's
    late = iter(range(1000))

    def go_on_writing(seen: Seen) -> None:
        n = next(late)
        office.citizen("comment", f"telat {n}", post=posts[1], author=f"t{n}")
        office.citizen("dm", f"telat {n}", author=f"d{30 + n % 30}")  # not read yet, and so it jumps past us

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
    "token-revoked": (LoginNeeded, [0, 3, 4]),
}


@pytest.mark.parametrize(("fault", "hits"), [(fault, hits) for fault, (_, hits) in FAULTS.items()])
def test_a_fault_anywhere_in_a_fetch_skips_nothing(office: Office, desk: Desk, fault: str, hits: list[int]) -> None:
    """Requests of a fetch: posts, comments, comments, mentions, talks. The fault hits one of them."""
    posts = [office.post(f"Kiriman {n}") for n in range(2)]
    for hit in hits:
        written = {f"komentar {hit} 0", f"komentar {hit} 1", f"pesan {hit}"}
        for n in range(2):
            office.citizen("comment", f"komentar {hit} {n}", post=posts[n], author=f"b{n}")
        office.citizen("dm", f"pesan {hit}", author=f"d{hit}")
        left = iter(range(hit, -1, -1))

        def count(seen: Seen, left: Iterator[int] = left) -> None:
            if next(left, None) == 0:
                office.stand_in.faults.add(office.platform, "fetch", fault, 1)

        office.read_s = 2.0 if fault == "timeout-after" else 10.0
        office.wire.meanwhile = count
        with pytest.raises(FAULTS[fault][0]):
            desk.poll()
        office.wire.meanwhile = lambda _: None
        desk.poll()
        assert written <= {message.text for message in desk.stored.values()}
    assert len(desk.stored) == 3 * len(hits)


@pytest.mark.parametrize("permission", ["messages", "mentions"])
def test_what_a_missing_permission_hides_stops_nothing_else(office: Office, desk: Desk, permission: str) -> None:
    post = office.post()
    office.citizen("comment", "Jam berapa?", post=post)
    edge = r"/conversations" if permission == "messages" else r"/(tagged|tags)\?"
    office.wire.tell(edge, Answer(403, {"error": {"code": 10, "message": "(#10) no permission"}}))
    assert desk.texts() == ["Jam berapa?"]


def test_a_post_that_goes_while_it_is_read_stops_nothing(office: Office, desk: Desk) -> None:
    gone, stays = office.post("pergi"), office.post("tetap")
    for post in (gone, stays):
        office.citizen("comment", f"di {post}", post=post)

    def delete(seen: Seen) -> None:
        if "/comments" in seen.path:
            office.stand_in.world.delete_post(office.stand_in.world.posts[gone])

    office.wire.meanwhile = delete
    assert desk.texts() == [f"di {stays}"]


# --- signing in


def test_a_page_token_alone_is_enough(office: Office) -> None:
    who = office.connector().check()
    assert (who.handle, who.name) == (HANDLE, HANDLE)
    assert who.remote_id.startswith("17841" if office.platform == "instagram_graph" else "6")
    assert office.connector().permissions() == {}


def test_a_persons_token_is_exchanged_for_the_pages_own(office: Office) -> None:
    office.secrets = {"token": f"EAU.{office.platform}.{HANDLE}", **APP}
    office.connector().check()
    assert office.connector().session()["token"] == f"EAA.{office.platform}.{HANDLE}"
    office.wire.seen.clear()
    office.post()
    assert office.wire.asked("debug_token|accounts") == []


def test_a_kept_token_that_died_is_got_anew_by_the_typed_one(office: Office) -> None:
    office.secrets = {"token": f"EAU.{office.platform}.{HANDLE}", **APP}
    office.signed_in()
    office.wire.tell(r"/me\?", Answer(400, {"error": {"code": 190, "error_subcode": 460, "message": "changed"}}))
    assert office.connector().check().handle == HANDLE
    assert len(office.wire.asked("debug_token")) == 2


def test_permissions_are_named_one_by_one(office: Office) -> None:
    office.secrets |= APP
    connector = office.signed_in().connector()
    assert all(connector.permissions().values())
    name = connector.needed[-1]
    denied(_call(office), office.stand_in.world.accounts[office.platform, HANDLE]).add(name)
    assert [key for key, granted in office.connector().permissions().items() if not granted] == [name]


def _call(office: Office) -> Any:
    class Call:
        world = office.stand_in.world

    return Call


def test_every_call_is_signed_with_the_apps_secret(office: Office) -> None:
    office.secrets |= APP
    office.signed_in().post()
    Desk(office).poll()
    asked = [seen for seen in office.wire.seen if "debug_token" not in seen.path]
    assert all("appsecret_proof" in seen.path or b"appsecret_proof" in seen.body for seen in asked)
    office.secrets |= {"app_secret": "salah"}
    with pytest.raises(ConnectorError):
        Desk(office).poll()


def test_another_token_in_the_form_makes_a_new_session(office: Office) -> None:
    office.signed_in()
    office.secrets = {"token": "EAA-bukan-token"}
    with pytest.raises(LoginNeeded) as caught:
        office.connector().check()
    assert caught.value.reason is Reason.SESSION_EXPIRED
    assert "bukan" not in str(caught.value)


@pytest.mark.parametrize("secrets", [{}, {"token": ""}])
def test_no_token_no_request(office: Office, secrets: dict[str, str]) -> None:
    office.secrets = secrets
    with pytest.raises(LoginNeeded):
        office.connector().check()
    assert office.wire.seen == []


def test_a_page_without_an_instagram_account_says_so(gram: Office) -> None:
    gram.wire.tell(r"/me\?", Answer(200, {"id": "1", "name": "Puskesmas"}))
    with pytest.raises(LoginNeeded) as caught:
        gram.connector().check()
    assert caught.value.reason is Reason.NO_PERMISSION


def test_a_person_without_such_a_page(page: Office) -> None:
    page.secrets = {"token": f"EAU.facebook.{HANDLE}", **APP}
    page.wire.tell("/me/accounts", Answer(200, {"data": []}))
    with pytest.raises(LoginNeeded) as caught:
        page.connector().check()
    assert caught.value.reason is Reason.NO_PERMISSION


def test_a_page_is_subscribed_to_webhooks(office: Office) -> None:
    connector = office.signed_in().connector()
    connector.subscribe()
    details = office.stand_in.world.details[f"graph:{office.stand_in.world.accounts[office.platform, HANDLE].pk}"]
    assert "messages" in details["subscribed"].split(",")
    office.wire.tell("/subscribed_apps", Answer(200, {"success": False}))
    with pytest.raises(Refused):
        connector.subscribe()


# --- secrets


def test_no_token_in_errors_logs_or_cursors(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    """It stands in the address of each read, in the next page's, and in Meta's own words."""
    caplog.set_level(logging.INFO)
    token = office.secrets["token"]
    office.signed_in()
    desk = Desk(office)
    for _ in range(3):
        office.post()
    desk.poll()
    assert token not in json.dumps(desk.cursor)
    for fault in ("drop-before", "500-before", "429"):
        office.stand_in.faults.add(office.platform, "fetch", fault, 1)
        with pytest.raises(ConnectorError) as caught:
            desk.poll()
        assert token not in "".join(_whole(caught.value))
    gone = replace(office.connector().network, sandbox="http://127.0.0.1:9")
    with pytest.raises(Unreachable) as away:
        list(type(office.connector())(office.connector().login, gone).fetch(desk.cursor))
    assert token not in "".join(_whole(away.value))
    quoting = {"error": {"code": 190, "message": f"Malformed access token {token} and EAABsbCS1iHgBAKZC|x"}}
    office.wire.tell("/conversations", Answer(400, quoting))
    with pytest.raises(LoginNeeded) as login:
        desk.poll()
    assert token not in str(login.value)
    assert "EAAB" not in str(login.value)
    assert token not in caplog.text
    assert token not in repr(office.connector().login)


def _whole(error: BaseException) -> list[str]:
    import traceback

    return traceback.format_exception(error)


# --- pure parts


def own_post(at: int, count: int) -> OwnPost:
    return OwnPost(str(at), "", at, count)


def test_what_is_due() -> None:
    now = 1_000_000
    old, young, changed = own_post(1, 5), own_post(now - 60, 5), own_post(now - 50, 6)
    known = {post.id: Mark(5, now - 601, 0) for post in (old, young, changed)}
    assert list(due([changed, young, old], known, now)) == [young, changed]
    assert list(due([old], {"1": Mark(5, now - 6 * 3600, 0)}, now)) == [old]
    assert list(due([old], {"1": None}, now)) == [old]


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ({"message": "Halo"}, "Halo"),
        ({"message": "", "attachments": {"data": [{"mime_type": "image/jpeg"}]}}, "[gambar]"),
        ({"attachments": {"data": [{}]}}, "[lampiran]"),
        ({}, "[pesan]"),
    ],
)
def test_a_message_without_words_says_what_it_is(line: dict[str, Any], text: str) -> None:
    assert line_text(line) == text
    (message,) = lines_in([line], frozenset({"1"}))
    assert message.text == text


def test_odd_times_are_no_crash() -> None:
    assert time_of("2026-11-21T21:00:00+0700").hour == 14
    assert time_of(None) == time_of("bukan waktu")


def test_mentions_are_read_once(office: Office, desk: Desk) -> None:
    at = time.strftime("%Y-%m-%dT%H:%M:%S+0000", time.gmtime())
    other = {"id": "9_1", "from": {"id": "9", "name": "Siti"}, "message": "Halo @puskesmas", "created_time": at}
    other |= {"username": "siti", "caption": "Halo @puskesmas", "timestamp": at, "permalink": "https://x.example"}
    ours = other | {"id": "9_2", "username": HANDLE, "from": {"id": office.connector()._own}}
    for _ in range(2):
        office.wire.tell(r"/(tagged|tags)\?", Answer(200, {"data": [other, ours]}))
    assert [(m.kind, m.remote_id, m.text) for m in desk.poll()] == [(MessageKind.MENTION, "9_1", "Halo @puskesmas")]
    assert desk.poll() == []
    assert replace(desk.stored["9_1"], raw={}).post == ""
