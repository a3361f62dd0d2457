"""Rows become posts: queued once, updated while they can be, never touched once they are out."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from connectors import attempts, outgoing
from connectors.errors import Reason, Unreachable
from connectors.models import Account, Outgoing
from offices.models import Event, Notice, Office
from scheduler import intake, plan, publish
from scheduler.models import CalendarFile, Delivery, Post
from scheduler.writing import Writer
from tests.rows import an_officer
from tests.scheduler.conftest import NOW, Drop, as_csv, picture, row

pytestmark = pytest.mark.django_db
State = Outgoing.State


def states() -> dict[str, str]:
    return {
        delivery.row_key.partition(":")[2]: delivery.outgoing.state
        for delivery in Delivery.objects.select_related("outgoing")
    }


def counts(reading: CalendarFile) -> dict[str, int]:
    names = ("rows", "created", "updated", "unchanged", "withdrawn", "held")
    return {name: getattr(reading, name) for name in names if getattr(reading, name)}


def codes(reading: CalendarFile) -> list[str]:
    return [one["code"] for one in reading.problems]


def sent(key: str) -> Outgoing:
    found = Delivery.objects.get(row_key=f"id:{key}").outgoing
    Outgoing.objects.filter(id=found.id).update(state=State.SENT, sent_at=NOW, remote_id=key)
    return found


def test_a_good_row_is_queued_with_all_that_it_says(drop: Drop, content: Path, office: Office, settings: Any) -> None:
    reading = drop(row(4, jam="08.30", teks_alt="Antrean", caption="Halo\nSemua 🙏"))
    assert counts(reading) == {"rows": 1, "created": 1}
    assert reading.problems == []
    delivery = Delivery.objects.select_related("post", "outgoing").get()
    assert (delivery.row_key, delivery.post.theme, delivery.post.row) == ("id:DES-4", "pengumuman", 2)
    out = delivery.outgoing
    assert (out.state, out.kind, out.text) == (State.QUEUED, "photo", "Halo\nSemua 🙏")
    assert out.due_at == datetime(2026, 12, 5, 1, 30, tzinfo=UTC)
    assert out.late_at == out.due_at + timedelta(minutes=office.late_after_minutes)
    kept = Path(settings.MEDIA_ROOT) / out.media[0]["path"]
    assert kept.read_bytes() == (content / "media" / "foto 4.jpg").read_bytes()
    assert out.media[0]["alt_text"] == "Antrean"
    assert Event.objects.filter(subject=f"outgoing:{out.id}", verb="outgoing.queued").exists()


def test_good_rows_go_in_and_bad_ones_are_told(drop: Drop) -> None:
    reading = drop(row(1), row(2, jam="25:00"), row(3, media="tidak ada.jpg"), row(4))
    assert counts(reading) == {"rows": 4, "created": 2}
    assert sorted(codes(reading)) == ["bad_time", "media_missing"]
    assert {(one["row"], one["column"]) for one in reading.problems} == {(3, "jam"), (4, "media")}
    notice = Notice.objects.get()
    assert (notice.kind, notice.data["wrong"]) == ("calendar_problems", 2)


def test_without_id_the_instant_is_the_key(drop: Drop) -> None:
    drop(row(4, id=""))
    assert Delivery.objects.get().row_key == "at:2026-12-05T01:00:00Z"


def test_the_same_file_again_or_its_copy_changes_nothing_and_says_so(drop: Drop) -> None:
    rows = [row(1), row(2, id=""), row(3, status="draf")]
    drop(*rows)
    before = (states(), list(Outgoing.objects.values()), list(Post.objects.values()))
    assert counts(drop(*rows)) == {"rows": 3, "unchanged": 3}
    assert counts(drop(*rows, name="2026-12 (1).csv")) == {"rows": 3, "unchanged": 3}
    assert (states(), list(Outgoing.objects.values()), list(Post.objects.values())) == before


def test_draft_waits_ready_goes_and_empty_means_ready(drop: Drop) -> None:
    drop(row(1, status="draft"), row(2, status="SIAP"), row(3))
    assert states() == {"DES-1": State.DRAFT, "DES-2": State.QUEUED, "DES-3": State.QUEUED}
    drop(row(1, status="siap"), row(2, status="draf"), row(3))
    assert states() == {"DES-1": State.QUEUED, "DES-2": State.DRAFT, "DES-3": State.QUEUED}


def test_an_edited_row_updates_what_is_queued(drop: Drop) -> None:
    drop(row(1), row(2))
    reading = drop(row(1, caption="Baru", jam="10:00", media="foto 5.jpg"), row(2))
    assert counts(reading) == {"rows": 2, "updated": 1, "unchanged": 1}
    delivery = Delivery.objects.get(row_key="id:DES-1")
    assert delivery.outgoing.text == delivery.post.caption == "Baru"
    assert delivery.outgoing.due_at == delivery.post.due_at == datetime(2026, 12, 2, 3, 0, tzinfo=UTC)
    assert delivery.post.media[0]["name"] == "foto 5.jpg"
    assert Outgoing.objects.count() == 2


@pytest.mark.parametrize("state", [State.SENDING, State.SENT, State.UNKNOWN])
def test_what_has_left_is_never_touched(drop: Drop, state: str) -> None:
    drop(row(1), row(2), row(3), row(4), row(5), row(6))
    out = sent("DES-1")
    Outgoing.objects.filter(id=out.id).update(
        state=state, token="6f1c1a52-7c1b-4b05-9d3c-5b1b8a1c8f00", lease_until=NOW
    )
    before = Outgoing.objects.filter(id=out.id).values().get()
    reading = drop(row(1, caption="Lain"), row(2), row(3), row(4), row(5), row(6))
    assert codes(reading) == ["already_out"]
    assert drop(row(2), row(3), row(4), row(5), row(6)).withdrawn == 0
    noted = None if state == State.SENT else plan.GONE
    assert Outgoing.objects.filter(id=out.id).values().get() == before | {"unwanted": noted}


def test_an_edit_in_the_console_stays_until_the_row_itself_changes(drop: Drop, django_user_model: Any) -> None:
    drop(row(1), row(2))
    delivery = Delivery.objects.get(row_key="id:DES-1")
    officer = django_user_model.objects.create(username="sari")
    assert publish.edit(delivery, "Dari meja", delivery.outgoing.due_at, NOW, officer)
    drop(row(1), row(2, caption="Berubah"))
    assert Delivery.objects.get(row_key="id:DES-1").outgoing.text == "Dari meja"
    drop(row(1, caption="Dari file"), row(2, caption="Berubah"))
    assert Delivery.objects.get(row_key="id:DES-1").outgoing.text == "Dari file"


@pytest.mark.parametrize("same", [{"caption": "KABAR ke-1  dari puskesmas"}, {"media": "foto 1.jpg"}])
def test_what_looks_like_something_sent_is_held_and_asks(drop: Drop, same: dict[str, str]) -> None:
    drop(row(1))
    sent("DES-1")
    reading = drop(row(2, **same), row(3), name="lain.csv")
    assert counts(reading) == {"rows": 2, "created": 2, "held": 1}
    held = Delivery.objects.get(row_key="id:DES-2").outgoing
    assert (held.state, held.reason) == (State.HELD, "looks_alike")
    told = Event.objects.get(verb="outgoing.held")
    assert told.data["twin"] == Delivery.objects.get(row_key="id:DES-1").id
    assert counts(drop(row(2, **same), row(3), name="lain.csv")) == {"rows": 2, "unchanged": 2}


def test_what_looks_like_something_that_waits_late_is_held(drop: Drop) -> None:
    drop(row(1))
    Outgoing.objects.update(state=State.LATE)
    drop(row(2, caption="Kabar ke-1 dari puskesmas"), name="lain.csv")
    assert states() == {"DES-1": State.LATE, "DES-2": State.HELD}


def test_what_a_person_released_stays_released_while_it_looks_the_same(drop: Drop) -> None:
    drop(row(1))
    sent("DES-1")
    alike = {"caption": "Kabar ke-1 dari puskesmas"}
    drop(row(1), row(2, **alike))
    assert outgoing.release(Delivery.objects.get(row_key="id:DES-2").outgoing, NOW, None)
    drop(row(1), row(2, **alike, teks_alt="Loket"))
    assert states()["DES-2"] == State.QUEUED
    drop(row(1), row(2, **alike, media="foto 3.jpg"))
    assert states()["DES-2"] == State.HELD


@pytest.mark.parametrize("state", [State.LATE, State.FAILED])
def test_what_waits_for_a_person_waits_on_until_its_row_has_a_time_to_come(drop: Drop, state: str) -> None:
    drop(row(1))
    Outgoing.objects.update(state=state, reason="timeout")
    past = datetime(2026, 12, 2, 5, 0, tzinfo=UTC)
    drop(row(1, caption="Diperbaiki"), at=past)
    found = Outgoing.objects.get()
    assert (found.state, found.reason, found.text) == (state, "timeout", "Diperbaiki")
    drop(row(1, caption="Diperbaiki", jam="20:00"), at=past)
    found.refresh_from_db()
    assert (found.state, found.reason) == (State.QUEUED, "")
    Outgoing.objects.update(state=state)
    drop(row(1, caption="Diperbaiki", jam="09:00", status="draf"), at=past)
    found.refresh_from_db()
    assert found.state == State.DRAFT


def test_alike_sixty_days_apart_is_a_repetition(drop: Drop) -> None:
    drop(row(1))
    between = row(3, tanggal="30/01/2027")
    drop(between, row(2, tanggal="15/03/2027", media="foto 1.jpg"), name="lain.csv")
    assert states()["DES-2"] == State.QUEUED


def test_what_repeats_something_sent_asks_even_in_the_same_file(drop: Drop) -> None:
    drop(row(1))
    sent("DES-1")
    assert drop(row(1), row(2, media="foto 1.jpg")).held == 1


def test_a_file_that_says_the_same_again_writes_nothing_of_its_rows(drop: Drop) -> None:
    rows = [row(number) for number in range(1, 9)]
    drop(*rows)
    with CaptureQueriesContext(connection) as ran:
        assert counts(drop(*rows)) == {"rows": 8, "unchanged": 8}
    tables = ("scheduler_post", "scheduler_delivery", "connectors_outgoing")
    written = [one["sql"] for one in ran if one["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert written
    assert not [sql for sql in written if any(f'"{table}"' in sql.partition(" (")[0] for table in tables)]


def test_edits_cost_no_query_each(drop: Drop) -> None:
    def queries(many: int) -> int:
        with CaptureQueriesContext(connection) as ran:
            reading = drop(*(row(n, caption=f"Baru {many}" if n <= many else "Tetap") for n in range(1, 9)))
        assert reading.updated >= many
        return len(ran)

    drop(*(row(n) for n in range(1, 9)))
    queries(1)
    assert queries(8) <= queries(2) + 2


def test_what_leaves_in_the_very_moment_of_the_edit_is_told(drop: Drop, monkeypatch: pytest.MonkeyPatch) -> None:
    drop(row(1))
    monkeypatch.setattr(outgoing, "revise_many", lambda *_: set())
    reading = drop(row(1, caption="Lain"))
    assert codes(reading) == ["already_out"]
    assert counts(reading) == {"rows": 1, "unchanged": 1}


def test_rows_that_are_out_may_leave_the_file(drop: Drop) -> None:
    rows = [row(number) for number in range(1, 10)]
    drop(*rows)
    for number in range(1, 6):
        sent(f"DES-{number}")
    reading = drop(*rows[5:])
    assert (reading.asks, reading.withdrawn) == (False, 0)


def test_rows_of_one_file_may_repeat_on_purpose(drop: Drop) -> None:
    reading = drop(row(1, media="foto 1.jpg"), row(2, media="foto 1.jpg"))
    assert counts(reading) == {"rows": 2, "created": 2}
    again = drop(row(1, media="foto 1.jpg"), row(2, media="foto 1.jpg"), row(3, media="foto 1.jpg"))
    assert counts(again) == {"rows": 3, "created": 1, "unchanged": 2}


def test_a_row_whose_time_was_moved_takes_the_old_one_back(drop: Drop) -> None:
    rows = [row(number, id="") for number in range(1, 7)]
    drop(*rows)
    reading = drop(row(1, id="", jam="09:00"), *rows[1:])
    assert counts(reading) == {"rows": 6, "created": 1, "withdrawn": 1, "unchanged": 5}
    found = Delivery.objects.filter(row_key__startswith="at:2026-12-02")
    assert sorted(one.outgoing.state for one in found) == [State.QUEUED, State.WITHDRAWN]


def test_few_rows_gone_are_withdrawn_and_come_back_with_their_rows(drop: Drop) -> None:
    rows = [row(number) for number in range(1, 7)]
    drop(*rows)
    assert counts(drop(*rows[1:])) == {"rows": 5, "unchanged": 5, "withdrawn": 1}
    assert states()["DES-1"] == State.WITHDRAWN
    assert counts(drop(*rows)) == {"rows": 6, "created": 1, "unchanged": 5}
    assert states()["DES-1"] == State.QUEUED
    assert Delivery.objects.count() == 6


# --- rows that leave the file while nobody knows whether they are out


def in_doubt(key: str, state: str = State.UNKNOWN) -> Outgoing:
    found = Delivery.objects.get(row_key=f"id:{key}").outgoing
    held = {"state": state, "token": "6f1c1a52-7c1b-4b05-9d3c-5b1b8a1c8f00", "lease_until": NOW}
    Outgoing.objects.filter(id=found.id).update(**held)
    found.refresh_from_db()
    return found


def surely_not_out(row: Outgoing) -> Outgoing:
    """What comes to light in the end."""
    attempts.record_failure(row.account, row, Unreachable(Reason.OFFLINE))
    row.refresh_from_db()
    return row


@pytest.mark.parametrize("state", [State.SENDING, State.UNKNOWN])
def test_a_row_that_left_the_file_in_doubt_is_not_sent_again(drop: Drop, state: str) -> None:
    rows = [row(number) for number in range(1, 7)]
    drop(*rows)
    out = in_doubt("DES-1", state)
    assert counts(drop(*rows[1:])) == {"rows": 5, "unchanged": 5}
    drop(*rows[1:], row(7))
    assert Event.objects.filter(verb="outgoing.unwanted").count() == 1  # however often the file is read
    out = surely_not_out(out)
    assert (out.state, out.reason) == (State.WITHDRAWN, plan.GONE)
    assert counts(drop(*rows, row(7))) == {"rows": 7, "created": 1, "unchanged": 6}  # as any that was gone
    assert states()["DES-1"] == State.QUEUED


@pytest.mark.parametrize("caption", ["Kabar ke-1 dari puskesmas", "Diubah"])
def test_a_row_that_comes_back_while_still_in_doubt_is_wanted_again(drop: Drop, caption: str) -> None:
    rows = [row(number) for number in range(1, 7)]
    drop(*rows)
    out = in_doubt("DES-1")
    drop(*rows[1:])
    reading = drop(row(1, caption=caption), *rows[1:])
    assert ("already_out" in codes(reading)) is (caption == "Diubah")
    assert surely_not_out(out).state == State.QUEUED
    assert Event.objects.filter(verb="outgoing.wanted").count() == 1


def test_back_as_a_draft_it_is_not_wanted_yet(drop: Drop) -> None:
    rows = [row(number) for number in range(1, 7)]
    drop(*rows)
    out = in_doubt("DES-1")
    drop(*rows[1:])
    drop(row(1, status="draf"), *rows[1:])
    assert surely_not_out(out).state == State.WITHDRAWN


@pytest.mark.parametrize("first", ["the person", "the file"])
def test_what_a_person_took_back_in_doubt_stays_so_whatever_the_file_says(drop: Drop, first: str) -> None:
    rows = [row(number) for number in range(1, 7)]
    drop(*rows)
    out = in_doubt("DES-1")
    by_hand, gone = (
        lambda: outgoing.withdraw(Outgoing.objects.filter(id=out.id), NOW, an_officer(out.office)),
        lambda: drop(*rows[1:]),
    )
    for act in (by_hand, gone) if first == "the person" else (gone, by_hand):
        act()
    assert drop(*rows).problems == []
    out = surely_not_out(out)
    assert (out.state, out.reason) == (State.WITHDRAWN, "")


def test_a_row_withdrawn_in_the_very_moment_of_its_return_is_queued_anew(
    drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [row(number) for number in range(1, 7)]
    drop(*rows)
    out = in_doubt("DES-1")
    drop(*rows[1:])
    before_writing = intake._withdraw_gone

    def meanwhile(*given: Any) -> None:
        assert surely_not_out(out).state == State.WITHDRAWN
        before_writing(*given)

    monkeypatch.setattr(intake, "_withdraw_gone", meanwhile)
    assert counts(drop(*rows)) == {"rows": 6, "created": 1, "unchanged": 5}
    assert states()["DES-1"] == State.QUEUED


@pytest.mark.parametrize("said", [True, False])
def test_a_file_half_copied_takes_back_nothing_in_doubt_before_a_person_says_so(drop: Drop, said: bool) -> None:
    rows = [row(number) for number in range(1, 9)]
    drop(*rows)
    doubtful = [in_doubt(f"DES-{number}") for number in range(5, 9)]
    reading = drop(*rows[:4])
    assert (reading.asks, len(reading.missing)) == (True, 4)
    assert not Outgoing.objects.exclude(unwanted=None).exists()
    if said:
        assert intake.withdraw_missing(reading, NOW, None) == 0  # none of them for sure
    assert {surely_not_out(one).state for one in doubtful} == {State.WITHDRAWN if said else State.QUEUED}


def test_what_a_person_took_back_while_the_file_asked_stays_a_person_s(drop: Drop) -> None:
    rows = [row(number) for number in range(1, 9)]
    drop(*rows)
    out = in_doubt("DES-8")
    reading, who = drop(*rows[:4]), an_officer(out.office)
    outgoing.withdraw(Outgoing.objects.filter(id=out.id), NOW, who)
    intake.withdraw_missing(reading, NOW, who)
    drop(*rows)
    assert (surely_not_out(out).state, out.reason) == (State.WITHDRAWN, "")


def test_what_is_noted_already_makes_no_file_look_half_copied(drop: Drop) -> None:
    rows = [row(number, media="foto 1.jpg") for number in range(1, 24)]
    drop(*rows)
    for number in range(1, 4):
        in_doubt(f"DES-{number}")
    assert not drop(*rows[3:]).asks
    reading = drop(*rows[4:])
    assert (reading.asks, reading.withdrawn) == (False, 1)


def test_a_row_in_doubt_that_comes_back_without_its_picture_is_a_problem(drop: Drop) -> None:
    """It is not forgiven as one that is out: nobody would ever hear that it did not go out."""
    rows = [row(number) for number in range(1, 7)]
    drop(*rows)
    in_doubt("DES-1")
    drop(*rows[1:])
    assert codes(drop(row(1, media="hilang.jpg"), *rows[1:])) == ["media_missing"]


def test_what_a_person_withdrew_does_not_come_back_by_itself(drop: Drop) -> None:
    drop(row(1), row(2))
    Outgoing.objects.filter(delivery__row_key="id:DES-1").update(state=State.WITHDRAWN)
    assert counts(drop(row(1), row(2))) == {"rows": 2, "unchanged": 2}
    assert states()["DES-1"] == State.WITHDRAWN
    drop(row(1, caption="Diubah"), row(2))
    assert states()["DES-1"] == State.HELD


@pytest.mark.parametrize(
    ("before", "after", "asks"),
    [(6, 5, False), (5, 4, False), (4, 3, True), (9, 7, True), (30, 27, False), (30, 26, True)],
)
def test_many_rows_gone_ask_first(drop: Drop, before: int, after: int, asks: bool) -> None:
    rows = [
        row(number, media="foto 1.jpg", jam=f"{number:02d}:00"[-5:] if number < 24 else "23:30")
        for number in range(1, before + 1)
    ]
    drop(*rows)
    reading = drop(*rows[:after])
    assert reading.asks is asks
    assert reading.withdrawn == (0 if asks else before - after)
    assert len(reading.missing) == (before - after if asks else 0)
    gone = Outgoing.objects.filter(state=State.WITHDRAWN).count()
    assert gone == (0 if asks else before - after)


def test_a_person_says_whether_missing_rows_are_withdrawn(drop: Drop) -> None:
    rows = [row(number) for number in range(1, 9)]
    drop(*rows)
    reading = drop(*rows[:4])
    assert Notice.objects.get().kind == "calendar_asks"
    assert intake.withdraw_missing(reading, NOW, None) == 4
    assert list(states().values()).count(State.WITHDRAWN) == 4
    reading.refresh_from_db()
    assert (reading.asks, reading.missing, reading.withdrawn) == (False, [], 4)
    assert intake.withdraw_missing(reading, NOW, None) == 0


def test_kept_posts_leave_the_file_and_are_not_asked_about_again(drop: Drop) -> None:
    rows = [row(number) for number in range(1, 9)]
    drop(*rows)
    assert intake.keep_missing(drop(*rows[:4]), NOW, None) == 4
    reading = drop(*rows[:4])
    assert (reading.asks, reading.withdrawn) == (False, 0)
    assert set(states().values()) == {State.QUEUED}


def test_a_newer_reading_answers_the_question(drop: Drop) -> None:
    rows = [row(number) for number in range(1, 9)]
    drop(*rows)
    asked = drop(*rows[:4])
    drop(*rows)
    asked.refresh_from_db()
    assert not asked.asks
    assert intake.withdraw_missing(asked, NOW, None) == 0


def test_a_bad_row_is_not_a_row_that_is_gone(drop: Drop) -> None:
    rows = [row(number) for number in range(1, 7)]
    drop(*rows)
    assert drop(row(1, media="hilang.jpg"), *rows[1:]).withdrawn == 0
    # Without its id the row cannot be told from the one that seems to be gone.
    assert drop(row(1, id="", tanggal="?"), *rows[1:]).withdrawn == 0
    assert set(states().values()) == {State.QUEUED}


@pytest.mark.parametrize("content_of_file", [b"", b"tanggal;jam\n", b"\xff\xfe\x00", b"PK\x03\x04"])
def test_a_file_that_cannot_be_read_withdraws_nothing(
    drop: Drop, content: Path, office: Office, content_of_file: bytes
) -> None:
    drop(row(1), row(2))
    path = content / "2026-12.csv"
    path.write_bytes(content_of_file)
    reading = intake.import_file(path, office, CalendarFile.Source.FOLDER, NOW)
    assert codes(reading)
    assert not reading.asks
    assert set(states().values()) == {State.QUEUED}


def test_rows_gone_from_another_file_are_not_this_files_business(drop: Drop) -> None:
    drop(row(1), row(2))
    assert drop(row(3), name="lain.csv").withdrawn == 0
    assert State.WITHDRAWN not in states().values()


def test_the_past_is_a_problem_only_for_rows_not_yet_known(drop: Drop) -> None:
    drop(row(1), row(2))
    sent("DES-1")
    january = datetime(2027, 1, 10, tzinfo=UTC)
    reading = drop(row(1), row(2), row(3), at=january)
    assert [(one["code"], one["row"]) for one in reading.problems] == [("past", 4)]
    assert counts(reading) == {"rows": 3, "unchanged": 2}


def test_a_sent_row_may_lose_its_picture(drop: Drop, content: Path) -> None:
    drop(row(1), row(2))
    sent("DES-1")
    (content / "media" / "foto 1.jpg").unlink()
    reading = drop(row(1), row(2))
    assert reading.problems == []
    assert counts(reading) == {"rows": 2, "unchanged": 2}


def test_a_row_that_is_out_on_one_account_alone_still_needs_its_picture(
    drop: Drop, content: Path, office: Office
) -> None:
    Account.objects.create(office=office, platform="instagram", handle="promkes")
    both = row(1, akun="pkm.kendalsari + @promkes")
    drop(both, row(2, akun="promkes"))
    out = Outgoing.objects.filter(account__handle="promkes", delivery__row_key="id:DES-1")
    out.update(state=State.SENT, sent_at=NOW, remote_id="r1")
    (content / "media" / "foto 1.jpg").unlink()
    assert codes(drop(both, row(2, akun="promkes"))) == ["media_missing"]


def test_a_queued_post_keeps_its_picture_whatever_happens_to_the_folder(
    drop: Drop, content: Path, settings: Any
) -> None:
    drop(row(1))
    before = (content / "media" / "foto 1.jpg").read_bytes()
    picture(content / "media" / "foto 1.jpg", "red")
    out = Outgoing.objects.get()
    assert (Path(settings.MEDIA_ROOT) / out.media[0]["path"]).read_bytes() == before
    assert drop(row(1)).updated == 1  # read again, the row's picture is another one
    out.refresh_from_db()
    assert (Path(settings.MEDIA_ROOT) / out.media[0]["path"]).read_bytes() != before


def test_kinds_come_from_the_media(drop: Drop) -> None:
    drop(row(1), row(2, media="foto 2.jpg, foto 3.jpg"), row(3, media="film.mp4"))
    found = {delivery.row_key: delivery.outgoing.kind for delivery in Delivery.objects.select_related("outgoing")}
    assert found == {"id:DES-1": "photo", "id:DES-2": "carousel", "id:DES-3": "reel"}


def test_one_row_two_accounts_is_one_post_with_two_deliveries(drop: Drop, office: Office) -> None:
    Account.objects.create(office=office, platform="instagram", handle="promkes")
    drop(row(1, akun="pkm.kendalsari + @promkes"), *[row(number, akun="promkes") for number in range(2, 8)])
    assert Post.objects.count() == 7
    assert Delivery.objects.count() == 8
    reading = drop(row(1, akun="promkes"), *[row(number, akun="promkes") for number in range(2, 8)])
    assert reading.withdrawn == 1
    assert Outgoing.objects.get(account__handle="pkm.kendalsari").state == State.WITHDRAWN
    assert Outgoing.objects.filter(account__handle="promkes", state=State.QUEUED).count() == 7


def test_one_row_that_cannot_be_stored_stops_no_other(drop: Drop, monkeypatch: pytest.MonkeyPatch) -> None:
    create = Writer.create

    def breaks(self: Writer, chunk: Sequence[Any], posts: dict[int, int]) -> None:
        create(self, chunk, posts)
        if any(wishes[0].row.key == "id:DES-2" for wishes in chunk):
            raise IntegrityError("a row in the way")

    monkeypatch.setattr(Writer, "create", breaks)
    reading = drop(row(1), row(2), row(3))
    assert counts(reading) == {"rows": 3, "created": 2}
    assert [(one["code"], one["row"]) for one in reading.problems] == [("not_stored", 3)]
    assert (Post.objects.count(), Outgoing.objects.count(), Delivery.objects.count()) == (2, 2, 2)


def test_a_reading_that_was_cut_short_does_not_count_as_done(
    drop: Drop, monkeypatch: pytest.MonkeyPatch, content: Path
) -> None:
    def power_cut(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Writer, "write", power_cut)
        with pytest.raises(KeyboardInterrupt):
            drop(row(1))
    assert CalendarFile.objects.get().sha256 == ""


def test_queries_do_not_grow_with_rows(drop: Drop, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(40) as few:
        drop(*[row(number) for number in range(1, 3)])
    with django_assert_max_num_queries(40) as many:
        drop(*[row(number, id=f"X{number}", jam="11:00", media="foto 9.jpg") for number in range(1, 28)], name="b.csv")
    assert isinstance(few, CaptureQueriesContext)
    assert abs(len(many) - len(few)) <= 4


def test_another_offices_rows_are_their_own(drop: Drop, content: Path) -> None:
    drop(row(1))
    other = Office.objects.create(name="Puskesmas Dinoyo", slug="dinoyo")
    Account.objects.create(office=other, platform="instagram", handle="pkm.dinoyo")
    picture(content / "dinoyo" / "media" / "foto 1.jpg", "navy")
    path = content / "dinoyo" / "2026-12.csv"
    path.write_bytes(as_csv([row(1), row(2, akun="pkm.kendalsari")]))
    reading = intake.import_file(path, other, CalendarFile.Source.FOLDER, NOW)
    assert codes(reading) == ["unknown_account"]
    assert counts(reading) == {"rows": 2, "created": 1}
    theirs = Delivery.objects.get(account__handle="pkm.dinoyo")
    assert theirs.post.office == other
    own = Delivery.objects.get(account__handle="pkm.kendalsari")
    assert theirs.outgoing.media[0]["path"] != own.outgoing.media[0]["path"]


def test_an_upload_brings_its_own_pictures(content: Path, office: Office, account: Account, tmp_path: Path) -> None:
    picture(tmp_path / "upload" / "dari hp.jpg", "orange")
    path = tmp_path / "upload" / "x.tmp.csv"
    path.write_bytes(as_csv([row(1, media="Dari HP.jpg")]))
    reading = intake.import_file(
        path, office, CalendarFile.Source.UPLOAD, NOW, name="desember.csv", media=[tmp_path / "upload"]
    )
    assert (reading.name, counts(reading)) == ("desember.csv", {"rows": 1, "created": 1})


def january(number: int, **cells: str) -> list[str]:
    """A row of the next month's calendar, numbered as in the month before."""
    new = {
        "tanggal": f"{number + 4:02d}/01/2027",
        "caption": f"Kabar Januari {number}",
        "media": f"foto {number + 4}.jpg",
    }
    return row(number, **(new | cells))


