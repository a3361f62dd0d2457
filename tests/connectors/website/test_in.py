"""What comes in from a website: every citizen's word, held ones too, never our own."""

import time
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
import requests

from connectors.base import Item, Kind, MessageKind
from connectors.errors import ConnectorError, LoginNeeded, RateLimited, Reason, Unreachable
from connectors.website import comments
from tests.connectors.instagram.between import Answer, Seen
from tests.connectors.website.conftest import HANDLE, Office


def texts(office: Office) -> list[str]:
    return [message.text for message in office.poll()]


def test_comments_and_answers_arrive_once_with_all_that_is_known(office: Office) -> None:
    post = office.post("Posyandu besok\nBawa buku KIA")
    top = office.citizen(post, "Jam berapa? a < b & [x]", name="Siti Aminah")
    below = office.citizen(post, "Ikut tanya", author="budi", parent=top)
    office.citizen(post, "Sama", author="wati", parent=below)
    new = {message.text: message for message in office.poll()}
    assert list(new) == ["Jam berapa? a < b & [x]", "Ikut tanya", "Sama"]
    first, second, third = new.values()
    assert (first.kind, first.remote_id, first.post, first.parent) == (MessageKind.COMMENT, top, post, "")
    assert first.post_text == "Posyandu besok\nBawa buku KIA"
    assert (first.author_name, first.author_handle) == ("Siti Aminah", "")
    assert first.permalink == f"https://{HANDLE}/?p={post}#comment-{top}"
    assert abs(first.written_at.timestamp() - time.time()) < 120
    assert (second.parent, second.thread, third.parent, third.thread) == (top, top, below, top)
    assert office.poll() == []
    assert office.posts_seen == {post}


def complete_since(office: Office) -> datetime | None:
    return next(office.connector().fetch({})).posts_complete_since


def test_a_short_list_of_posts_is_whole_a_full_one_as_far_as_it_goes_an_empty_one_tells_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert complete_since(office) is None
    office.post("Satu")
    assert complete_since(office) == datetime.fromtimestamp(0, UTC)
    monkeypatch.setattr("connectors.website.comments.PER_PAGE", 1)
    since = complete_since(office)
    assert since is not None
    assert abs(since.timestamp() - time.time()) < 120


def test_nobody_who_wrote_can_be_traced_by_what_is_kept(office: Office) -> None:
    """WordPress tells address, browser and e-mail; the desk keeps a digest, by which a person is known again."""
    post = office.post()
    for author, text in (("siti", "satu"), ("siti", "dua"), ("budi", "tiga")):
        office.citizen(post, text, author=author)
    one, two, three = office.poll()
    assert one.author_id == two.author_id != three.author_id
    kept = str(one.raw)
    assert "127.0.0.1" not in kept
    assert "@" not in kept
    assert one.raw["content"]["raw"] == "satu"


def test_held_comments_come_too_and_have_no_public_page(office: Office) -> None:
    post = office.post()
    held = office.citizen(post, "Antrinya lama", held=True)
    office.citizen(post, "Bagus", author="budi")
    first, second = office.poll()
    assert (first.remote_id, first.permalink, first.raw["status"]) == (held, "", "hold")
    assert second.permalink
    page = f"{office.stand_in}/{HANDLE}/?p={post}"
    assert f'id="comment-{held}"' not in requests.get(page, timeout=5).text
    shown = office.connector().moderate(Item(Kind.APPROVE, "", uuid4(), post=post, parent=held))
    assert shown.permalink == f"https://{HANDLE}/?p={post}#comment-{held}"
    assert f'id="comment-{held}"' in requests.get(page, timeout=5).text
    office.connector().moderate(Item(Kind.HIDE, "", uuid4(), post=post, parent=held))
    office.connector().moderate(Item(Kind.HIDE, "", uuid4(), post=post, parent=held))
    assert f'id="comment-{held}"' not in requests.get(page, timeout=5).text


def test_our_own_words_never_come_back(office: Office) -> None:
    post = office.post()
    item = office.answer(post, office.citizen(post, "Bagus"))
    office.connector().reply(item, office.remember)
    assert texts(office) == ["Bagus"]


def test_a_citizen_writes_on_the_page(office: Office) -> None:
    page = f"{office.stand_in}/{HANDLE}/kiriman/{office.post()}/"
    for text in ("Jam berapa, Bu?", "Lihat http://a.example dan http://b.example"):
        written = requests.post(page, data={"name": "Bu Siti", "text": text}, timeout=5)
        assert written.status_code == 200
    assert written.text.count('id="comment-') == 1
    assert [message.raw["status"] for message in office.poll()] == ["approved", "hold"]
    assert HANDLE in requests.get(f"{office.stand_in}/{HANDLE}/", timeout=5).text


def test_more_than_a_page_arrives_whole_while_others_write_and_one_is_deleted(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comments, "PER_PAGE", 7)
    post = office.post()
    written = [office.citizen(post, f"nomor {n}", author=f"warga{n}") for n in range(20)]
    late: list[str] = []

    def meanwhile(seen: Seen) -> None:
        if "comments?" in seen.path and "order=asc" in seen.path and len(late) < 3:
            late.append(office.citizen(post, f"sela {len(late)}", author="sela"))
            where = f"{office.stand_in}/{HANDLE}/wp-json/wp/v2/comments/{written[len(late)]}"
            requests.delete(where, auth=("humas", office.secrets["password"]), timeout=5)

    office.wire.meanwhile = meanwhile
    found = {message.remote_id for message in [*office.poll(), *office.poll()]}
    assert set(written) - set(written[1:4]) <= found
    assert set(late) <= found


