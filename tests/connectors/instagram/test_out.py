"""What goes out to Instagram: once, whatever the wire does; the ledger is the judge."""

import io
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import requests
from PIL import Image

from connectors.base import Absent, CannotTell, Found, Item, Kind, Media, Sent
from connectors.errors import ConnectorError, LoginNeeded, OutcomeUnknown, RateLimited, Reason, Refused, Unreachable
from connectors.instagram import Instagram, uploads
from connectors.instagram.client import IRREVERSIBLE
from tests.connectors.instagram.between import Answer, Between
from tests.connectors.instagram.conftest import Office, draw

CONFIGURE = r"/media/configure"
ONCE = IRREVERSIBLE.pattern

WRITES: dict[str, tuple[str, Callable[[Office], Item]]] = {
    "publish": ("post", lambda office: office.picture("Jadwal imunisasi bulan ini")),
    "reply": ("reply", lambda office: answer_to_comment(office)),
    "dm": ("dm", lambda office: answer_to_message(office)),
}

FAULTS: dict[str, tuple[type[ConnectorError], Reason]] = {
    "429": (RateLimited, Reason.TOO_FAST),
    "500-before": (OutcomeUnknown, Reason.SERVER_ERROR),
    "500-after": (OutcomeUnknown, Reason.SERVER_ERROR),
    "timeout-after": (OutcomeUnknown, Reason.TIMEOUT),
    "drop-before": (OutcomeUnknown, Reason.DROPPED),
    "drop-after": (OutcomeUnknown, Reason.DROPPED),
    "login-required": (LoginNeeded, Reason.SESSION_EXPIRED),
    "challenge": (LoginNeeded, Reason.CHALLENGE),
}


def answer_to_comment(office: Office) -> Item:
    post = office.post("Kelas ibu hamil")
    comment = office.citizen("comment", "Terima kasih bu bidan", post=post)
    return Item(Kind.REPLY, "Sama-sama, Bu Siti.", uuid4(), post=post, parent=comment["id"])


def answer_to_message(office: Office) -> Item:
    message = office.citizen("dm", "Kapan imunisasi?")
    return Item(Kind.DM, "Setiap Selasa, Bu.", uuid4(), thread=message["parent"])


def write(connector: Instagram, item: Item, remember: Callable[[Mapping[str, str]], None]) -> Sent:
    return connector.publish(item, remember) if item.kind.is_post else connector.reply(item, remember)


@pytest.mark.parametrize("operation", WRITES)
def test_a_write_stands_once_and_is_found_again(office: Office, operation: str) -> None:
    kind, make = WRITES[operation]
    item = make(office.signed_in())
    begun, before = datetime.now(UTC), len(office.ledger(kind))
    office.wire.seen.clear()
    office.remembered.clear()
    sent = write(office.connector(), item, office.remember)
    assert [entry["id"] for entry in office.ledger(kind)[before:]] == [sent.remote_id]
    assert len(office.wire.asked(ONCE, "POST")) == len(office.remembered) == 1
    assert office.connector().find_own(item, begun) == Found(sent)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("operation", WRITES)
def test_a_fault_never_makes_a_second_write(office: Office, operation: str, fault: str) -> None:
    kind, make = WRITES[operation]
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


@pytest.mark.parametrize("fault", ["429", "500-before", "drop-before", "timeout-after", "login-required", "challenge"])
def test_a_fault_while_uploading_leaves_nothing(office: Office, fault: str) -> None:
    office.signed_in().fault("upload", fault)
    with pytest.raises((Unreachable, RateLimited, LoginNeeded)):
        office.connector().publish(office.picture("Donor darah"), office.remember)
    assert [*office.ledger("post"), *office.remembered, *office.wire.asked(ONCE, "POST")] == []


