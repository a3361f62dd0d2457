"""What goes out to a website: once, whatever the wire does; the ledger is the judge."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests

from connectors.base import Absent, CannotTell, Found, Item, Kind, Login, Media, Sent
from connectors.errors import ConnectorError, LoginNeeded, OutcomeUnknown, RateLimited, Reason, Refused, Unreachable
from connectors.sessions import Network
from connectors.website import Website
from tests.connectors.instagram.between import Answer, Between
from tests.connectors.website.conftest import HANDLE, SECRETS, Office

ONCE = r"/wp/v2/(posts|comments)$"


def answer_to_comment(office: Office) -> Item:
    post = office.post("Kelas ibu hamil")
    return office.answer(post, office.citizen(post, "Terima kasih bu bidan"))


WRITES: dict[str, tuple[str, Callable[[Office], Item]]] = {
    "publish": ("post", lambda office: office.pictures("Jadwal imunisasi\n\nSetiap Rabu.")),
    "reply": ("reply", answer_to_comment),
}
FAULTS: dict[str, tuple[type[ConnectorError], Reason]] = {
    "429": (RateLimited, Reason.TOO_FAST),
    "quota": (RateLimited, Reason.TOO_FAST),
    "500-before": (OutcomeUnknown, Reason.SERVER_ERROR),
    "500-after": (OutcomeUnknown, Reason.SERVER_ERROR),
    "timeout-after": (OutcomeUnknown, Reason.TIMEOUT),
    "drop-before": (OutcomeUnknown, Reason.DROPPED),
    "drop-after": (OutcomeUnknown, Reason.DROPPED),
    "login-required": (LoginNeeded, Reason.BAD_PASSWORD),
    "token-revoked": (LoginNeeded, Reason.BAD_PASSWORD),
    "permission-missing": (LoginNeeded, Reason.NO_PERMISSION),
    "challenge": (Refused, Reason.FIREWALL),
}


def write(connector: Website, item: Item, remember: Callable[[Mapping[str, str]], None]) -> Sent:
    return connector.publish(item, remember) if item.kind.is_post else connector.reply(item, remember)


@pytest.mark.parametrize("operation", WRITES)
def test_a_write_stands_once_and_is_found_again(office: Office, operation: str) -> None:
    kind, make = WRITES[operation]
    item, begun = make(office), datetime.now(UTC)
    office.wire.seen.clear()
    office.remembered.clear()
    assert office.connector().find_own(item, begun) == Absent()
    sent = write(office.connector(), item, office.remember)
    assert [entry["id"] for entry in office.ledger(kind)][-1] == sent.remote_id
    assert len(office.wire.asked(ONCE, "POST")) == len(office.remembered) == 1
    assert office.connector().find_own(item, begun) == Found(sent)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("operation", WRITES)
def test_a_fault_never_makes_a_second_write(office: Office, operation: str, fault: str) -> None:
    kind, make = WRITES[operation]
    item, begun = make(office), datetime.now(UTC)
    before = len(office.ledger(kind))
    office.wire.seen.clear()
    office.remembered.clear()
    office.fault(operation, fault)
    office.read_s = 2.0 if fault == "timeout-after" else office.read_s
    with pytest.raises(ConnectorError) as caught:
        write(office.connector(), item, office.remember)
    assert (type(caught.value), caught.value.reason) == FAULTS[fault]
    assert len(office.ledger(kind)[before:]) == ("after" in fault)
    assert len(office.wire.asked(ONCE, "POST")) == len(office.remembered) == 1
    assert isinstance(office.connector().find_own(item, begun), Found if "after" in fault else Absent)


@pytest.mark.parametrize("operation", WRITES)
def test_what_lists_show_late_counts_as_sent(office: Office, operation: str) -> None:
    """The answer names it; lists are asked only where there was none, and then not before the platform's lag."""
    _, make = WRITES[operation]
    item = make(office)
    office.fault(operation, "eventually")
    assert write(office.connector(), item, office.remember).remote_id
    assert office.connector().capability.lag_s > 5


@pytest.mark.parametrize("fault", ["500-before", "drop-before", "429", "timeout-after", "login-required", "drop-after"])
def test_a_fault_while_uploading_publishes_nothing(office: Office, fault: str) -> None:
    office.fault("upload", fault)
    office.read_s = 2.0 if fault == "timeout-after" else office.read_s
    with pytest.raises((Unreachable, RateLimited, LoginNeeded)):
        office.connector().publish(office.pictures("Donor darah"), office.remember)
    assert [*office.ledger("post"), *office.remembered, *office.wire.asked(ONCE, "POST")] == []


