"""What goes out to YouTube: once, whatever the wire does; the ledger is the judge."""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from connectors.base import Absent, CannotTell, Found, Item, Kind, Media
from connectors.errors import ConnectorError, LoginNeeded, OutcomeUnknown, RateLimited, Reason, Refused, Unreachable
from connectors.youtube import reading
from connectors.youtube.quota import next_midnight
from tests.connectors.instagram.between import Answer
from tests.connectors.youtube.conftest import HANDLE, STEP, Office

QUESTION = r"upload_id="
WRITES: dict[str, tuple[str, Callable[[Office], Item]]] = {
    "publish": ("post", Office.film),
    "reply": ("reply", Office.answer),
}
FAULTS: dict[str, tuple[type[ConnectorError], Reason]] = {
    "429": (RateLimited, Reason.TOO_FAST),
    "quota": (RateLimited, Reason.TOO_FAST),
    "500-before": (OutcomeUnknown, Reason.SERVER_ERROR),
    "500-after": (OutcomeUnknown, Reason.SERVER_ERROR),
    "timeout-after": (OutcomeUnknown, Reason.TIMEOUT),
    "drop-before": (OutcomeUnknown, Reason.DROPPED),
    "drop-after": (OutcomeUnknown, Reason.DROPPED),
    "login-required": (LoginNeeded, Reason.NO_CHANNEL),
    "token-revoked": (LoginNeeded, Reason.SESSION_EXPIRED),
    "permission-missing": (LoginNeeded, Reason.NO_PERMISSION),
    "challenge": (LoginNeeded, Reason.SUSPENDED),
}


def send(office: Office, item: Item) -> str:
    connector = office.connector()
    verb = connector.publish if item.kind.is_post else connector.reply
    return verb(item, office.remember).remote_id


def refusal(status: int, reason: str) -> Answer:
    return Answer(status, {"error": {"code": status, "message": reason, "errors": [{"reason": reason}]}})


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("operation", WRITES)
def test_a_fault_never_makes_a_second_write(office: Office, operation: str, fault: str) -> None:
    kind, make = WRITES[operation]
    item = make(office)
    begun, before = datetime.now(UTC), len(office.ledger(kind))
    office.fault(operation, fault)
    office.wire.seen.clear()
    with pytest.raises(ConnectorError) as caught:
        send(office, item)
    ours, reason = FAULTS[fault]
    assert (type(caught.value), caught.value.reason) == (ours, reason)
    assert len(office.ledger(kind)) - before == ("after" in fault)
    assert len(office.remembered) == 1
    writes = [
        seen
        for seen in office.wire.seen
        if seen.method == "PUT" or seen.path.endswith("/comments?part=snippet&alt=json")
    ]
    assert len(writes) == 1
    for asked in (item, office.kept(item)):
        lookup = office.find(asked, begun)
        assert isinstance(lookup, Found if "after" in fault else Absent), asked.handle
        if isinstance(lookup, Found):
            assert lookup.sent.remote_id == office.ledger(kind)[-1]["id"]


def test_a_used_up_quota_ends_at_midnight_in_california(office: Office) -> None:
    office.fault("publish", "quota")
    with pytest.raises(RateLimited) as caught:
        office.publish(office.film())
    assert caught.value.until == next_midnight(datetime.now(UTC))


@pytest.mark.parametrize(
    ("now", "midnight"),
    [
        (datetime(2026, 11, 21, 21, 26, tzinfo=UTC), datetime(2026, 11, 22, 8, tzinfo=UTC)),
        (datetime(2026, 11, 22, 7, 59, tzinfo=UTC), datetime(2026, 11, 22, 8, tzinfo=UTC)),
        (datetime(2026, 7, 1, 7, tzinfo=UTC), datetime(2026, 7, 2, 7, tzinfo=UTC)),
        (datetime(2026, 11, 1, 8, tzinfo=UTC), datetime(2026, 11, 2, 8, tzinfo=UTC)),  # their clocks go back
    ],
)
def test_midnight_in_california(now: datetime, midnight: datetime) -> None:
    assert next_midnight(now) == midnight