def test_many_within_one_second_arrive_whole(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comments, "PER_PAGE", 5)
    post = office.post()
    written = {office.citizen(post, f"nomor {n}", author=f"warga{n}") for n in range(23)}
    office_world = {message.remote_id for message in office.poll()}
    assert office_world == written
    assert office.poll() == []


def test_one_that_turns_up_behind_younger_ones_is_not_missed(office: Office, stand_in: Any) -> None:
    """A spam filter may think for a minute before WordPress stores what it had stamped."""
    post = office.post()
    slow = office.citizen(post, "lambat", author="slow")
    kept = stand_in.world.comments.pop(slow)
    office.citizen(post, "cepat", author="fast")
    assert texts(office) == ["cepat"]
    kept.at_us -= 60_000_000
    stand_in.world.comments[slow] = kept
    assert texts(office) == ["lambat"]
    assert office.poll() == []


def test_what_a_person_takes_out_of_the_spam_box_arrives_within_the_hour(office: Office, stand_in: Any) -> None:
    post = office.post()
    taken = office.citizen(post, "Puskesmas tutup?", author="siti")
    stand_in.world.comments[taken].at_us -= 6 * 3600 * 1_000_000
    stand_in.world.comments[taken].state = "spam"
    office.citizen(post, "Bagus", author="budi")
    assert texts(office) == ["Bagus"]
    stand_in.world.comments[taken].state = ""
    assert office.poll() == []
    office.cursor = {**office.cursor, "again": office.cursor["again"] - comments.AGAIN_EVERY_S}
    assert texts(office) == ["Puskesmas tutup?"]


def test_the_first_look_goes_back_a_week(office: Office, stand_in: Any) -> None:
    post = office.post()
    for days, text in ((8, "lama"), (6, "baru")):
        stand_in.world.comments[office.citizen(post, text)].at_us -= days * 86_400 * 1_000_000
    assert texts(office) == ["baru"]


def test_the_cursor_stays_small(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comments, "SEEN_MAX", 5)
    post = office.post()
    for n in range(12):
        office.citizen(post, f"nomor {n}", author=f"warga{n}")
    office.poll()
    assert len(office.cursor["seen"]) == 5
    assert set(office.cursor) == {"at", "seen", "again"}


def test_a_quiet_poll_asks_twice(office: Office) -> None:
    office.poll()
    office.wire.seen.clear()
    office.poll()
    assert [seen.path.split("?")[0].rsplit("/", 1)[1] for seen in office.wire.seen] == ["posts", "comments"]
    asked = office.wire.seen[1].path
    assert "status=all" in asked
    assert "Z&" in asked.replace("%3A", ":")


@pytest.mark.parametrize(
    ("fault", "ours", "reason"),
    [
        ("429", RateLimited, Reason.TOO_FAST),
        ("500-before", Unreachable, Reason.SERVER_ERROR),
        ("drop-before", Unreachable, Reason.DROPPED),
        ("login-required", LoginNeeded, Reason.BAD_PASSWORD),
        ("permission-missing", LoginNeeded, Reason.NO_PERMISSION),
        ("challenge", Unreachable, Reason.FIREWALL),
    ],
)
def test_a_fault_while_reading_is_told_and_skips_nobody(
    office: Office, fault: str, ours: type[ConnectorError], reason: Reason
) -> None:
    office.citizen(office.post(), "Jam berapa?")
    office.fault("fetch", fault)
    with pytest.raises(ConnectorError) as caught:
        office.poll()
    assert (type(caught.value), caught.value.reason) == (ours, reason)
    assert texts(office) == ["Jam berapa?"]


def test_a_site_that_says_when_is_believed(office: Office) -> None:
    office.wire.tell("comments", Answer(429, {"code": "comment_flood"}))
    with pytest.raises(RateLimited) as caught:
        office.poll()
    assert caught.value.until is not None
    assert 0 < (caught.value.until - datetime.now(UTC)).total_seconds() <= 60


@pytest.mark.parametrize("body", [b"<html>cached</html>", b"{}", b"null", b'"x"'])
def test_an_unreadable_list_skips_nobody(office: Office, body: bytes) -> None:
    office.citizen(office.post(), "Jam berapa?")
    office.wire.tell("comments", Answer(200, body))
    with pytest.raises(Unreachable):
        office.poll()
    assert texts(office) == ["Jam berapa?"]


def test_an_answer_far_down_belongs_to_the_thread_that_was_read_before(office: Office) -> None:
    post = office.post()
    top = office.citizen(post, "Jam berapa?")
    below = office.citizen(post, "Ikut tanya", author="budi", parent=top)
    office.poll()
    office.citizen(post, "Sama", author="wati", parent=below)
    (message,) = office.poll()
    assert (message.parent, message.thread) == (below, top)


def test_it_tells_which_comments_are_still_there(office: Office) -> None:
    post = office.post()
    stays, goes = office.citizen(post, "Antre lama"), office.citizen(post, "Saya hapus nanti")
    assert office.connector().still_shown([stays, goes]) == {stays: True, goes: True}
    office.connector().moderate(Item(Kind.SPAM, "", uuid4(), post=post, parent=goes))
    assert office.connector().still_shown([stays, goes, "x"]) == {stays: True, goes: False}
    office.fault("fetch", "drop-before")
    with pytest.raises(ConnectorError):
        office.connector().still_shown([stays])
