"""What goes out to X: once, whatever the wire does; the ledger is the judge."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import requests

from connectors.base import Absent, CannotTell, Found, Item, Kind, Media, Sent
from connectors.errors import ConnectorError, LoginNeeded, OutcomeUnknown, RateLimited, Reason, Refused, Unreachable
from connectors.twitter import X
from tests.connectors.instagram.between import Answer
from tests.connectors.twitter.conftest import HANDLE, Office

ONCE = r"/2/tweets$|/messages$"
TWEETS = r"/2/tweets$"


def text(office: Office) -> Item:
    return Item(Kind.TEXT, "Jadwal imunisasi & posyandu: https://dinkes.example/jadwal?a=1&b=2", uuid4())


def answer_to_comment(office: Office) -> Item:
    post = office.post("Kelas ibu hamil")
    comment = office.citizen("comment", "Terima kasih bu bidan", post=post)
    return Item(Kind.REPLY, "Sama-sama, Bu Siti <3", uuid4(), post=post, parent=comment["id"])


def answer_to_mention(office: Office) -> Item:
    return Item(Kind.REPLY, "Buka jam 8, Pak.", uuid4(), parent=office.mention("Buka jam berapa?"))


def answer_to_message(office: Office) -> Item:
    message = office.citizen("dm", "Kapan imunisasi?")
    return Item(Kind.DM, "Setiap Selasa: https://dinkes.example/jadwal", uuid4(), thread=office.thread(message))


WRITES: dict[str, tuple[str, str, Callable[[Office], Item]]] = {
    "text": ("publish", "post", text),
    "photo": ("publish", "post", lambda office: office.pictures("Jadwal imunisasi bulan ini", 1)),
    "carousel": ("publish", "post", lambda office: office.pictures("Empat langkah", 4)),
    "video": ("publish", "post", lambda office: office.film("Cuci tangan")),
    "reply": ("reply", "reply", answer_to_comment),
    "reply to a mention": ("reply", "reply", answer_to_mention),
    "dm": ("dm", "dm", answer_to_message),
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
    "permission-missing": (Refused, Reason.NO_PERMISSION),
}


def write(connector: X, item: Item, remember: Callable[[Mapping[str, str]], None]) -> Sent:
    return connector.publish(item, remember) if item.kind.is_post else connector.reply(item, remember)


@pytest.mark.parametrize("shape", WRITES)
def test_a_write_stands_once_and_is_found_again(office: Office, shape: str) -> None:
    _, kind, make = WRITES[shape]
    item = make(office.signed_in())
    begun, before = datetime.now(UTC), len(office.ledger(kind))
    office.wire.seen.clear()
    office.remembered.clear()
    sent = write(office.connector(), item, office.remember)
    (entry,) = office.ledger(kind)[before:]
    assert (entry["id"], entry["text"], entry["media"]) == (sent.remote_id, item.text, len(item.media))
    assert len(office.wire.asked(ONCE, "POST")) == len(office.remembered) == 1
    assert sent.permalink == ("" if item.kind is Kind.DM else f"https://x.com/{HANDLE}/status/{sent.remote_id}")
    assert office.connector().find_own(item, begun) == Found(sent)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("shape", ["text", "reply", "dm"])
def test_a_fault_never_makes_a_second_write(office: Office, shape: str, fault: str) -> None:
    operation, kind, make = WRITES[shape]
    item = make(office.signed_in())
    begun, before = datetime.now(UTC), len(office.ledger(kind))
    office.wire.seen.clear()
    office.remembered.clear()
    office.fault(operation, fault)
    ours, reason = FAULTS[fault]
    with pytest.raises(ConnectorError) as caught:
        write(office.connector(), item, office.remember)
    assert (type(caught.value), caught.value.reason) == (ours, reason)
    stands = office.ledger(kind)[before:]
    assert len(stands) == ("after" in fault)
    assert len(office.wire.asked(ONCE, "POST")) == len(office.remembered) == 1
    lookup = office.connector().find_own(item, begun)
    assert lookup == (Found(lookup.sent) if isinstance(lookup, Found) else Absent())
    assert isinstance(lookup, Found) == ("after" in fault)


@pytest.mark.parametrize("shape", ["photo", "video"])
@pytest.mark.parametrize("fault", ["429", "500-before", "drop-before", "drop-after", "timeout-after", "token-revoked"])
def test_a_fault_while_uploading_leaves_nothing(office: Office, fault: str, shape: str) -> None:
    item = WRITES[shape][2](office.signed_in())
    office.fault("upload", fault)
    with pytest.raises((Unreachable, RateLimited, LoginNeeded)):
        office.connector().publish(item, office.remember)
    assert [*office.ledger("post"), *office.remembered, *office.wire.asked(ONCE, "POST")] == []


@pytest.mark.parametrize(
    ("fault", "least", "most"),
    [("429", timedelta(minutes=14), timedelta(minutes=16)), ("quota", timedelta(hours=11), timedelta(hours=13))],
)
def test_x_says_until_when_it_wants_rest(office: Office, fault: str, least: timedelta, most: timedelta) -> None:
    office.signed_in().fault("publish", fault)
    with pytest.raises(RateLimited) as caught:
        office.post()
    assert caught.value.until is not None
    assert least < caught.value.until - datetime.now(UTC) < most


NO = "about:blank"


@pytest.mark.parametrize(
    ("answer", "ours", "reason"),
    [
        (Answer(408, {"title": "timeout"}), OutcomeUnknown, Reason.SERVER_ERROR),
        (Answer(200, b"<html>Sign in to the hotspot</html>"), OutcomeUnknown, Reason.UNREADABLE),
        (Answer(201, b'{"data": {"id"', after=True, cut=True), OutcomeUnknown, Reason.DROPPED),
        (Answer(201, {"data": {}}, after=True), OutcomeUnknown, Reason.UNREADABLE),
        (Answer(201, {"errors": [{"title": "x", "type": NO}]}, after=True), OutcomeUnknown, Reason.UNREADABLE),
        (Answer(201, b"null", after=True), OutcomeUnknown, Reason.UNREADABLE),
        (Answer(201, b"[]", after=True), OutcomeUnknown, Reason.UNREADABLE),
        (Answer(502, b"<html>bad gateway</html>", after=True), OutcomeUnknown, Reason.SERVER_ERROR),
        (Answer(403, b"[]"), OutcomeUnknown, Reason.UNREADABLE),
        (Answer(403, b"<html>blocked by the office's proxy</html>"), Refused, Reason.NO_PERMISSION),
        (Answer(402, {"title": "CreditsDepleted", "type": NO}), LoginNeeded, Reason.NO_CREDIT),
        (Answer(403, {"detail": "Your account is suspended and is not permitted"}), LoginNeeded, Reason.SUSPENDED),
        (Answer(403, {"detail": "no", "reason": "client-not-enrolled"}), LoginNeeded, Reason.NO_PERMISSION),
        (
            Answer(403, {"errors": [{"message": "Tweet needs to be a bit shorter.", "code": 186}]}),
            Refused,
            Reason.TEXT_REFUSED,
        ),
        (Answer(403, {"detail": "This request looks like it might be automated."}), RateLimited, Reason.ACTION_BLOCKED),
        (Answer(400, {"detail": "Your media IDs are invalid."}), Refused, Reason.MEDIA_REFUSED),
        (Answer(400, {"detail": "One or more parameters"}), Refused, Reason.REFUSED),
        (Answer(418, {"detail": "teapot"}), Refused, Reason.REFUSED),
    ],
)
def test_odd_answers_to_the_write_itself(
    office: Office, answer: Answer, ours: type[ConnectorError], reason: Reason
) -> None:
    office.signed_in().wire.tell(TWEETS, answer)
    with pytest.raises(ConnectorError) as caught:
        office.post("Senam lansia")
    assert (type(caught.value), caught.value.reason) == (ours, reason)
    assert len(office.wire.asked(ONCE, "POST")) == 1
    assert len(office.ledger("post")) == answer.after


def test_x_taking_us_for_a_machine_rests_for_hours(office: Office) -> None:
    office.signed_in().wire.tell(TWEETS, Answer(403, {"detail": "This looks like it might be automated."}))
    with pytest.raises(RateLimited) as caught:
        office.post()
    assert caught.value.until is not None
    assert caught.value.until > datetime.now(UTC) + timedelta(hours=5)


# --- answers


def test_an_answer_that_nobody_asked_for_is_done_by_hand(office: Office) -> None:
    """A citizen who answers another under our post does not name us: X wants a person to write there."""
    post = office.signed_in().post()
    first = office.citizen("comment", "Kapan?", post=post, author="budi")
    second = office.citizen("comment", "@budi besok katanya", post=post, parent=first["id"], author="wati")
    item = Item(Kind.REPLY, "Benar, Bu.", uuid4(), post=post, parent=second["id"])
    with pytest.raises(Refused) as caught:
        office.connector().reply(item, office.remember)
    assert caught.value.reason is Reason.REPLY_BY_HAND
    assert office.ledger("reply") == []


@pytest.mark.parametrize(
    "detail",
    [
        "You are not permitted to perform this action.",
        "The original Tweet author restricted who can reply to this Tweet.",
    ],
)
def test_any_other_403_to_an_answer_is_done_by_hand_too(office: Office, detail: str) -> None:
    item = answer_to_comment(office.signed_in())
    office.wire.tell(TWEETS, Answer(403, {"title": "Forbidden", "detail": detail, "type": NO, "status": 403}))
    with pytest.raises(Refused) as caught:
        office.connector().reply(item, office.remember)
    assert caught.value.reason is Reason.REPLY_BY_HAND


def test_an_answer_to_what_is_gone(office: Office) -> None:
    item = Item(Kind.REPLY, "Halo", uuid4(), post="1", parent="12345")
    with pytest.raises(Refused) as caught:
        office.signed_in().connector().reply(item, office.remember)
    assert caught.value.reason is Reason.NOT_FOUND


def test_a_message_to_somebody_who_did_not_write(office: Office) -> None:
    own_id = office.connector().check().remote_id
    item = Item(Kind.DM, "Halo", uuid4(), thread=f"{own_id}-999")
    with pytest.raises(Refused) as caught:
        office.connector().reply(item, office.remember)
    assert caught.value.reason is Reason.MESSAGES_CLOSED


def test_an_answer_without_a_parent_stands_under_the_post(office: Office) -> None:
    post = office.signed_in().post()
    item = Item(Kind.REPLY, "Tambahan: bawa buku KIA.", uuid4(), post=post)
    sent = office.connector().reply(item, office.remember)
    assert [entry["parent"] for entry in office.ledger("reply")] == [post]
    assert office.connector().find_own(item, datetime.now(UTC)) == Found(sent)


def test_the_same_thanks_to_somebody_else_is_not_taken_for_ours(office: Office) -> None:
    begun = datetime.now(UTC)
    post = office.signed_in().post()
    first, second = (office.citizen("comment", "Bagus", post=post, author=who) for who in ("andi", "budi"))
    thanks = [Item(Kind.REPLY, "Terima kasih!", uuid4(), post=post, parent=one["id"]) for one in (first, second)]
    sent = office.connector().reply(thanks[0], office.remember)
    assert office.connector().find_own(thanks[0], begun) == Found(sent)
    assert office.connector().find_own(thanks[1], begun) == Absent()


# --- the same text twice


def test_a_text_that_stands_already_is_looked_up(office: Office) -> None:
    item, begun = text(office.signed_in()), datetime.now(UTC)
    sent = office.connector().publish(item, office.remember)
    with pytest.raises(OutcomeUnknown) as caught:
        office.connector().publish(item, office.remember)
    assert caught.value.reason is Reason.DUPLICATE
    assert office.connector().find_own(item, begun) == Found(sent)
    assert len(office.ledger("post")) == 1


def test_a_second_attempt_finds_the_post_of_the_first(office: Office) -> None:
    """The first one's list was late and showed nothing; X refuses the second. The doubt is about the first."""
    item = text(office.signed_in())
    sent = office.connector().publish(item, office.remember)
    (handle,) = office.remembered
    later = datetime.now(UTC) + timedelta(hours=1)
    again = Item(item.kind, item.text, item.nonce, handle=handle)
    assert office.connector().find_own(item, later) == Absent()
    assert office.connector().find_own(again, later) == Found(sent)
    with pytest.raises(OutcomeUnknown):
        office.connector().publish(again, office.remember)
    assert office.remembered[1]["begun"] == handle["begun"]