@pytest.mark.parametrize(
    ("answer", "ours", "reason"),
    [
        (Answer(408, {"message": "timeout"}), OutcomeUnknown, Reason.SERVER_ERROR),
        (Answer(200, b"<html>Sign in to the hotspot</html>"), OutcomeUnknown, Reason.UNREADABLE),
        (Answer(200, b'{"media": {"pk"', after=True, cut=True), OutcomeUnknown, Reason.DROPPED),
        (Answer(200, {"status": "ok"}, after=True), OutcomeUnknown, Reason.UNREADABLE),
        (Answer(200, {}, after=True), OutcomeUnknown, Reason.UNREADABLE),
        (Answer(200, b"null", after=True), OutcomeUnknown, Reason.UNREADABLE),
        (Answer(200, b"[]", after=True), OutcomeUnknown, Reason.UNREADABLE),
        (Answer(502, b"<html>bad gateway</html>", after=True), OutcomeUnknown, Reason.SERVER_ERROR),
        (Answer(400, {"message": "feedback_required", "spam": True}), RateLimited, Reason.ACTION_BLOCKED),
        (Answer(401, {"message": "Please wait a few minutes before you try again."}), RateLimited, Reason.TOO_FAST),
        (Answer(400, {"message": "checkpoint_required"}), LoginNeeded, Reason.CHALLENGE),
        (Answer(404, b"Not Found"), LoginNeeded, Reason.CHALLENGE),
        (Answer(400, {"message": "no", "error_type": "needs_upgrade"}), LoginNeeded, Reason.LIBRARY_OUTDATED),
        (Answer(400, {"message": "Caption is too long"}), Refused, Reason.REFUSED),
        (Answer(200, {"message": "media_needs_reupload", "error_title": "bad"}), Refused, Reason.MEDIA_REFUSED),
    ],
)
def test_odd_answers_to_the_write_itself(
    office: Office, answer: Answer, ours: type[ConnectorError], reason: Reason
) -> None:
    office.signed_in().wire.tell(CONFIGURE, answer)
    with pytest.raises(ConnectorError) as caught:
        office.connector().publish(office.picture("Senam lansia"), office.remember)
    assert (type(caught.value), caught.value.reason) == (ours, reason)
    assert len(office.wire.asked(ONCE, "POST")) == 1
    assert len(office.ledger("post")) == answer.after


def test_an_action_block_rests_for_hours(office: Office) -> None:
    office.signed_in().wire.tell(CONFIGURE, Answer(400, {"message": "feedback_required"}))
    with pytest.raises(RateLimited) as caught:
        office.connector().publish(office.picture("Senam lansia"), office.remember)
    assert caught.value.until is not None
    assert caught.value.until > datetime.now(UTC) + timedelta(hours=5)


@pytest.mark.parametrize("operation", WRITES)
def test_an_answer_that_the_library_cannot_model_still_counts(office: Office, operation: str) -> None:
    """instagrapi wants fields that the platform may drop any day; the id is there, so it was sent."""
    _, make = WRITES[operation]
    item = make(office.signed_in())
    bare = {"media": {"pk": 77}, "comment": {"pk": "77"}, "payload": {"item_id": "77"}, "status": "ok"}
    office.wire.tell(ONCE, Answer(200, bare))
    assert write(office.connector(), item, office.remember).remote_id == "77"


def test_nobody_listens(office: Office) -> None:
    connector = office.signed_in().connector()
    gone = connector.login, type(connector.network)("http://127.0.0.1:9")
    with pytest.raises(Unreachable) as caught:
        Instagram(*gone).publish(office.picture("Senam lansia"), office.remember)
    assert caught.value.reason is Reason.OFFLINE


class TakenOverError(Exception):
    """What the desk's own `remember` raises."""


@pytest.mark.parametrize("kind", [TakenOverError, requests.ConnectionError, KeyboardInterrupt])
@pytest.mark.parametrize("operation", WRITES)
def test_what_remember_raises_comes_out_untouched_and_stops_the_write(
    office: Office, operation: str, kind: type[BaseException]
) -> None:
    ledger, make = WRITES[operation]
    item = make(office.signed_in())
    before = len(office.ledger(ledger))
    office.wire.seen.clear()
    raised = kind("taken over")

    def remember(handle: Mapping[str, str]) -> None:
        raise raised

    with pytest.raises(kind) as caught:
        write(office.connector(), item, remember)
    assert caught.value is raised
    assert len(office.ledger(ledger)) == before
    assert office.wire.asked(ONCE, "POST") == []


def test_tokens_stay_the_same_over_attempts(office: Office) -> None:
    """A doubled write can be recognised only by what both attempts carry."""
    office.signed_in()
    nonce = UUID(int=987654321987654321)
    post = office.picture("Donor darah").media
    comment = answer_to_comment(office)
    message = answer_to_message(office)
    office.wire.seen.clear()
    for _ in range(2):
        office.connector().publish(Item(Kind.PHOTO, "Donor", nonce, post), office.remember)
        office.connector().reply(
            Item(Kind.REPLY, "Ya", nonce, post=comment.post, parent=comment.parent), office.remember
        )
        office.connector().reply(Item(Kind.DM, "Ya", nonce, thread=message.thread), office.remember)
    numbers = [seen.signed["upload_id"] for seen in office.wire.asked(CONFIGURE)]
    assert len(numbers) == 2
    assert len(set(numbers)) == 1
    assert len(numbers[0]) == 13
    tokens = [seen.signed["idempotence_token"] for seen in office.wire.asked("/comment/$")]
    assert tokens == [str(nonce)] * 2
    contexts = {seen.body.decode().partition("client_context=")[2][:19] for seen in office.wire.asked("broadcast")}
    assert len(contexts) == 1
    assert office.remembered[-3:] == [
        {"upload_id": numbers[0]},
        {"idempotence_token": tokens[0]},
        {"client_context": contexts.pop()},
    ]


