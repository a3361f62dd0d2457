"""What goes out by the Graph: once, whatever the wire does; the ledger is the judge."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import requests

from connectors.base import Absent, CannotTell, Found, Item, Kind, Media, Sent
from connectors.errors import ConnectorError, LoginNeeded, OutcomeUnknown, RateLimited, Reason, Refused, Unreachable
from connectors.graph import containers
from connectors.graph.client import cannot_be_taken_back
from tests.connectors.graph.conftest import Office
from tests.connectors.instagram.between import Answer, Seen

WRITES: dict[str, tuple[str, str, Callable[[Office], Item]]] = {
    "photo": ("publish", "post", lambda office: office.picture("Jadwal imunisasi bulan ini")),
    "carousel": ("publish", "post", lambda office: office.pictures("Kegiatan posyandu")),
    "film": ("publish", "post", lambda office: office.moving("Cara cuci tangan")),
    "reply": ("reply", "reply", Office.answer_to_comment),
    "dm": ("dm", "dm", Office.answer_to_message),
    "private reply": ("dm", "dm", Office.private_answer),
}

FAULTS: dict[str, tuple[type[ConnectorError], Reason]] = {
    "429": (RateLimited, Reason.TOO_FAST),
    "quota": (RateLimited, Reason.TOO_FAST),
    "500-before": (OutcomeUnknown, Reason.SERVER_ERROR),
    "500-after": (OutcomeUnknown, Reason.SERVER_ERROR),
    "timeout-after": (OutcomeUnknown, Reason.TIMEOUT),
    "drop-before": (OutcomeUnknown, Reason.DROPPED),
    "drop-after": (OutcomeUnknown, Reason.DROPPED),
    "login-required": (LoginNeeded, Reason.SESSION_EXPIRED),
    "token-revoked": (LoginNeeded, Reason.SESSION_EXPIRED),
    "challenge": (LoginNeeded, Reason.CHALLENGE),
}


def write(office: Office, item: Item, remember: Callable[[Mapping[str, str]], None] | None = None) -> Sent:
    connector = office.connector()
    verb = connector.publish if item.kind.is_post else connector.reply
    sent: Sent = verb(item, remember or office.remember)
    return sent


def shown(seen: Seen) -> bool:
    """Whether a request shows something to the world (told here once more, apart from the connector's own rule)."""
    last = seen.path.partition("?")[0].rpartition("/")[2]
    if seen.method != "POST":
        return False
    if last == "photos":
        return b'name="published"\r\n\r\nfalse' not in seen.body
    if last == "videos":
        return b"upload_phase=finish" in seen.body
    return last in {"feed", "media_publish", "comments", "replies", "messages"}


def left(office: Office) -> int:
    return sum(shown(seen) for seen in office.wire.seen)


@pytest.mark.parametrize("name", WRITES)
def test_a_write_stands_once_and_is_found_again(office: Office, name: str) -> None:
    _, kind, make = WRITES[name]
    item = make(office.signed_in())
    begun, before = datetime.now(UTC), len(office.ledger(kind))
    office.wire.seen.clear()
    sent = write(office, item)
    assert [entry["id"] for entry in office.ledger(kind)[before:]] == [sent.remote_id]
    assert left(office) == len(office.remembered) == 1
    for handle in ({}, office.remembered[0]):
        assert office.connector().find_own(replace(item, handle=handle), begun) == Found(sent)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", ["photo", "film", "reply", "dm"])
def test_a_fault_never_makes_a_second_write(office: Office, name: str, fault: str) -> None:
    operation, kind, make = WRITES[name]
    item = make(office.signed_in())
    begun, before = datetime.now(UTC), len(office.ledger(kind))
    office.wire.seen.clear()
    office.fault(operation, fault)
    ours, reason = FAULTS[fault]
    with pytest.raises(ConnectorError) as caught:
        write(office, item)
    assert (type(caught.value), caught.value.reason) == (ours, reason)
    assert len(office.ledger(kind)[before:]) == ("after" in fault)
    assert left(office) == len(office.remembered) == 1
    for handle in ({}, office.remembered[0]):
        lookup = office.connector().find_own(replace(item, handle=handle), begun)
        assert isinstance(lookup, Found if "after" in fault else Absent)


@pytest.mark.parametrize("fault", ["429", "500-before", "500-after", "drop-before", "timeout-after", "token-revoked"])
@pytest.mark.parametrize("name", ["photo", "carousel", "film"])
def test_a_fault_while_uploading_leaves_nothing(office: Office, name: str, fault: str) -> None:
    item = WRITES[name][2](office.signed_in())
    office.fault("upload", fault)
    with pytest.raises((Unreachable, RateLimited, LoginNeeded)):
        write(office, item)
    assert [*office.ledger("post"), *office.remembered] == []
    assert left(office) == 0


def test_a_limit_says_until_when(office: Office) -> None:
    item = office.signed_in().picture("Donor darah")
    office.fault("publish", "429")
    with pytest.raises(RateLimited) as caught:
        write(office, item)
    wait = caught.value.until - datetime.now(UTC)  # type: ignore[operator]
    assert timedelta(minutes=6) < wait <= timedelta(minutes=7)


@pytest.mark.parametrize("name", ["dm", "private reply", "hide"])
def test_a_missing_permission_of_messages_or_hiding_stops_only_them(office: Office, name: str) -> None:
    """Offices wait weeks for Meta's review: the rest of the account goes on."""
    make = Office.answer_to_comment if name == "hide" else WRITES[name][2]
    item = make(office.signed_in())
    office.fault("approve" if name == "hide" else "dm", "permission-missing")
    with pytest.raises(Refused) as caught:
        office.connector().moderate(replace(item, kind=Kind.HIDE)) if name == "hide" else write(office, item)
    assert caught.value.reason is Reason.NO_PERMISSION


def test_a_missing_permission_to_post_asks_a_person(office: Office) -> None:
    item = office.signed_in().picture("Donor darah")
    office.fault("publish", "permission-missing")
    with pytest.raises(LoginNeeded) as caught:
        write(office, item)
    assert caught.value.reason is Reason.NO_PERMISSION


PUBLISH = r"/(feed|media_publish)$"


def graph_error(code: int, subcode: int = 0, message: str = "no", **more: Any) -> dict[str, Any]:
    return {"error": {"message": message, "type": "OAuthException", "code": code, "error_subcode": subcode, **more}}


@pytest.mark.parametrize(
    ("answer", "ours", "reason"),
    [
        (Answer(503, {}), OutcomeUnknown, Reason.SERVER_ERROR),  # the library would call this success
        (Answer(503, {}, after=True), OutcomeUnknown, Reason.SERVER_ERROR),
        (Answer(502, b"<html>bad gateway</html>", after=True), OutcomeUnknown, Reason.SERVER_ERROR),
        (Answer(408, {}), OutcomeUnknown, Reason.SERVER_ERROR),
        (Answer(200, b"<html>Sign in to the hotspot</html>"), OutcomeUnknown, Reason.UNREADABLE),
        (Answer(200, {}, after=True), OutcomeUnknown, Reason.UNREADABLE),
        (Answer(200, [], after=True), OutcomeUnknown, Reason.UNREADABLE),
        (Answer(200, b"null", after=True), OutcomeUnknown, Reason.UNREADABLE),
        (Answer(200, {"id": None}, after=True), OutcomeUnknown, Reason.UNREADABLE),
        (Answer(200, {"id": True}, after=True), OutcomeUnknown, Reason.UNREADABLE),
        (Answer(200, b'{"id": "12', after=True, cut=True), OutcomeUnknown, Reason.DROPPED),
        (Answer(400, graph_error(1)), OutcomeUnknown, Reason.SERVER_ERROR),
        (Answer(400, graph_error(2, is_transient=True), after=True), OutcomeUnknown, Reason.SERVER_ERROR),
        (Answer(400, graph_error(100, is_transient=True)), OutcomeUnknown, Reason.SERVER_ERROR),
        (Answer(400, graph_error(-1, 2207001)), OutcomeUnknown, Reason.SERVER_ERROR),
        (Answer(400, graph_error(100)), Refused, Reason.REFUSED),
        (Answer(400, graph_error(36004, 2207010)), Refused, Reason.TEXT_REFUSED),
        (Answer(400, graph_error(9, 2207042)), RateLimited, Reason.TOO_FAST),
        (Answer(403, graph_error(32, is_transient=True)), RateLimited, Reason.TOO_FAST),
        (Answer(400, graph_error(368)), RateLimited, Reason.ACTION_BLOCKED),
        (Answer(400, graph_error(25, 2207050)), LoginNeeded, Reason.SUSPENDED),
        (Answer(400, graph_error(2635)), LoginNeeded, Reason.LIBRARY_OUTDATED),
        (Answer(400, graph_error(190, 460)), LoginNeeded, Reason.SESSION_EXPIRED),
        (Answer(400, graph_error(190, 492)), LoginNeeded, Reason.NO_PERMISSION),
    ],
)
def test_odd_answers_to_the_write_itself(
    office: Office, answer: Answer, ours: type[ConnectorError], reason: Reason
) -> None:
    office.signed_in().wire.tell(PUBLISH, replace(answer))
    with pytest.raises(ConnectorError) as caught:
        write(office, office.picture("Senam lansia"))
    assert (type(caught.value), caught.value.reason) == (ours, reason)
    assert left(office) == 1
    assert len(office.ledger("post")) == answer.after


class TakenOverError(Exception):
    """What the desk's own `remember` raises."""


@pytest.mark.parametrize("name", WRITES)
def test_what_remember_raises_comes_out_and_stops_the_write(office: Office, name: str) -> None:
    _, kind, make = WRITES[name]
    item = make(office.signed_in())
    before = office.ledger(kind)
    office.wire.seen.clear()
    raised = TakenOverError()

    def remember(handle: Mapping[str, str]) -> None:
        raise raised

    with pytest.raises(TakenOverError) as caught:
        write(office, item, remember)
    assert caught.value is raised
    assert (office.ledger(kind), left(office)) == (before, 0)


def test_a_doublet_that_meta_refuses_is_what_an_earlier_attempt_wrote(office: Office) -> None:
    item = office.signed_in().answer_to_comment()
    begun = datetime.now(UTC).isoformat()
    sent = write(office, item)
    office.wire.tell(r"/(comments|replies)$", Answer(400, graph_error(506)))
    assert write(office, replace(item, handle={"begun": begun})) == sent
    office.wire.tell(r"/(comments|replies)$", Answer(400, graph_error(506)))
    with pytest.raises(Refused) as caught:
        write(office, replace(item, text="Lain lagi"))
    assert caught.value.reason is Reason.DUPLICATE
    assert len(office.ledger("reply")) == 1


def test_two_that_look_alike_ask_a_person(office: Office) -> None:
    item = office.signed_in().answer_to_comment()
    begun = datetime.now(UTC)
    write(office, item)
    write(office, item)
    assert isinstance(office.connector().find_own(item, begun), CannotTell)
    item = office.picture("Senam lansia")
    write(office, item)
    write(office, item)
    assert isinstance(office.connector().find_own(item, begun), CannotTell)


def test_what_stood_before_is_not_this_one(office: Office) -> None:
    item = office.signed_in().picture("Senam lansia")
    write(office, item)
    later = datetime.now(UTC) + timedelta(minutes=5)
    assert office.connector().find_own(item, later) == Absent()
    for item in (office.answer_to_comment(), office.answer_to_message(), office.private_answer()):
        write(office, item)
        assert office.connector().find_own(item, later) == Absent()


def test_a_list_that_does_not_reach_back_cannot_tell(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.signed_in()
    for module in ("connectors.facebook", "connectors.instagram_graph"):
        monkeypatch.setattr(f"{module}.WATCHED", 1)
    monkeypatch.setattr("connectors.graph.page.LIST_PAGES", 2)
    for number in range(4):
        office.post(f"Kiriman {number}")
    lookup = office.connector().find_own(office.picture("Senam lansia"), datetime.now(UTC))
    assert isinstance(lookup, CannotTell)


def test_what_stands_in_lists_late_is_found_then(office: Office) -> None:
    office.stand_in.late_s = 3600
    item = office.signed_in().answer_to_comment()
    office.fault("reply", "eventually")
    begun = datetime.now(UTC)
    sent = write(office, item)
    assert office.connector().find_own(item, begun) == Absent()  # why the desk waits `lag_s` before it looks
    office.stand_in.world.catch_up()
    assert office.connector().find_own(item, begun) == Found(sent)


def test_an_answer_to_an_answer_is_found_again(office: Office) -> None:
    item = office.signed_in().answer_to_comment()
    below = office.citizen("comment", "Ikut tanya", post=item.post, parent=item.parent, author="budi")
    item, begun = replace(item, parent=below["id"]), datetime.now(UTC)
    assert office.connector().find_own(item, begun) == Absent()
    sent = write(office, item)
    assert office.connector().find_own(item, begun) == Found(sent)


def test_the_same_words_under_another_comment_are_not_this_answer(office: Office) -> None:
    item, begun = office.signed_in().answer_to_comment(), datetime.now(UTC)
    write(office, item)
    other = office.citizen("comment", "Terima kasih juga", post=item.post, author="wati")
    assert office.connector().find_own(replace(item, parent=other["id"]), begun) == Absent()


@pytest.mark.parametrize("gone", ["comment", "post"])
def test_an_answer_under_what_was_deleted(office: Office, gone: str) -> None:
    office.signed_in().answer_to_comment()  # one that stands: so we are shown comments
    item, begun = office.answer_to_comment(), datetime.now(UTC)
    office.connector().delete_own(item, item.parent if gone == "comment" else item.post)
    with pytest.raises(Refused) as caught:
        write(office, item)
    assert caught.value.reason is Reason.NOT_FOUND
    assert office.connector().find_own(item, begun) == Absent()


def test_outside_the_24_hours_nobody_can_be_written_to(office: Office) -> None:
    write(office, office.signed_in().private_answer())
    with pytest.raises(Refused) as caught:
        write(office, Item(Kind.DM, "Masih ada?", uuid4(), thread=office.person()))
    assert caught.value.reason is Reason.ANSWER_TOO_LATE


def test_a_comment_has_one_private_reply(office: Office) -> None:
    item = office.signed_in().private_answer()
    write(office, item)
    with pytest.raises(Refused) as caught:
        write(office, replace(item, text="Sekali lagi"))
    assert caught.value.reason is Reason.DUPLICATE


def test_a_comment_is_hidden_again_and_again_without_harm(office: Office) -> None:
    item = replace(office.signed_in().answer_to_comment(), kind=Kind.HIDE)
    for _ in range(2):
        assert office.connector().moderate(item) == Sent(item.parent)
    assert office.stand_in.world.comments[item.parent].state == "hidden"
    with pytest.raises(Refused):
        office.connector().moderate(replace(item, kind=Kind.SPAM))


def test_messages_can_not_be_taken_back(office: Office) -> None:
    item = office.signed_in().answer_to_message()
    sent = write(office, item)
    with pytest.raises(Refused) as caught:
        office.connector().delete_own(item, sent.remote_id)
    assert caught.value.reason is Reason.UNSUPPORTED


@pytest.mark.parametrize("kind", [Kind.PHOTO, Kind.CAROUSEL, Kind.VIDEO, Kind.REEL])
def test_what_can_not_become_a_post_never_leaves(office: Office, kind: Kind) -> None:
    office.signed_in().wire.seen.clear()
    with pytest.raises(Refused):
        write(office, Item(kind, "Kosong", uuid4()))
    assert office.wire.seen == []


# --- Facebook alone


def test_words_alone_and_a_link_in_them(page: Office) -> None:
    item, begun = Item(Kind.TEXT, "Baca: https://dinkes.example/dbd.", uuid4()), datetime.now(UTC)
    sent = write(page, item)
    assert page.connector().find_own(item, begun) == Found(sent)
    assert page.stand_in.world.details[sent.remote_id]["link"] == "https://dinkes.example/dbd"
    assert sent.permalink == f"https://www.facebook.com/{sent.remote_id.replace('_', '/posts/')}"


def test_the_same_words_twice_are_told_apart_by_their_photos(page: Office) -> None:
    item, begun = page.picture("Senam lansia"), datetime.now(UTC)
    sent = [write(page, item) for _ in range(2)]
    found = [page.connector().find_own(replace(item, handle=handle), begun) for handle in page.remembered]
    assert found == [Found(one) for one in sent]


def test_pictures_keep_their_words_for_the_blind(page: Office) -> None:
    sent = write(page, page.pictures("Kegiatan"))
    post = page.stand_in.world.posts[sent.remote_id]
    assert [picture.alt for picture in post.media] == ["gambar 0", "gambar 1", "gambar 2"]


def test_a_film_whose_post_is_not_there_yet_is_looked_up(page: Office) -> None:
    item, begun = page.moving("Cuci tangan"), datetime.now(UTC)
    page.wire.tell(r"/122\d+\?", *[Answer(200, {"id": "1", "published": True})] * 3)
    with pytest.raises(OutcomeUnknown):
        write(page, item)
    lookup = page.connector().find_own(replace(item, handle=page.remembered[0]), begun)
    assert isinstance(lookup, Found)
    assert [entry["id"] for entry in page.ledger("post")] == [lookup.sent.remote_id]


def test_a_film_arrives_whole(page: Office) -> None:
    item = page.moving("Cuci tangan")
    sent = write(page, replace(item, title="Enam langkah"))
    assert page.stand_in.world.posts[sent.remote_id].media[0].blob.data == item.media[0].path.read_bytes()


# --- Instagram alone


def test_a_container_left_by_a_crash_is_published_and_not_made_again(gram: Office) -> None:
    item, begun = gram.picture("Donor darah"), datetime.now(UTC)
    gram.fault("publish", "drop-before")
    with pytest.raises(OutcomeUnknown):
        write(gram, item)
    item = replace(item, handle=gram.remembered[0])
    assert gram.connector().find_own(item, begun) == Absent()
    gram.wire.seen.clear()
    sent = write(gram, item)
    assert gram.wire.asked(r"/media$", "POST") == []
    assert gram.remembered[1]["container"] == gram.remembered[0]["container"]
    assert [entry["id"] for entry in gram.ledger("post")] == [sent.remote_id]


def test_a_container_tells_an_unsent_post_from_its_double(gram: Office) -> None:
    """The same words went out by another row a moment ago."""
    item, begun = gram.picture("Donor darah"), datetime.now(UTC)
    write(gram, item)
    gram.fault("publish", "drop-before")
    with pytest.raises(OutcomeUnknown):
        write(gram, item)
    assert gram.connector().find_own(replace(item, handle=gram.remembered[1]), begun) == Absent()


def test_a_container_that_is_out_already_is_not_published_again(gram: Office) -> None:
    item = gram.picture("Donor darah")
    sent = write(gram, item)
    assert write(gram, replace(item, handle=gram.remembered[0])) == sent
    assert len(gram.ledger("post")) == 1


@pytest.mark.parametrize("status", ["ERROR", "EXPIRED"])
def test_a_container_that_came_to_nothing_is_made_anew(gram: Office, status: str) -> None:
    item, begun = gram.picture("Donor darah"), datetime.now(UTC)
    gram.fault("publish", "500-before")
    with pytest.raises(OutcomeUnknown):
        write(gram, item)
    item = replace(item, handle=gram.remembered[0])
    gram.stand_in.world.details[item.handle["container"]]["status"] = status
    assert gram.connector().find_own(item, begun) == Absent()
    sent = write(gram, item)
    assert [entry["id"] for entry in gram.ledger("post")] == [sent.remote_id]


def test_published_but_not_listed_can_not_tell(gram: Office) -> None:
    item, begun = gram.picture("Donor darah"), datetime.now(UTC)
    sent = write(gram, item)
    gram.stand_in.world._late[sent.remote_id] = float("inf")
    item = replace(item, handle=gram.remembered[0])
    assert isinstance(gram.connector().find_own(item, begun), CannotTell)
    with pytest.raises(OutcomeUnknown):
        write(gram, item)
    assert left(gram) == 1


def test_a_film_that_takes_long_is_remembered_and_taken_up_later(gram: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    item = gram.moving("Cuci tangan")
    monkeypatch.setattr(containers, "POLLS_S", ())
    with pytest.raises(Unreachable) as caught:
        write(gram, item)
    assert caught.value.reason is Reason.TIMEOUT
    assert left(gram) == 0
    sent = write(gram, replace(item, handle=gram.remembered[0]))
    assert len(gram.wire.asked(r"/media$", "POST")) == 1
    assert [entry["id"] for entry in gram.ledger("post")] == [sent.remote_id]


@pytest.mark.parametrize(
    ("size", "address", "reason"),
    [
        ((600, 600), "", Reason.MEDIA_UNREACHABLE),
        ((600, 600), "http://127.0.0.1:9/gambar.jpg", Reason.MEDIA_UNREACHABLE),
        ((600, 600), "https://puskesmas.example/gambar.jpg", Reason.MEDIA_UNREACHABLE),
        ((300, 900), None, Reason.MEDIA_REFUSED),
    ],
)
def test_a_picture_that_instagram_can_not_take(
    gram: Office, size: tuple[int, int], address: str | None, reason: Reason
) -> None:
    medium = gram.file(0, size)
    medium = medium if address is None else replace(medium, url=address)
    with pytest.raises(Refused) as caught:
        write(gram, Item(Kind.PHOTO, "Gambar", uuid4(), (medium,)))
    assert caught.value.reason is reason
    assert gram.ledger("post") == []


def test_whether_our_address_can_be_reached_is_asked_live(gram: Office) -> None:
    assert gram.connector().reachable(gram.file().url)
    assert not gram.connector().reachable("http://127.0.0.1:9/gambar.jpg")
    assert gram.ledger("post") == []


def test_quota_is_what_instagram_counts(gram: Office) -> None:
    gram.post()
    assert gram.connector().quota() == (1, 50)


def test_a_message_counts_in_bytes(gram: Office) -> None:
    item = gram.answer_to_message()
    with pytest.raises(Refused) as caught:
        write(gram, replace(item, text="é" * 501))
    assert caught.value.reason is Reason.TEXT_REFUSED
    assert gram.ledger("dm") == []


def test_a_post_that_mentions_us_is_answered_by_a_mention(gram: Office) -> None:
    gram.wire.tell(r"/mentions$", Answer(200, {"id": "17"}))
    item = Item(Kind.REPLY, "Terima kasih", uuid4(), parent="180/181")
    assert write(gram, item) == Sent("17")
    body = gram.wire.asked(r"/mentions$")[0].body.decode()
    assert "media_id=180" in body
    assert "comment_id=181" in body
    assert isinstance(gram.connector().find_own(item, datetime.now(UTC)), CannotTell)


def test_nothing_is_read_from_the_disk(gram: Office) -> None:
    """Instagram takes addresses: a film of 300 MB never passes through the worker."""
    item = gram.picture("Donor darah")
    item.media[0].path.unlink()
    assert write(gram, item).remote_id


def test_the_handle_is_json(office: Office) -> None:
    write(office.signed_in(), office.pictures("Kegiatan"))
    assert json.loads(json.dumps(office.remembered)) == office.remembered


def test_no_file_no_post(page: Office) -> None:
    medium = Media(page.folder / "hilang.jpg", "image/jpeg")
    with pytest.raises(Refused) as caught:
        write(page, Item(Kind.PHOTO, "Hilang", uuid4(), (medium,)))
    assert caught.value.reason is Reason.MEDIA_REFUSED


@pytest.mark.parametrize(
    ("method", "path", "body", "shows"),
    [
        ("POST", "1/feed", b"message=x", True),
        ("POST", "1_2/comments?x=y", b"message=x", True),
        ("POST", "1/media_publish", b"creation_id=1", True),
        ("POST", "1/messages", b"", True),
        ("POST", "1/mentions", b"", True),
        ("POST", "1/photos", b"url=x&published=false&caption=y", False),
        ("POST", "1/photos", b"url=x&caption=published", True),
        ("POST", "1/photos", b'name="published"\r\n\r\nfalse\r\n--', False),
        ("POST", "1/photos", b'name="published"\r\n\r\ntrue\r\n--', True),
        ("POST", "1/videos", b"upload_phase=start", False),
        ("POST", "1/videos", b"upload_phase=finish&description=x", True),
        ("POST", "1/media", b"image_url=x", False),
        ("POST", "1_2", b"is_hidden=true", False),
        ("GET", "1/feed", b"", False),
        ("DELETE", "1_2", b"", False),
    ],
)
def test_what_can_not_be_taken_back(method: str, path: str, body: bytes, shows: bool) -> None:
    request = requests.Request(method, f"https://graph.facebook.com/v26.0/{path}", data=body).prepare()
    assert cannot_be_taken_back(request) == shows