def test_another_months_rows_under_the_same_ids_take_no_posts_place(drop: Drop) -> None:
    drop(row(1), row(2))
    before = list(Outgoing.objects.values())
    reading = drop(january(1), january(2), january(3), name="2027-01.csv")
    assert codes(reading) == ["id_taken", "id_taken"]
    assert counts(reading) == {"rows": 3, "created": 1}
    assert list(Outgoing.objects.exclude(delivery__row_key="id:DES-3").values()) == before
    assert "2026-12.csv, baris 2" in reading.problems[0]["what_id"]
    assert Notice.objects.get().kind == "calendar_problems"


def test_an_id_whose_post_is_out_is_not_silently_used_up(drop: Drop) -> None:
    drop(row(1), row(2))
    sent("DES-1")
    reading = drop(january(1), row(2))
    assert codes(reading) == ["id_taken"]
    assert not reading.problems[0]["warning"]
    assert states() == {"DES-1": State.SENT, "DES-2": State.QUEUED}


DAY, WORDS = {"tanggal": "20/12/2026"}, {"caption": "Kabar yang diperbaiki"}


@pytest.mark.parametrize(
    ("edit", "name"), [(DAY, "2026-12 revisi.csv"), (WORDS, "2026-12 revisi.csv"), (DAY | WORDS, "2026-12.csv")]
)
def test_a_corrected_row_is_an_edit_also_in_a_copy(drop: Drop, edit: dict[str, str], name: str) -> None:
    drop(row(1), row(2))
    assert counts(drop(row(1, **edit), row(2), name=name)) == {"rows": 2, "updated": 1, "unchanged": 1}


def test_of_a_row_for_two_accounts_nothing_is_taken_in_where_one_has_its_id_already(drop: Drop, office: Office) -> None:
    Account.objects.create(office=office, platform="facebook", handle="pkm", state="green")
    drop(row(1), row(2))
    reading = drop(january(1, akun="instagram, facebook"), name="2027-01.csv")
    assert codes(reading) == ["id_taken"]
    assert (Delivery.objects.count(), Post.objects.count()) == (2, 2)