def test_a_picture_that_arrived_is_not_uploaded_again(office: Office) -> None:
    item = office.pictures("Donor darah", 2)
    office.fault("upload", "drop-after")
    with pytest.raises(Unreachable):
        office.connector().publish(item, office.remember)
    office.connector().publish(item, office.remember)
    assert len(office.wire.asked("/wp/v2/media$", "POST")) == 1 + 1
    assert len(office.asked("media")) == 2


@pytest.mark.parametrize(
    ("answer", "ours", "reason"),
    [
        (Answer(408, {}), OutcomeUnknown, Reason.SERVER_ERROR),
        (Answer(201, b"<b>Warning</b>: Undefined"), OutcomeUnknown, Reason.UNREADABLE),
        (Answer(201, b'{"id": 7', after=True, cut=True), OutcomeUnknown, Reason.DROPPED),
        (Answer(200, {}, after=True), OutcomeUnknown, Reason.UNREADABLE),
        (Answer(200, b"[]", after=True), OutcomeUnknown, Reason.UNREADABLE),
        (Answer(502, b"<html>bad gateway</html>", after=True), OutcomeUnknown, Reason.SERVER_ERROR),
        (Answer(500, {"code": "rest_upload_unknown_error"}), Refused, Reason.MEDIA_REFUSED),
        (Answer(403, b"<html>blocked by the firewall</html>"), Refused, Reason.FIREWALL),
        (Answer(503, b"<p>Generated by Wordfence at Sun, 22 Nov 2026</p>"), Refused, Reason.FIREWALL),
        (Answer(503, b"<script src=/cdn-cgi/challenge-platform/jsd.js></script>"), OutcomeUnknown, Reason.SERVER_ERROR),
        (Answer(200, b"<title>Just a moment...</title>"), OutcomeUnknown, Reason.UNREADABLE),
        (Answer(403, {"code": "rest_cannot_publish"}), LoginNeeded, Reason.NO_PERMISSION),
        (Answer(413, b"too large"), Refused, Reason.MEDIA_REFUSED),
        (Answer(400, {"code": "rest_invalid_param"}), Refused, Reason.REFUSED),
        (Answer(201, {"id": 7, "status": "pending", "link": ""}), Refused, Reason.NO_PERMISSION),
        (Answer(301, b""), Unreachable, Reason.UNREADABLE),
    ],
)
def test_odd_answers_to_the_write_itself(
    office: Office, answer: Answer, ours: type[ConnectorError], reason: Reason
) -> None:
    office.wire.tell(ONCE, answer)
    with pytest.raises(ConnectorError) as caught:
        office.connector().publish(office.text("Senam lansia"), office.remember)
    assert (type(caught.value), caught.value.reason) == (ours, reason)
    assert len(office.wire.asked(ONCE, "POST")) == 1
    assert len(office.ledger("post")) == answer.after


def test_a_byte_order_mark_before_the_answer_is_forgiven(office: Office) -> None:
    office.wire.tell(ONCE, Answer(201, b'\xef\xbb\xbf{"id": 7, "status": "publish", "link": "https://x.example/7"}'))
    assert office.connector().publish(office.text(), office.remember) == Sent("7", "https://x.example/7")


class TakenOverError(Exception):
    """What the desk's own `remember` raises."""


@pytest.mark.parametrize("kind", [ValueError, TakenOverError, requests.ConnectionError, KeyboardInterrupt])
@pytest.mark.parametrize("operation", WRITES)
def test_what_remember_raises_comes_out_untouched_and_stops_the_write(
    office: Office, operation: str, kind: type[BaseException]
) -> None:
    ledger, make = WRITES[operation]
    item = make(office)
    before, raised = len(office.ledger(ledger)), kind("taken over")
    office.wire.seen.clear()

    def remember(handle: Mapping[str, str]) -> None:
        raise raised

    with pytest.raises(kind) as caught:
        write(office.connector(), item, remember)
    assert caught.value is raised
    assert len(office.ledger(ledger)) == before
    assert office.wire.asked(ONCE, "POST") == []


def test_several_pictures_keep_their_order_and_alt_texts(office: Office) -> None:
    sent = office.connector().publish(office.pictures("Tiga langkah\n\nCuci tangan & <sabun>", 3), office.remember)
    (post,) = office.asked(f"posts?include={sent.remote_id}")
    media = office.asked("media")[::-1]
    assert [one["alt_text"] for one in media] == ['gambar "0"', 'gambar "1"', 'gambar "2"']
    assert post["featured_media"] == media[0]["id"]
    places = [post["content"]["raw"].index(one["source_url"]) for one in media]
    assert places == sorted(places)
    assert "<p>Cuci tangan &amp; &lt;sabun&gt;</p>" in post["content"]["raw"]
    assert post["title"]["raw"] == "Tiga langkah"
    assert [entry["media"] for entry in office.ledger("post")] == [3]