def test_what_lists_show_late_is_found_later(office: Office) -> None:
    office.stand_in.late_s = 3600
    office.signed_in().fault("publish", "eventually")
    item, begun = text(office), datetime.now(UTC)
    sent = office.connector().publish(item, office.remember)
    assert office.connector().find_own(item, begun) == Absent()
    office.stand_in.world.catch_up()
    assert office.connector().find_own(item, begun) == Found(sent)


def test_two_that_look_the_same_are_for_a_person_unless_the_files_tell(office: Office) -> None:
    """A list that X let two equal posts into; the file's own key tells ours from the other."""
    begun = datetime.now(UTC)
    item, twin = office.pictures("Sama persis", 1), office.pictures("Sebelumnya", 1)
    other = office.signed_in().connector().publish(twin, office.remember)
    office.stand_in.world.posts[other.remote_id].text = item.text
    assert office.connector().find_own(item, begun) == Found(other)
    office.wire.tell(TWEETS, Answer(503, b"", after=True))
    office.stand_in.world.posts[other.remote_id].text = ""
    with pytest.raises(OutcomeUnknown):
        office.connector().publish(item, office.remember)
    office.stand_in.world.posts[other.remote_id].text = item.text
    (ours,) = [entry["id"] for entry in office.ledger("post") if entry["id"] != other.remote_id]
    known = Item(item.kind, item.text, item.nonce, item.media, handle=office.remembered[-1])
    assert isinstance(office.connector().find_own(item, begun), CannotTell)
    assert office.connector().find_own(known, begun) == Found(Sent(ours, f"https://x.com/{HANDLE}/status/{ours}"))


