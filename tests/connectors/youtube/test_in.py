"""What citizens write under a channel's videos: all of it, once, and never our own words."""

import json
import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from connectors.base import Batch, Incoming, Item, Kind, MessageKind
from connectors.errors import ConnectorError, LoginNeeded, RateLimited, Unreachable
from connectors.youtube import comments, quota
from tests.connectors.instagram.between import Answer, Seen
from tests.connectors.youtube.conftest import HANDLE, Office


class Desk:
    """Keeps messages by their id and the cursor as JSON, as the service does."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.stored: dict[str, Incoming] = {}
        self.cursor: dict[str, object] = {}

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

    def later(self) -> None:
        """A quarter of an hour passes."""
        self.cursor["deep"] = int(time.time()) - comments.DEEP_EVERY_S


@pytest.fixture
def desk(office: Office) -> Desk:
    office.connector().check()
    return Desk(office)


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stand-in gives ten threads a page, whatever is asked."""
    from sandbox.youtube import shapes

    listing = shapes.listing
    monkeypatch.setattr(shapes, "listing", lambda call, kind, items, most: listing(call, kind, items, min(most, 10)))


def age(office: Office, *ids: str, seconds: float) -> None:
    for one in ids:
        office.stand_in.world.comments[one].at_us -= int(seconds * 1_000_000)


def test_comments_and_answers_arrive_once(office: Office, desk: Desk) -> None:
    post = office.video("Posyandu besok\nDi balai desa")
    top = office.comment(post, "Jam <berapa>?\nDi mana?", name="Siti Aminah")
    below = office.comment(post, "Ikut tanya", author="budi", parent=top)
    new = {message.text: message for message in desk.poll()}
    assert list(new) == ["Jam <berapa>?\nDi mana?", "Ikut tanya"]
    comment = new["Jam <berapa>?\nDi mana?"]
    assert (comment.kind, comment.remote_id, comment.post, comment.parent) == (MessageKind.COMMENT, top, post, "")
    assert comment.post_text.startswith("Posyandu besok\n")
    assert (comment.author_handle, comment.permalink) == (
        "siti.aminah",
        f"https://www.youtube.com/watch?v={post}&lc={top}",
    )
    assert comment.raw["id"] == top
    assert abs((datetime.now(UTC) - comment.written_at).total_seconds()) < 10
    assert (new["Ikut tanya"].remote_id, new["Ikut tanya"].parent, new["Ikut tanya"].post) == (below, top, post)
    assert desk.poll() == []


def test_our_own_words_never_come_back(office: Office, desk: Desk) -> None:
    item = office.answer()
    office.connector().reply(item, office.remember)
    assert desk.texts() == ["Terima kasih"]
    assert HANDLE not in {message.author_handle for message in desk.stored.values()}
    desk.later()
    assert desk.poll() == []


def test_our_videos_are_listed(office: Office, desk: Desk) -> None:
    posts = {office.video(f"Video {n}") for n in range(3)}
    batches = list(office.connector().fetch({}))
    assert {batch.posts_seen for batch in batches} == {frozenset(posts)}


def first_batch(office: Office) -> Batch:
    return next(office.connector().fetch({}))


def test_a_short_list_of_videos_is_whole_a_longer_one_as_far_as_it_goes_an_empty_one_tells_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert first_batch(office).posts_complete_since is None
    for number in range(3):
        office.video(f"Video {number}")
    assert first_batch(office).posts_complete_since == datetime.fromtimestamp(0, UTC)
    monkeypatch.setattr(comments, "LISTED", 2)
    since = first_batch(office).posts_complete_since
    assert since is not None
    assert abs((datetime.now(UTC) - since).total_seconds()) < 10


def test_a_video_that_youtube_made_private_no_longer_stands(office: Office) -> None:
    kept, hidden = office.video("Tampak"), office.video("Disembunyikan")
    found = office.stand_in.world.post("youtube", hidden)
    assert found is not None
    office.stand_in.world.details[hidden]["privacy"] = "private"
    assert first_batch(office).posts_seen == {kept}


def units_used(office: Office) -> int:
    return sum(names.get("units", 0) for names in office.used().values())


def test_a_quiet_fetch_costs_three_units(office: Office, desk: Desk) -> None:
    post = office.video()
    top = office.comment(post, "utas")
    for n in range(8):
        office.comment(post, f"jawab {n}", parent=top)
    assert len(desk.poll()) == 9
    before = units_used(office)
    office.wire.seen.clear()
    desk.poll()
    asked = [seen.path.partition("?")[0].rpartition("/")[2] for seen in office.wire.seen]
    assert asked == ["playlistItems", "commentThreads", "commentThreads"]
    assert units_used(office) == before + 3