@pytest.mark.parametrize(
    "case", ["film", "two photos", "one in a carousel", "not there", "no words", "a picture missing"]
)
def test_what_cannot_become_a_post_is_refused_before_anything_is_sent(office: Office, case: str) -> None:
    film = Media(office.file, "video/mp4")
    photo = Media(office.file, "image/jpeg")
    items = {
        "film": Item(Kind.VIDEO, "x", uuid4(), (film,)),
        "two photos": Item(Kind.PHOTO, "x", uuid4(), (photo, photo)),
        "one in a carousel": Item(Kind.CAROUSEL, "x", uuid4(), (photo,)),
        "not there": Item(Kind.PHOTO, "x", uuid4(), (Media(Path("/nowhere.jpg"), "image/jpeg"),)),
        "no words": Item(Kind.TEXT, " ", uuid4()),
        "a picture missing": Item(Kind.PHOTO, "x", uuid4()),
    }
    with pytest.raises(Refused):
        office.connector().publish(items[case], office.remember)
    assert office.wire.seen == []


def test_a_file_that_is_no_picture_is_a_clear_no(office: Office, tmp_path: Path) -> None:
    """WordPress answers it with 500, which would mean "try again" elsewhere."""
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"no picture")
    office.file = broken
    with pytest.raises(Refused) as caught:
        office.connector().publish(office.pictures("x"), office.remember)
    assert caught.value.reason is Reason.MEDIA_REFUSED
    assert office.ledger("post") == []


# --- answers


def test_a_comment_that_is_gone_is_not_answered(office: Office) -> None:
    """WordPress would take the answer."""
    post = office.post()
    other = office.post("Lain")
    spam = office.citizen(post, "obat murah")
    office.connector().moderate(Item(Kind.SPAM, "", uuid4(), post=post, parent=spam))
    for item in (
        office.answer(post, "999"),
        office.answer(post, spam),
        office.answer(other, office.citizen(post, "x")),
    ):
        with pytest.raises(Refused) as caught:
            office.connector().reply(item, office.remember)
        assert caught.value.reason is Reason.NOT_FOUND
    assert office.ledger("reply") == []


def test_the_same_words_a_second_time_are_looked_up(office: Office) -> None:
    item = answer_to_comment(office)
    office.fault("reply", "drop-after")
    with pytest.raises(OutcomeUnknown):
        office.connector().reply(item, office.remember)
    (stands,) = office.ledger("reply")
    assert office.connector().reply(item, office.remember).remote_id == stands["id"]
    assert len(office.ledger("reply")) == 1


def test_the_same_words_by_somebody_else_of_the_office_are_a_duplicate(office: Office) -> None:
    first = answer_to_comment(office)
    office.connector().reply(first, office.remember)
    second = office.answer(first.post, first.parent)
    with pytest.raises(Refused) as caught:
        office.connector().reply(second, office.remember)
    assert caught.value.reason is Reason.DUPLICATE
    assert office.connector().find_own(second, datetime.now(UTC)) == Absent()


def test_where_a_site_drops_marks_the_words_and_the_time_tell(office: Office) -> None:
    item, begun = answer_to_comment(office), datetime.now(UTC)
    sent = office.connector().reply(item, office.remember)
    details = requests.get(f"{office.stand_in}/_sandbox/ledger", timeout=5).json()
    assert details[-1]["id"] == sent.remote_id
    unmarked = office.asked(f"comments?include={sent.remote_id}&context=edit")
    unmarked[0]["author_user_agent"] = ""
    office.wire.tell("comments.*parent=", Answer(200, unmarked), Answer(200, unmarked * 2))
    assert office.connector().find_own(item, begun) == Found(sent)
    assert isinstance(office.connector().find_own(item, begun), CannotTell)
    office.wire.tell("comments.*parent=", Answer(200, unmarked))
    assert office.connector().find_own(item, begun.replace(year=begun.year + 1)) == Absent()


@pytest.mark.parametrize("kind", [Kind.DM, Kind.PRIVATE_REPLY])
def test_a_site_has_no_private_ways(office: Office, kind: Kind) -> None:
    with pytest.raises(Refused) as caught:
        office.connector().reply(Item(kind, "x", uuid4(), thread="1", parent="1"), office.remember)
    assert caught.value.reason is Reason.UNSUPPORTED