@pytest.mark.parametrize("shape", ["text", "reply", "dm"])
def test_what_we_wrote_can_be_taken_back(office: Office, shape: str) -> None:
    _, _, make = WRITES[shape]
    item, begun = make(office.signed_in()), datetime.now(UTC)
    sent = write(office.connector(), item, office.remember)
    office.connector().delete_own(item, sent.remote_id)
    assert office.connector().find_own(item, begun) == Absent()


def test_the_lookup_raises_rather_than_say_absent(office: Office) -> None:
    office.signed_in().fault("fetch", "drop-before")
    with pytest.raises(Unreachable):
        office.connector().find_own(text(office), datetime.now(UTC))


# --- files


def test_pictures_arrive_whole_and_described(office: Office) -> None:
    item = office.pictures("Empat langkah", 4)
    office.signed_in().connector().publish(item, office.remember)
    (post,) = office.stand_in.world.posts.values()
    assert [picture.alt for picture in post.media] == [medium.alt_text for medium in item.media]
    assert [picture.blob.data for picture in post.media] == [medium.path.read_bytes() for medium in item.media]
    assert {host for seen in office.wire.asked("/media/") for host in [seen.path.split("/")[0]]} == {"api.x.com"}


def test_a_film_arrives_whole_in_pieces(office: Office) -> None:
    item = office.film("Cuci tangan")
    office.signed_in().connector().publish(item, office.remember)
    (post,) = office.stand_in.world.posts.values()
    assert post.media[0].blob.data == item.media[0].path.read_bytes()
    assert len(office.wire.asked("/append")) == 3
    assert len(office.wire.asked("command=STATUS")) == 2