def test_many_comments_and_long_threads_are_read_to_the_end(office: Office, desk: Desk) -> None:
    post = office.video()
    top = office.comment(post, "utas")
    for n in range(120):
        office.comment(post, f"jawab {n}", parent=top, author=f"a{n}")
        office.comment(post, f"komentar {n}", author=f"b{n}")
    assert len(desk.poll()) == 241
    assert desk.poll() == []
    assert len(json.dumps(desk.cursor)) < 300


def test_a_late_answer_below_an_old_thread_is_read_within_a_quarter_of_an_hour(
    office: Office, desk: Desk, small_pages: None
) -> None:
    post = office.video()
    old = office.comment(post, "lama")
    age(office, old, seconds=3 * 86_400)
    for n in range(25):
        office.comment(post, f"komentar {n}", author=f"b{n}")
    desk.poll()
    desk.poll()
    for n in range(7):  # not among the answers that are shown along with it
        office.comment(post, f"masih menunggu {n}", author=f"budi{n}", parent=old)
    desk.later()
    assert desk.texts() == [f"masih menunggu {n}" for n in range(7)]


def test_a_new_answer_is_read_at_once_where_its_number_tells(office: Office, desk: Desk) -> None:
    post = office.video()
    top = office.comment(post, "utas")
    for n in range(8):
        office.comment(post, f"jawab {n}", parent=top)
    desk.poll()
    office.comment(post, "baru", parent=top)
    assert desk.texts() == ["baru"]


def test_an_answer_in_the_place_of_a_deleted_one_is_read_with_the_next_long_walk(office: Office, desk: Desk) -> None:
    post = office.video()
    top = office.comment(post, "utas")
    below = [office.comment(post, f"jawab {n}", parent=top) for n in range(8)]
    desk.poll()
    office.stand_in.world.delete_comments(office.stand_in.world.posts[post], below[-1:])
    office.comment(post, "pengganti", parent=top)
    assert desk.poll() == []
    desk.later()
    assert desk.texts() == ["pengganti"]


def test_two_in_the_same_second_are_both_read(office: Office, desk: Desk) -> None:
    post = office.video()
    for n in range(6):
        office.comment(post, f"komentar {n}", author=f"b{n}")
        assert desk.texts() == [f"komentar {n}"]


@pytest.mark.parametrize("change", ["more", "one deleted"])
def test_what_happens_while_pages_are_turned_skips_nobody(
    office: Office, desk: Desk, small_pages: None, change: str
) -> None:
    post = office.video()
    written = [office.comment(post, f"komentar {n}", author=f"b{n}") for n in range(35)]
    age(office, *written, seconds=60)
    desk.poll()
    young = [office.comment(post, f"baru {n}", author=f"c{n}") for n in range(25)]

    def meanwhile(seen: Seen) -> None:
        if "commentThreads" in seen.path and "pageToken" in seen.path:
            office.wire.meanwhile = lambda _: None
            if change == "more":
                office.comment(post, "sambil jalan", author="wati")
            else:
                office.stand_in.world.delete_comments(office.stand_in.world.posts[post], young[-1:])

    office.wire.meanwhile = meanwhile
    texts = desk.texts() + desk.texts()
    wanted = {f"baru {n}" for n in range(25)} | ({"sambil jalan"} if change == "more" else set())
    assert sorted(texts) == sorted(wanted)


def test_a_crash_between_batches_repeats_and_never_skips(office: Office, desk: Desk) -> None:
    post = office.video()
    office.comment(post, "satu")
    batches = office.connector().fetch(desk.cursor)
    next(batches)
    for batch in batches:
        assert [message.text for message in batch.messages] == ["satu"]
        break  # not stored: the cursor is not kept
    assert desk.texts() == ["satu"]


def test_what_the_filter_holds_back_is_read_too(office: Office, desk: Desk) -> None:
    post = office.video()
    office.comment(post, "Pelayanan buruk sekali", held=True)
    top = office.comment(post, "utas", author="budi")
    office.comment(post, "jawaban kasar", author="wati", parent=top, held=True)
    assert set(desk.texts()) == {"Pelayanan buruk sekali", "utas", "jawaban kasar"}
    held = next(one for one in desk.stored.values() if one.text == "Pelayanan buruk sekali")
    item = Item(Kind.APPROVE, "", uuid4(), post=post, parent=held.remote_id)
    office.connector().moderate(item)
    assert office.stand_in.world.comments[held.remote_id].state == ""
    assert desk.poll() == []


def test_what_is_older_than_a_week_is_not_answered_now(office: Office, desk: Desk) -> None:
    post = office.video()
    old = office.comment(post, "tahun lalu")
    age(office, old, seconds=comments.FIRST_LOOK_S + 60)
    office.comment(post, "kemarin", author="budi")
    assert desk.texts() == ["kemarin"]