def test_what_youtube_is_told_about_a_film(office: Office) -> None:
    text = "Cuci tangan <6 langkah>\n\nUntuk #CuciTangan di #sekolah, #CuciTangan tiap hari. " + "é" * 20
    sent = office.publish(office.film(text, cover=True))
    [begin] = office.wire.asked("/upload/youtube/v3/videos", "POST")
    told = json.loads(begin.body)
    assert told["snippet"]["title"] == "Cuci tangan ‹6 langkah›"
    assert told["snippet"]["description"] == text.replace("<", "‹").replace(">", "›")
    assert told["snippet"]["tags"] == ["CuciTangan", "sekolah"]
    assert told["status"] == {"privacyStatus": "public", "selfDeclaredMadeForKids": False}
    assert sent.permalink == f"https://www.youtube.com/watch?v={sent.remote_id}"
    film, cover = office.stand_in.world.posts[sent.remote_id].media[0].blob, office.stand_in.world.posts[sent.remote_id]
    assert film.data == (office.folder / "posyandu.mp4").read_bytes()
    assert cover.media[0].cover is not None
    assert cover.media[0].cover.data == (office.folder / "sampul.jpg").read_bytes()


@pytest.mark.parametrize("title", ["", "Judul sendiri"])
def test_the_longest_title_and_description_are_taken(office: Office, title: str) -> None:
    words = "sehat " * 40 + "\n"
    text = words + "ß" * ((5000 - len(words)) // 2)
    assert reading.bytes_of(text) <= 5000 < reading.bytes_of(text + "ßß")
    sent = office.publish(office.film(text, title=title))
    shown = office.stand_in.world.details[sent.remote_id]["title"]
    assert shown == (title or "sehat " * 15 + "sehat…")
    assert len(shown) <= 100


def test_tags_stay_within_what_youtube_counts() -> None:
    tags = reading.tags_of(" ".join(f"#{'a' * 9}{number:02}" for number in range(60)))
    assert len(",".join(tags)) <= 500 < len(",".join(tags)) + 12
    assert reading.tags_of("tanpa tagar, C#, dan #satu") == ["satu"]


def test_only_what_leads_back_to_the_upload_is_remembered(office: Office) -> None:
    item = office.film()
    office.publish(item)
    [handle] = office.remembered
    assert handle.keys() == {"upload_url", "upload_of", "begun"}
    assert "upload_id=" in handle["upload_url"]
    assert "127.0.0.1" not in handle["upload_url"]


def test_every_part_asks_first_and_the_address_is_kept_before_the_first_byte(office: Office, in_parts: None) -> None:
    left: list[int] = []
    item = office.film(size=2 * STEP + 5)
    sent = office.connector().publish(item, lambda handle: left.append(len(office.parts())))
    assert left == [0, 1, 2]
    assert office.parts() == [
        f"bytes {n * STEP}-{min((n + 1) * STEP, 2 * STEP + 5) - 1}/{2 * STEP + 5}" for n in range(3)
    ]
    assert office.stand_in.world.posts[sent.remote_id].media[0].blob.data == item.media[0].path.read_bytes()


@pytest.mark.parametrize("answer", [Answer(503), Answer(503, after=True), Answer(200, b"<html>", cut=True, after=True)])
def test_a_line_lost_in_the_middle_costs_one_part(office: Office, in_parts: None, answer: Answer) -> None:
    item = office.film(size=3 * STEP + 5)
    office.wire.tell(QUESTION, Answer(308, after=True), answer)  # the first part passes
    with pytest.raises(Unreachable):
        office.publish(item)
    assert office.ledger("post") == []
    office.wire.seen.clear()
    sent = office.publish(office.kept(item))
    assert office.parts()[0].startswith(f"bytes {STEP * (2 if answer.after else 1)}-")
    assert [entry["id"] for entry in office.ledger("post")] == [sent.remote_id]
    assert len(office.wire.asked("/upload/youtube/v3/videos", "POST")) == 0
    assert office.stand_in.world.posts[sent.remote_id].media[0].blob.data == item.media[0].path.read_bytes()


class Crash(Exception):
    pass


@pytest.mark.parametrize("at", range(4))
def test_a_crash_before_any_part_is_gone_on_from(office: Office, in_parts: None, at: int) -> None:
    item = office.film(size=3 * STEP + 5)

    def remember(handle: Mapping[str, str]) -> None:
        office.remember(handle)  # committed, and then the lights go out
        if len(office.remembered) == at + 1:
            raise Crash

    with pytest.raises(Crash):
        office.connector().publish(item, remember)
    begun = datetime.now(UTC)
    assert office.find(office.kept(item), begun) == Absent()
    office.wire.seen.clear()
    sent = office.publish(office.kept(item))
    assert len(office.parts()) == 4 - at
    assert office.kept(item).handle["begun"] == office.remembered[0]["begun"]
    assert office.wire.asked("/upload/youtube/v3/videos", "POST") == []
    assert [entry["id"] for entry in office.ledger("post")] == [sent.remote_id]


def test_an_upload_that_finished_unheard_is_not_sent_again(office: Office) -> None:
    item = office.film(cover=True)
    office.fault("publish", "drop-after")
    with pytest.raises(OutcomeUnknown):
        office.publish(item)
    office.wire.seen.clear()
    sent = office.publish(office.kept(item))
    assert [entry["id"] for entry in office.ledger("post")] == [sent.remote_id]
    assert office.parts() == []
    assert len(office.wire.asked("thumbnails/set")) == 1


def test_a_listing_that_lags_does_not_hide_what_the_upload_knows(office: Office) -> None:
    item, begun = office.film(), datetime.now(UTC)
    office.fault("publish", "eventually")
    sent = office.publish(item)
    assert office.find(item, begun) == Absent()
    assert office.find(office.kept(item), begun) == Found(sent)


def test_an_unfinished_upload_is_not_taken_for_a_video_that_looks_the_same(office: Office, in_parts: None) -> None:
    begun = datetime.now(UTC)
    office.publish(office.film())
    item = office.film(size=2 * STEP + 5)
    office.wire.tell(QUESTION, Answer(503))
    with pytest.raises(Unreachable):
        office.publish(item)
    assert office.find(office.kept(item), begun) == Absent()


def test_an_upload_that_is_gone_is_looked_for_among_our_videos_first(office: Office) -> None:
    item = office.film()
    sent = office.publish(item)
    office.wire.seen.clear()
    office.wire.tell(QUESTION, *[Answer(404, b"Not Found")] * 3)
    assert office.publish(office.kept(item)) == sent
    assert office.find(office.kept(item), datetime.now(UTC)) == Found(sent)
    assert office.parts() == []
    office.connector().delete_own(item, sent.remote_id)
    again = office.publish(office.kept(item))
    assert len(office.ledger("post")) == 2
    assert again.remote_id != sent.remote_id
    assert office.remembered[-1]["upload_url"] != office.remembered[0]["upload_url"]


def test_a_film_of_last_month_with_the_same_words_is_not_taken_for_this_one(office: Office) -> None:
    item = office.film()
    old = office.publish(item)
    office.stand_in.world.posts[old.remote_id].at_us -= 30 * 86_400_000_000
    assert office.find(item, datetime.now(UTC)) == Absent()
    office.wire.tell(QUESTION, Answer(404, b"Not Found"))
    assert office.publish(office.kept(item)).remote_id != old.remote_id


def test_two_that_look_the_same_ask_a_person(office: Office) -> None:
    item, begun = office.film(), datetime.now(UTC)
    office.publish(item)
    office.publish(replace(item, nonce=uuid4()))
    assert isinstance(office.find(item, begun), CannotTell)
    office.wire.tell(QUESTION, Answer(410))
    with pytest.raises(OutcomeUnknown):
        office.publish(office.kept(item))
    assert len(office.ledger("post")) == 2


@pytest.mark.parametrize("edited", ["words", "film"])
def test_what_was_edited_since_is_a_new_upload(office: Office, in_parts: None, edited: str) -> None:
    item = office.film(size=2 * STEP + 5)
    office.wire.tell(QUESTION, Answer(308, after=True), Answer(503))
    with pytest.raises(Unreachable):
        office.publish(item)
    if edited == "film":
        item.media[0].path.write_bytes(b"y" * (2 * STEP + 5))
    text = "Jadwal diganti" if edited == "words" else item.text
    sent = office.publish(replace(office.kept(item), text=text))
    assert office.stand_in.world.details[sent.remote_id]["title"] == text
    assert office.stand_in.world.posts[sent.remote_id].media[0].blob.data == item.media[0].path.read_bytes()
    assert len(office.wire.asked("/upload/youtube/v3/videos", "POST")) == 2


def test_the_rest_of_an_end_that_was_kept_in_part_goes_after_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sandbox.youtube import uploads

    publish = uploads._publish

    def keep_a_part(call: object, upload: uploads.Upload) -> None:
        del upload.data[STEP:]
        monkeypatch.setattr(uploads, "_publish", publish)

    monkeypatch.setattr(uploads, "_publish", keep_a_part)
    item = office.film(size=STEP + 5)
    sent = office.publish(item)
    assert office.parts() == [f"bytes 0-{STEP + 4}/{STEP + 5}", f"bytes {STEP}-{STEP + 4}/{STEP + 5}"]
    assert len(office.remembered) == 2
    assert office.stand_in.world.posts[sent.remote_id].media[0].blob.data == item.media[0].path.read_bytes()


def test_an_end_that_youtube_did_not_take_whole_is_not_of_unknown_outcome(office: Office) -> None:
    item = office.film()
    office.wire.tell(QUESTION, Answer(308))
    with pytest.raises(Unreachable):
        office.publish(item)
    assert len(office.parts()) == 1
    assert office.publish(office.kept(item)).remote_id == office.ledger("post")[0]["id"]


@pytest.mark.parametrize(
    "answer",
    [Answer(200, b"<html>Masuk ke hotspot</html>"), Answer(200, {}), Answer(200, b"[]"), Answer(302, b"")],
)
def test_an_answer_that_nobody_can_read_is_of_unknown_outcome(office: Office, answer: Answer) -> None:
    office.wire.tell(QUESTION, answer)
    with pytest.raises(OutcomeUnknown) as caught:
        office.publish(office.film())
    assert caught.value.reason is Reason.UNREADABLE
    item = office.answer()
    office.wire.tell(r"/comments\?", answer)
    with pytest.raises(OutcomeUnknown):
        send(office, item)
    assert office.ledger("reply") == []


def test_a_write_casts_no_doubt_on_the_reads_after_it(office: Office) -> None:
    item, connector = office.answer(), office.connector()
    connector.reply(item, office.remember)
    office.wire.tell("playlistItems", Answer(200, b"<html>Masuk ke hotspot</html>"))
    with pytest.raises(Unreachable):
        list(connector.fetch({}))


@pytest.mark.parametrize("fault", ["429", "500-before", "drop-before", "timeout-after", "quota", "permission-missing"])
def test_a_fault_before_the_first_byte_leaves_nothing(office: Office, fault: str) -> None:
    office.connector().check()
    office.fault("upload", fault)
    with pytest.raises((Unreachable, RateLimited, LoginNeeded)):
        office.publish(office.film())
    assert [*office.ledger("post"), *office.remembered] == []


def test_a_project_that_google_has_not_audited(office: Office) -> None:
    """The film is there and nobody sees it: that is said, and letting it go again uploads nothing."""
    office.secrets = {**office.secrets, "client_id": "unaudited"}
    item, begun = office.film(), datetime.now(UTC)
    for attempt in (item, None):
        with pytest.raises(Refused) as caught:
            office.publish(attempt or office.kept(item))
        assert caught.value.reason is Reason.STAYS_PRIVATE
    assert isinstance(office.find(item, begun), CannotTell)
    assert isinstance(office.find(office.kept(item), begun), CannotTell)
    [entry] = office.ledger("post")
    office.stand_in.world.details[entry["id"]]["privacy"] = "public"  # by hand, in YouTube Studio
    assert office.publish(office.kept(item)).remote_id == entry["id"]
    assert len(office.ledger("post")) == 1


@pytest.mark.parametrize("privacy", ["private", " Unlisted "])
def test_a_setting_may_keep_films_hidden(office: Office, privacy: str) -> None:
    office.secrets = {**office.secrets, "privacy": privacy}
    item, begun = office.film(), datetime.now(UTC)
    sent = office.publish(item)
    assert office.stand_in.world.details[sent.remote_id]["privacy"] == privacy.strip().lower()
    assert office.find(item, begun) == Found(sent)


def test_a_cover_that_is_refused_stops_nothing(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    office.wire.tell("thumbnails/set", refusal(403, "forbidden"))
    with caplog.at_level(logging.WARNING):
        sent = office.publish(office.film(cover=True))
    assert [entry["id"] for entry in office.ledger("post")] == [sent.remote_id]
    assert "without its cover" in caplog.text


def test_what_cannot_become_a_video_is_refused_before_anything_leaves(office: Office) -> None:
    item = office.film(cover=True)
    film, cover = item.media
    cases = [
        (replace(item, kind=Kind.PHOTO, media=(cover,)), Reason.UNSUPPORTED),
        (replace(item, media=(film, film)), Reason.UNSUPPORTED),
        (replace(item, media=(film, cover, cover)), Reason.UNSUPPORTED),
        (replace(item, media=(Media(film.path, "video/x-flv"),)), Reason.MEDIA_REFUSED),
        (replace(item, media=(Media(office.folder / "hilang.mp4", "video/mp4"),)), Reason.MEDIA_REFUSED),
        (replace(item, text=" \n "), Reason.TEXT_REFUSED),
    ]
    (office.folder / "kosong.mp4").touch()
    cases.append((replace(item, media=(Media(office.folder / "kosong.mp4", "video/mp4"),)), Reason.MEDIA_REFUSED))
    for wrong, reason in cases:
        with pytest.raises(Refused) as caught:
            office.publish(wrong)
        assert caught.value.reason is reason
    assert office.wire.seen == []


def test_an_answer_to_an_answer_goes_to_its_thread(office: Office) -> None:
    item, begun = office.answer(), datetime.now(UTC)
    below = office.comment(item.post, "Ikut tanya", author="budi", parent=item.parent)
    asked = replace(item, parent=below)
    sent = office.connector().reply(asked, office.remember)
    assert office.ledger("reply")[-1]["parent"] == item.parent
    assert sent.permalink == f"https://www.youtube.com/watch?v={item.post}&lc={sent.remote_id}"
    assert office.find(asked, begun) == Found(sent)


def test_answers_that_look_the_same_are_told_apart_by_time_and_author(office: Office) -> None:
    item, begun = office.answer("Terima kasih"), datetime.now(UTC)
    office.comment(item.post, "Terima kasih", author="peniru", parent=item.parent)
    assert office.find(item, begun) == Absent()
    first = send(office, item)
    office.stand_in.world.comments[first].at_us -= 3_600_000_000
    assert office.find(item, begun) == Absent()
    send(office, item)
    send(office, item)
    assert isinstance(office.find(item, begun), CannotTell)
    assert isinstance(office.find(item, begun - timedelta(hours=2)), CannotTell)


def test_a_long_thread_is_read_back_to_its_end(office: Office) -> None:
    item, begun = office.answer(), datetime.now(UTC)
    for number in range(130):
        office.comment(item.post, f"jawab {number}", author=f"w{number}", parent=item.parent)
    sent = send(office, item)
    lookup = office.find(item, begun)
    assert isinstance(lookup, Found)
    assert lookup.sent.remote_id == sent


def test_a_comment_that_is_gone(office: Office) -> None:
    item, begun = office.answer(), datetime.now(UTC)
    office.connector().delete_own(item, item.parent)
    with pytest.raises(Refused) as caught:
        send(office, item)
    assert caught.value.reason is Reason.NOT_FOUND
    assert office.find(item, begun) == Absent()
    for without in (replace(item, parent=""), replace(item, kind=Kind.DM)):
        with pytest.raises(Refused):
            send(office, without)


def test_deciding_about_a_comment(office: Office) -> None:
    item = office.answer()
    comment = office.stand_in.world.comments[item.parent]
    for kind, state in ((Kind.HIDE, "hold"), (Kind.HIDE, "hold"), (Kind.APPROVE, ""), (Kind.SPAM, "reject")):
        sent = office.connector().moderate(replace(item, kind=kind, text=""))
        assert (comment.state, sent.remote_id) == (state, "")
    with pytest.raises(Refused):
        office.connector().moderate(replace(item, kind=Kind.DM))


@pytest.mark.parametrize(
    ("status", "reason", "ours", "why"),
    [
        (403, "commentsDisabled", Refused, Reason.COMMENTS_CLOSED),
        (403, "forbidden", Refused, Reason.NO_PERMISSION),
        (400, "commentTextTooLong", Refused, Reason.TEXT_REFUSED),
        (400, "processingFailure", Refused, Reason.REFUSED),
        (403, "dailyLimitExceeded", RateLimited, Reason.TOO_FAST),
        (403, "userRateLimitExceeded", RateLimited, Reason.TOO_FAST),
        (400, "uploadLimitExceeded", RateLimited, Reason.TOO_FAST),
        (403, "accessNotConfigured", LoginNeeded, Reason.NO_PERMISSION),
        (403, "", Refused, Reason.NO_PERMISSION),
        (418, "", Refused, Reason.REFUSED),
    ],
)
def test_a_no_has_a_reason(office: Office, status: int, reason: str, ours: type[ConnectorError], why: Reason) -> None:
    item = office.answer()
    office.wire.tell(r"/comments\?", refusal(status, reason) if reason else Answer(status, b"<html>no</html>"))
    with pytest.raises(ConnectorError) as caught:
        send(office, item)
    assert (type(caught.value), caught.value.reason) == (ours, why)
    if reason == "uploadLimitExceeded":
        assert isinstance(caught.value, RateLimited)
        assert caught.value.until is not None
        assert timedelta(hours=23) < caught.value.until - datetime.now(UTC) <= timedelta(days=1)


def test_nothing_secret_is_in_errors_or_logs(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    item = office.film(cover=True)
    with caplog.at_level(logging.DEBUG):
        for number, answer in enumerate([Answer(403), refusal(400, "invalidTags"), Answer(200, b"?"), Answer(503)]):
            office.wire.tell(QUESTION, answer)
            with pytest.raises(ConnectorError) as caught:
                office.publish(item)
            said = f"{caught.value!r} {caught.value} {caught.value.detail}"
            address = office.remembered[number]["upload_url"]
            token = str(office.made[-1].session()["token"])
            secrets = [address.partition("upload_id=")[2], token, *list(office.secrets.values())[1:]]
            logged = "\n".join(one.getMessage() for one in caplog.records if one.name.startswith("connectors"))
            assert [secret for secret in secrets if secret in said + logged] == []
    assert HANDLE not in repr(office.made[-1].login.secrets["client_secret"])