def test_a_film_that_x_cannot_work_up(office: Office) -> None:
    failed = {"data": {"id": "1", "processing_info": {"state": "failed", "error": {"name": "InvalidMedia"}}}}
    office.signed_in().wire.tell("command=STATUS", Answer(200, failed))
    with pytest.raises(Refused) as caught:
        office.connector().publish(office.film("x"), office.remember)
    assert caught.value.reason is Reason.MEDIA_REFUSED
    assert "InvalidMedia" in caught.value.detail


def test_a_film_that_is_never_ready_was_surely_not_posted(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.twitter.media.READY_S", 0.05)
    working = {"data": {"id": "1", "processing_info": {"state": "in_progress"}}}
    office.signed_in().wire.tell("command=STATUS", *[Answer(200, working)] * 200)
    with pytest.raises(Unreachable) as caught:
        office.connector().publish(office.film("x"), office.remember)
    assert caught.value.reason is Reason.TIMEOUT
    assert office.ledger("post") == []


@pytest.mark.parametrize(
    "case",
    ["two photos", "five pictures", "one in a carousel", "no film", "not there", "empty", "too big", "a gif", "reply"],
)
def test_what_cannot_become_a_post_is_refused_before_anything_is_sent(
    office: Office, case: str, tmp_path: Path
) -> None:
    one, five = office.pictures("x", 1), office.pictures("x", 5)
    (tmp_path / "empty.png").touch()
    (tmp_path / "big.png").write_bytes(bytes(5_000_001))
    items: dict[str, tuple[Kind, tuple[Media, ...]]] = {
        "two photos": (Kind.PHOTO, five.media[:2]),
        "five pictures": (Kind.CAROUSEL, five.media),
        "one in a carousel": (Kind.CAROUSEL, one.media),
        "no film": (Kind.VIDEO, one.media),
        "not there": (Kind.PHOTO, (Media(tmp_path / "gone.png", "image/png"),)),
        "empty": (Kind.PHOTO, (Media(tmp_path / "empty.png", "image/png"),)),
        "too big": (Kind.PHOTO, (Media(tmp_path / "big.png", "image/png"),)),
        "a gif": (Kind.PHOTO, (Media(one.media[0].path, "image/gif"),)),
        "reply": (Kind.REPLY, one.media),
    }
    kind, media = items[case]
    connector = office.signed_in().connector()
    office.wire.seen.clear()
    with pytest.raises(Refused) as caught:
        write(connector, Item(kind, "x", uuid4(), media, parent="1"), office.remember)
    assert caught.value.reason in {Reason.MEDIA_REFUSED, Reason.UNSUPPORTED}
    assert office.wire.seen == []


# --- moderating


def test_an_answer_under_our_post_is_hidden_and_hiding_again_does_no_harm(office: Office) -> None:
    post = office.signed_in().post()
    comment = office.citizen("comment", "Kata kasar", post=post)
    item = Item(Kind.HIDE, "", uuid4(), post=post, parent=comment["id"])
    for _ in range(2):
        assert office.connector().moderate(item).remote_id == comment["id"]
    page = requests.get(f"{office.stand_in.base}/x.com/{HANDLE}/status/{post}", timeout=5).text
    assert "Kata kasar" not in page


def test_what_x_cannot_do_is_said(office: Office) -> None:
    with pytest.raises(Refused) as caught:
        office.signed_in().connector().moderate(Item(Kind.SPAM, "", uuid4(), parent="1"))
    assert caught.value.reason is Reason.UNSUPPORTED


@pytest.mark.parametrize(
    ("answer", "ours"),
    [(Answer(200, {"data": {"hidden": False}}), Refused), (Answer(500), Unreachable), (Answer(200, b"?"), Unreachable)],
)
def test_hiding_that_failed(office: Office, answer: Answer, ours: type[ConnectorError]) -> None:
    office.signed_in().wire.tell("/hidden", answer)
    with pytest.raises(ours):
        office.connector().moderate(Item(Kind.HIDE, "", uuid4(), parent="1"))


def test_a_list_that_does_not_reach_back_proves_nothing(office: Office) -> None:
    office.signed_in().post("Lain")
    now = datetime.now(UTC)
    for number in range(10):
        young = {"id": str(10**18 - number), "text": "x", "created_at": now.isoformat(), "author_id": "1"}
        page = {"data": [young], "meta": {"next_token": f"page-{number:016d}"}}
        office.wire.tell(r"/users/\d+/tweets", Answer(200, page))
    assert isinstance(office.connector().find_own(text(office), now), CannotTell)