def test_an_odd_comment_is_not_dropped(office: Office, desk: Desk) -> None:
    """From a channel that is gone, under the channel itself, with a time that cannot be read."""
    item = {"kind": "youtube#comment", "id": "Ugx1", "snippet": {"textDisplay": "halo", "publishedAt": "?"}}
    thread = {"kind": "youtube#commentThread", "id": "Ugx1", "snippet": {"topLevelComment": item}}
    office.wire.tell("commentThreads", Answer(200, {"kind": "youtube#commentThreadListResponse", "items": [thread]}))
    [message] = desk.poll()
    assert (message.text, message.author_id, message.post, message.permalink) == ("halo", "", "", "")


def test_a_thread_that_goes_while_it_is_read_stops_nothing(office: Office, desk: Desk) -> None:
    post = office.video()
    top = office.comment(post, "utas")
    for n in range(8):
        office.comment(post, f"jawab {n}", parent=top)
    error = {"error": {"code": 404, "message": "gone", "errors": [{"reason": "commentNotFound"}]}}
    office.wire.tell(r"/comments\?", Answer(404, error))
    assert len(desk.texts()) == 6


@pytest.mark.parametrize(
    ("fault", "ours"),
    [
        ("429", RateLimited),
        ("quota", RateLimited),
        ("500-before", Unreachable),
        ("drop-before", Unreachable),
        ("timeout-after", Unreachable),
        ("login-required", LoginNeeded),
        ("permission-missing", LoginNeeded),
        ("challenge", LoginNeeded),
    ],
)
def test_a_fault_while_reading_loses_nothing(
    office: Office, desk: Desk, fault: str, ours: type[ConnectorError]
) -> None:
    office.comment(office.video(), "Jam berapa?")
    # For a read, a 401 is answered by a new token and a second asking.
    office.fault("fetch", fault, times=2 if fault == "login-required" else 1)
    with pytest.raises(ours):
        desk.poll()
    office.read_s = 10.0
    assert desk.texts() == ["Jam berapa?"]


HOTSPOT = (Answer(200, b"<html>Masuk ke hotspot</html>"), Answer(200, {}), Answer(200, b"[]"), Answer(200), Answer(302))


@pytest.mark.parametrize("answer", HOTSPOT)
def test_a_hotspots_page_is_not_an_empty_list(office: Office, desk: Desk, answer: Answer) -> None:
    item, begun = office.answer(), datetime.now(UTC)
    film = office.film()
    office.connector().reply(item, office.remember)
    office.publish(film)
    for pattern, act in (
        ("channels", lambda: office.connector().check()),
        ("playlistItems", lambda: desk.poll()),
        ("commentThreads", lambda: desk.poll()),
        ("playlistItems", lambda: office.find(film, begun)),
        ("upload_id=", lambda: office.find(office.kept(film), begun)),
        (r"/comments\?", lambda: office.find(item, begun)),
    ):
        office.wire.tell(pattern, answer)
        with pytest.raises(Unreachable):
            act()
    assert desk.texts() == ["Terima kasih"]


def test_reading_leaves_units_for_answers(office: Office, desk: Desk) -> None:
    item = office.answer()
    today = datetime.now(quota.GOOGLE_TIME).date().isoformat()
    for units, heard in ((9_000, []), (0, ["Terima kasih"])):
        connector = office.connector()
        connector._quota = quota.Quota({today: {"units": units}})
        batches = list(connector.fetch(desk.cursor))
        assert [message.text for batch in batches for message in batch.messages] == heard
    connector = office.connector()
    connector._quota = quota.Quota({today: {"units": 9_000}})
    assert connector.reply(item, office.remember).remote_id


def test_the_share_of_a_day() -> None:
    midnight = datetime(2026, 11, 21, 8, tzinfo=UTC)
    day = quota.Quota()
    for _ in range(round(quota.UNITS_A_DAY * quota.AHEAD)):
        day.count("GET", "/youtube/v3/commentThreads", midnight)
    assert day.may_read(midnight)
    day.count("GET", "/youtube/v3/commentThreads", midnight)
    assert not day.may_read(midnight)
    assert day.may_read(midnight + timedelta(hours=1))
    for _ in range(round(quota.UNITS_A_DAY * quota.READING)):
        day.count("GET", "/youtube/v3/comments", midnight)
    assert not day.may_read(midnight + timedelta(hours=23))
    assert day.may_read(midnight + timedelta(hours=24))
    assert day.used("units", midnight + timedelta(hours=24)) == 0


def test_it_tells_which_comments_are_still_there(office: Office, desk: Desk) -> None:
    video = office.video()
    stays, goes = office.comment(video, "Antre lama"), office.comment(video, "Saya hapus nanti")
    assert office.connector().still_shown([stays, goes]) == {stays: True, goes: True}
    office.connector().delete_own(Item(Kind.REPLY, "", uuid4(), post=video), goes)
    assert office.connector().still_shown([stays, goes]) == {stays: True, goes: False}