def test_a_carousel_keeps_its_order_and_alt_texts(office: Office, tmp_path: Path) -> None:
    files = [draw(tmp_path / f"{n}.jpg", (400 + n, 400)) for n in range(3)]
    sent = (
        office.signed_in().connector().publish(office.picture("Tiga hal", *files, kind=Kind.CAROUSEL), office.remember)
    )
    assert [(entry["id"], entry["media"]) for entry in office.ledger("post")] == [(sent.remote_id, 3)]
    (request,) = office.wire.asked("configure_sidecar")
    children = request.signed["children_metadata"]
    assert [child["custom_accessibility_caption"] for child in children] == ["gambar 0", "gambar 1", "gambar 2"]
    assert len({child["upload_id"] for child in children} | {request.signed["upload_id"]}) == 4
    assert request.signed["client_sidecar_id"] == request.signed["upload_id"] == office.remembered[-1]["upload_id"]


def test_a_tall_infographic_arrives_whole(office: Office, tmp_path: Path) -> None:
    """What stands in its first and last line must be on the platform's picture too."""
    tall = Image.new("RGB", (600, 1600), "white")
    tall.paste("red", (0, 0, 600, 40))
    tall.paste("blue", (0, 1560, 600, 1600))
    tall.save(tmp_path / "tall.png")
    item = office.picture("Langkah cuci tangan", tmp_path / "tall.png")
    office.signed_in().connector().publish(item, office.remember)
    (upload,) = office.wire.asked("rupload_igphoto")
    arrived = Image.open(io.BytesIO(upload.body)).convert("RGB")
    assert arrived.width / arrived.height >= 0.8
    top, bottom = (arrived.getpixel((arrived.width // 2, y)) for y in (3, arrived.height - 4))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert top[0] > 200 > 100 > top[2]
    assert bottom[2] > 200 > 100 > bottom[0]
    (request,) = office.wire.asked(CONFIGURE)
    assert request.signed["custom_accessibility_caption"] == "gambar 0"


def reel(film: Path, *more: Media) -> Item:
    return Item(Kind.REEL, "Enam langkah", uuid4(), (Media(film, "video/mp4", "cuci tangan"), *more))


def test_a_reel_goes_out_with_a_cover_and_leaves_no_file_behind(office: Office, film: Path) -> None:
    beside = sorted(film.parent.iterdir())
    item, begun = reel(film), datetime.now(UTC)
    sent = office.signed_in().connector().publish(item, office.remember)
    assert [entry["id"] for entry in office.ledger("post")] == [sent.remote_id]
    (request,) = office.wire.asked("configure_to_clips")
    assert office.remembered == [{"upload_id": request.signed["upload_id"]}]
    assert request.signed["custom_accessibility_caption"] == "cuci tangan"
    assert sorted(film.parent.iterdir()) == beside
    assert office.connector().find_own(item, begun) == Found(sent)


def test_a_reels_own_picture_becomes_its_cover(office: Office, film: Path, tmp_path: Path) -> None:
    cover = Media(draw(tmp_path / "cover.png", (800, 800), "orange"), "image/png")
    office.signed_in().connector().publish(reel(film, cover), office.remember)
    (upload,) = office.wire.asked("rupload_igphoto")
    arrived = Image.open(io.BytesIO(upload.body)).convert("RGB")
    assert arrived.size == (1080, 1920)
    middle = arrived.getpixel((540, 960))
    assert isinstance(middle, tuple)
    assert middle[0] > 200 > middle[2]


NOT_YET = Answer(202, {"message": "Transcode not finished yet.", "status": "fail"})


def test_a_reel_waits_for_its_transcoding(office: Office, film: Path) -> None:
    """ "Not finished" is an answer: nothing was made, and asking again is right; each time the desk is asked too."""
    office.signed_in().wire.tell("configure_to_clips", NOT_YET, NOT_YET)
    office.connector().publish(reel(film), office.remember)
    assert len(office.ledger("post")) == 1
    assert len(office.remembered) == len(office.wire.asked(ONCE)) == 3


def test_a_reel_that_is_never_ready_was_surely_not_made(office: Office, film: Path) -> None:
    office.signed_in().wire.tell("configure_to_clips", *[NOT_YET] * 60)
    with pytest.raises(Unreachable):
        office.connector().publish(reel(film), office.remember)
    assert len(office.wire.asked(ONCE)) == 12
    assert office.ledger("post") == []


def test_a_reels_second_configure_never_leaves_after_an_empty_answer(office: Office, film: Path) -> None:
    """instagrapi takes `{}` for "ask again" and would, 49 times."""
    office.signed_in().wire.tell("configure_to_clips", Answer(200, {}, after=True))
    with pytest.raises(OutcomeUnknown):
        office.connector().publish(reel(film), office.remember)
    assert len(office.wire.asked(ONCE)) == len(office.ledger("post")) == 1


@pytest.mark.parametrize("case", ["two photos", "one in a carousel", "no film", "not there", "no picture", "no mp4"])
def test_what_cannot_become_a_post_is_refused_before_anything_is_sent(office: Office, film: Path, case: str) -> None:
    broken = office.file.with_name("broken.jpg")
    broken.write_bytes(b"no picture")
    items = {
        "two photos": office.picture("x", office.file, office.file),
        "one in a carousel": office.picture("x", kind=Kind.CAROUSEL),
        "no film": office.picture("x", kind=Kind.REEL),
        "not there": office.picture("x", office.file.with_name("gone.jpg")),
        "no picture": office.picture("x", broken),
        "no mp4": reel(broken),
    }
    connector = office.signed_in().connector()
    office.wire.seen.clear()
    with pytest.raises(Refused) as caught:
        connector.publish(items[case], office.remember)
    assert caught.value.reason in {Reason.MEDIA_REFUSED, Reason.UNSUPPORTED}
    assert office.wire.asked("rupload|configure") == []


@pytest.mark.parametrize("operation", WRITES)
def test_what_we_wrote_can_be_taken_back(office: Office, operation: str) -> None:
    _, make = WRITES[operation]
    item, begun = make(office.signed_in()), datetime.now(UTC)
    sent = write(office.connector(), item, office.remember)
    if operation == "dm":
        office.wire.tell("/items/.*/delete/", Answer(200, {"status": "ok"}))
    office.connector().delete_own(item, sent.remote_id)
    if operation != "dm":
        assert office.connector().find_own(item, begun) == Absent()


def test_two_that_look_the_same_are_for_a_person(office: Office) -> None:
    office.signed_in()
    item, begun = office.picture("Sama persis"), datetime.now(UTC)
    for _ in range(2):
        office.connector().publish(office.picture("Sama persis"), office.remember)
    assert isinstance(office.connector().find_own(item, begun), CannotTell)
    comment = answer_to_comment(office)
    for _ in range(2):
        office.connector().reply(comment, office.remember)
    assert isinstance(office.connector().find_own(comment, begun), CannotTell)


def test_an_older_twin_is_not_taken_for_ours(office: Office) -> None:
    office.signed_in().post("Sama persis")
    later = datetime.now(UTC) + timedelta(minutes=5)
    assert office.connector().find_own(office.picture("Sama persis"), later) == Absent()


def test_the_same_thanks_to_somebody_else_is_not_taken_for_ours(office: Office) -> None:
    begun = datetime.now(UTC)
    post = office.signed_in().post()
    first, second = (office.citizen("comment", "Bagus", post=post, author=who) for who in ("andi", "budi"))
    thanks = [Item(Kind.REPLY, "Terima kasih!", uuid4(), post=post, parent=one["id"]) for one in (first, second)]
    sent = office.connector().reply(thanks[0], office.remember)
    assert office.connector().find_own(thanks[0], begun) == Found(sent)
    assert office.connector().find_own(thanks[1], begun) == Absent()


def test_whom_we_answered_is_told_by_the_thread_where_the_platform_names_no_comment(office: Office) -> None:
    begun = datetime.now(UTC)
    connector = office.signed_in().connector()
    post = connector.publish(office.picture("x"), office.remember).remote_id
    first, second = (office.citizen("comment", "Bagus", post=post, author=who) for who in ("andi", "budi"))
    thanks = [Item(Kind.REPLY, "Terima kasih!", uuid4(), post=post, parent=one["id"]) for one in (first, second)]
    sent = connector.reply(thanks[0], office.remember)
    shown = dict(connector._ask(f"media/{post}_{connector._own_id}/comments/", {}))
    for comment in shown["comments"]:
        for answer in comment["preview_child_comments"]:
            del answer["replied_to_comment_id"]
    office.wire.tell("/comments/", Answer(200, shown), Answer(200, shown))
    assert connector.find_own(thanks[0], begun) == Found(sent)
    assert connector.find_own(thanks[1], begun) == Absent()


def test_an_answer_to_an_answer_is_found(office: Office) -> None:
    begun = datetime.now(UTC)
    post = office.signed_in().post()
    top = office.citizen("comment", "Kapan?", post=post)
    below = [office.citizen("comment", f"Ikut {n}", post=post, parent=top["id"], author=f"w{n}") for n in range(25)]
    item = Item(Kind.REPLY, "Besok.", uuid4(), post=post, parent=below[3]["id"])
    sent = office.connector().reply(item, office.remember)
    for n in range(5):
        office.citizen("comment", f"Oke {n}", post=post, parent=top["id"], author=f"x{n}")
    assert office.connector().find_own(item, begun) == Found(sent)
    assert (
        office.connector().find_own(Item(Kind.REPLY, "Besok.", uuid4(), post=post, parent=top["id"]), begun) == Absent()
    )


def test_the_lookup_raises_rather_than_say_absent(office: Office) -> None:
    office.signed_in().fault("fetch", "drop-before")
    with pytest.raises(Unreachable):
        office.connector().find_own(office.picture("x"), datetime.now(UTC))


def test_a_request_is_accepted_before_it_is_answered(office: Office) -> None:
    item = answer_to_message(office.signed_in())
    office.connector().reply(item, office.remember)
    paths = [seen.path for seen in office.wire.asked(r"/approve/|/broadcast/", "POST")]
    assert ["approve" in path for path in paths] == [True, False]


def test_a_message_with_a_link(office: Office) -> None:
    message = office.signed_in().citizen("dm", "Di mana?")
    item = Item(Kind.DM, "Lihat https://peta.example/puskesmas", uuid4(), thread=message["parent"])
    begun = datetime.now(UTC)
    sent = office.connector().reply(item, office.remember)
    assert office.connector().find_own(item, begun) == Found(sent)


def test_no_more_requests_than_needed(office: Office, wire: Between) -> None:
    office.signed_in()
    wire.seen.clear()
    office.post()
    assert [seen.path.split("/")[-2] for seen in wire.seen] == ["rupload_igphoto", "configure"]


def test_temporary_pictures_are_removed(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    office.signed_in().post()
    office.wire.tell("rupload", Answer(500))
    with pytest.raises(Unreachable):
        office.post()
    assert list(folder.iterdir()) == []
    assert uploads.SETTLE_S == 0


def test_the_permalink_is_the_platforms_own(office: Office) -> None:
    sent = office.signed_in().connector().publish(office.picture("x"), office.remember)
    posts: list[dict[str, Any]] = requests.get(f"{office.stand_in.base}/_sandbox/posts", timeout=5).json()
    assert sent.permalink == f"https://www.instagram.com/p/{posts[0]['code']}/"


def test_a_pinned_post_that_is_listed_twice_is_one_post(office: Office) -> None:
    item, begun = office.picture("Disematkan"), datetime.now(UTC)
    connector = office.signed_in().connector()
    sent = connector.publish(item, office.remember)
    full = dict(connector._ask(f"feed/user/{connector._own_id}/", {"count": "33"}))
    office.wire.tell("/feed/user/", Answer(200, {**full, "items": full["items"] * 2}))
    assert connector.find_own(item, begun) == Found(sent)


@pytest.mark.parametrize(("age_s", "lookup"), [(0, CannotTell), (3600, Absent)])
def test_absence_needs_a_list_that_reaches_back(office: Office, age_s: int, lookup: type[object]) -> None:
    """Ten pages of younger posts say nothing of an attempt before them."""
    office.signed_in().post("Lain")
    begun = datetime.now(UTC)
    connector = office.connector()
    full = dict(connector._ask(f"feed/user/{connector._own_id}/", {"count": "33"}))
    (item,) = full["items"]
    for page in range(10):
        aged = {**item, "pk": 77 + page, "taken_at": int(item["taken_at"]) - (age_s if page == 9 else 0)}
        answer = {**full, "items": [aged], "more_available": True, "next_max_id": str(page)}
        office.wire.tell("/feed/user/", Answer(200, answer))
    assert isinstance(connector.find_own(office.picture("Dicari"), begun), lookup)


def test_a_list_that_ends_is_complete(office: Office) -> None:
    """A young account's whole feed is younger than the attempt: absent all the same."""
    office.signed_in().post("Lain")
    long_ago = datetime.now(UTC) - timedelta(hours=1)
    assert office.connector().find_own(office.picture("Dicari"), long_ago) == Absent()