def test_a_post_in_the_bin_or_among_drafts_is_not_taken_for_sent(office: Office) -> None:
    item = office.text("Sama persis")
    begun = datetime.now(UTC)
    direct = Website(Login(HANDLE, SECRETS, {}), Network(office.stand_in))
    direct.delete_own(item, direct.publish(item, office.remember).remote_id)
    assert direct.find_own(item, begun) == Absent()
    direct.delete_own(item, "999")
    direct.close()
    office.wire.tell("posts.*slug=", Answer(200, [{"id": 7, "link": "", "status": "draft"}]))
    assert isinstance(office.connector().find_own(item, begun), CannotTell)


def test_a_doubled_post_is_for_a_person(office: Office) -> None:
    item = office.text("Sama persis")
    for _ in range(2):
        office.connector().publish(item, office.remember)
    assert isinstance(office.connector().find_own(item, datetime.now(UTC)), CannotTell)


def test_the_lookup_raises_rather_than_say_absent(office: Office) -> None:
    item = answer_to_comment(office)
    for one in (office.text(), item):
        office.fault("fetch", "drop-before")
        with pytest.raises(Unreachable):
            office.connector().find_own(one, datetime.now(UTC))


# --- who we are


def test_a_wrong_password_needs_a_person(office: Office) -> None:
    office.secrets = {"user": "humas", "password": "salah"}
    for ask in (lambda: office.connector().check(), lambda: office.post(), lambda: office.poll()):
        with pytest.raises(LoginNeeded) as caught:
            ask()
        assert caught.value.reason is Reason.BAD_PASSWORD
        assert "salah" not in str(caught.value)
    assert office.ledger("post") == []


def test_missing_permissions_are_named(office: Office) -> None:
    office.wire.tell("users/me", *[Answer(200, {"id": 5, "capabilities": {"publish_posts": True}})] * 2)
    assert office.connector().permissions() == {
        "publish_posts": True,
        "upload_files": False,
        "moderate_comments": False,
    }
    with pytest.raises(LoginNeeded) as caught:
        office.connector().check()
    assert caught.value.reason is Reason.NO_PERMISSION
    assert "upload_files, moderate_comments" in caught.value.detail


WALL = b"<html><title>Just a moment...</title></html>"


@pytest.mark.parametrize("where", ["wp-json/", "users/me"])
@pytest.mark.parametrize("answer", [Answer(403, WALL), Answer(503, WALL), Answer(200, WALL)])
def test_a_firewall_before_the_site_is_named_when_an_account_is_connected(
    office: Office, where: str, answer: Answer
) -> None:
    office.wire.tell(where, answer)
    with pytest.raises(LoginNeeded) as caught:
        office.connector().check()
    assert caught.value.reason is Reason.FIREWALL


def test_what_is_no_wordpress_is_said(office: Office) -> None:
    office.wire.tell("wp-json/", Answer(404, b"<html>not here</html>"))
    with pytest.raises(LoginNeeded) as caught:
        office.connector().check()
    assert caught.value.reason is Reason.NO_WORDPRESS


@pytest.mark.parametrize("handle", ["polos.example.go.id", HANDLE])
def test_sites_with_and_without_rewritten_addresses(wire: Between, stand_in: Any, handle: str) -> None:
    office = Office(base=wire.base, handle=handle, stand_in=stand_in.base, wire=wire)
    assert office.connector().check().handle == handle
    item = office.text("Posyandu")
    sent = office.connector().publish(item, office.remember)
    assert office.connector().find_own(item, datetime.now(UTC)) == Found(sent)
    assert [entry["id"] for entry in office.ledger("post")] == [sent.remote_id]
    office.citizen(sent.remote_id, "Jam berapa?")
    assert [message.text for message in office.poll()] == ["Jam berapa?"]
    root = "?rest_route=/" if handle.startswith("polos.") else "wp-json/"
    assert office.made[-1].session()["root"] == f"https://{handle}/{root}"
    office.close()


def test_the_password_never_leaves_with_the_first_look(office: Office) -> None:
    office.connector().check()
    assert [bool(seen.headers.get("authorization")) for seen in office.wire.seen] == [False, False, True]


def test_a_site_that_moved_is_looked_for_again(office: Office) -> None:
    office.wire.tell("wp/v2/posts", Answer(404, b"<html>moved</html>"))
    with pytest.raises(Unreachable):
        office.poll()
    office.wire.seen.clear()
    office.poll()
    assert office.wire.seen[0].path == f"{HANDLE}/"
