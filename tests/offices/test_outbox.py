"""Notices leave the desk over the wire: to whom, when, in one message, once, and without anything of a citizen."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse

from offices.models import Event, Notice, Office, Officer
from offices.outbox import sending, wire
from offices.outbox.models import Telling, ToldAt
from offices.outbox.words import WHAT
from tests import console
from tests.desk import Desk, make_desk
from tests.listening import Listener, json_listener, mail_server
from tests.rows import an_officer

pytestmark = pytest.mark.django_db
MONDAY_9 = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # 09.00 WIB
SUNDAY_20 = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)  # 20.00 WIB
LATER = MONDAY_9 + sending.GATHER


@pytest.fixture
def desk() -> Desk:
    return make_desk()


@pytest.fixture
def listener() -> Iterator[Listener]:
    with json_listener() as told:
        yield told


def place(desk: Desk, listener: Listener, officer: Officer | None, **more: Any) -> ToldAt:
    address: dict[str, Any] = {"url": f"json://{listener.address}/hook"}
    return ToldAt.objects.create(office=desk.office, officer=officer, address=address, shown="JSON", **more)


def give(office: Office, kind: str = "case_opened", at: datetime = MONDAY_9, **more: Any) -> None:
    Notice.give(office.id, kind, **{"number": "2026-0007", "address": "/kasus/7/", **more})
    Notice.objects.filter(spread_at=None).update(at=at)


def tick(at: datetime) -> None:
    sending.spread(at)
    sending.send_due(at)


def test_many_notices_are_one_message_with_number_and_link(desk: Desk, listener: Listener) -> None:
    place(desk, listener, None)
    give(desk.office)
    give(desk.office, "consultation_answered", officer_name="Bu Ratna", text="Nomor saya 0812-3456-7890")
    tick(MONDAY_9)
    assert not listener.heard  # they wait for company
    tick(LATER)
    tick(LATER + timedelta(minutes=10))
    (heard,) = listener.heard
    assert heard["message"].count("2026-0007") == 2
    assert "http://127.0.0.1:8000/kasus/7/" in heard["message"]
    assert "0812" not in str(heard)
    assert "Ratna" not in str(heard)


def test_what_is_urgent_goes_at_once_at_night_and_takes_along_nothing_that_waits(
    desk: Desk, listener: Listener
) -> None:
    place(desk, listener, desk.officer, urgent_only=True)
    give(desk.office, officer=desk.officer, at=SUNDAY_20)
    give(desk.office, "case_urgent", officer=desk.officer, urgent=True, at=SUNDAY_20)
    tick(SUNDAY_20)
    (heard,) = listener.heard
    assert "2026-0007" in heard["message"]
    assert Telling.objects.count() == 1


def test_the_rest_waits_for_working_hours(desk: Desk, listener: Listener) -> None:
    place(desk, listener, desk.officer)
    give(desk.office, officer=desk.officer, at=SUNDAY_20)
    tick(SUNDAY_20)
    tick(SUNDAY_20 + timedelta(hours=8))
    assert not listener.heard
    tick(MONDAY_9)
    assert len(listener.heard) == 1


def test_who_is_told_of_what(desk: Desk, listener: Listener) -> None:
    colleague = an_officer(desk.office, "tono")
    gone = an_officer(desk.office, "gani", is_active=False)
    mine = place(desk, listener, desk.officer)
    all_of_it = place(desk, listener, colleague, whole_office=True)
    the_office = place(desk, listener, None)
    place(desk, listener, gone, whole_office=True)
    place(desk, listener, colleague, whole_office=True, is_on=False)
    stranger = make_desk("Puskesmas Kendalsari", "budi")
    place(stranger, listener, None)
    give(desk.office, officer=desk.officer)
    give(desk.office)
    sending.spread(MONDAY_9)
    own, office = Notice.objects.order_by("id")
    assert {one.told_at for one in own.tellings.all()} == {mine}
    assert {one.told_at for one in office.tellings.all()} == {all_of_it, the_office}


def test_what_was_seen_on_the_desk_is_not_told(desk: Desk, listener: Listener) -> None:
    place(desk, listener, None)
    give(desk.office)
    sending.spread(MONDAY_9)
    Notice.objects.get().see(MONDAY_9)
    tick(LATER)
    assert not listener.heard
    assert Telling.objects.get().state == Telling.State.NEEDLESS


@pytest.mark.both_databases
def test_what_does_not_arrive_is_tried_again_and_at_last_shown(desk: Desk, listener: Listener) -> None:
    row, at = place(desk, listener, None), LATER
    listener.status = 500
    give(desk.office)
    sending.spread(MONDAY_9)
    for _ in range(sending.TRIES + 2):
        tick(at)
        at += timedelta(hours=3)
    telling = Telling.objects.get()
    assert (telling.state, telling.tries) == (Telling.State.FAILED, sending.TRIES)
    row.refresh_from_db()
    assert row.failed_at == LATER
    assert "tidak ada yang sampai" in console.signed_in(desk.officer).get(reverse("told_at")).content.decode().lower()
    listener.status = 200
    give(desk.office, at=at)
    tick(at)
    tick(at + timedelta(days=1))
    row.refresh_from_db()
    assert row.failed_at is None
    assert len(listener.heard) == 1


@pytest.mark.both_databases
def test_two_workers_do_not_tell_twice_and_one_that_died_is_replaced(desk: Desk, listener: Listener) -> None:
    row = place(desk, listener, None)
    give(desk.office)
    sending.spread(MONDAY_9)
    assert len(sending.claim(row.id, LATER)) == 1  # this worker dies here
    assert sending.claim(row.id, LATER) == []
    tick(LATER + timedelta(seconds=1))
    assert not listener.heard
    tick(LATER + sending.LEASE)
    assert len(listener.heard) == 1


def test_an_old_notice_is_not_told_when_the_outbox_is_new(desk: Desk, listener: Listener) -> None:
    place(desk, listener, None)
    give(desk.office, at=MONDAY_9 - timedelta(days=3))
    tick(LATER)
    assert not Telling.objects.exists()
    assert Notice.objects.get().spread_at == LATER


def test_what_ended_long_ago_is_dropped(desk: Desk, listener: Listener) -> None:
    place(desk, listener, None)
    give(desk.office)
    sending.spread(MONDAY_9)
    tick(LATER)
    sending.drop_old(LATER + sending.KEPT)
    assert Telling.objects.exists()
    sending.drop_old(LATER + sending.KEPT + timedelta(seconds=1))
    assert not Telling.objects.exists()


def test_an_address_is_added_tried_and_taken_away(desk: Desk, listener: Listener, settings: Any) -> None:
    settings.NOTICES_INSIDE = True
    client = console.signed_in(desk.officer)
    url = f"json://sari:sandi-rahasia@{listener.address}/hook"
    assert client.post(reverse("told_at"), {"address": url, "whole_office": "on"}).status_code == 302
    row = ToldAt.objects.get()
    page = client.get(reverse("told_at")).content.decode()
    assert "127.0.0.1" in page
    assert "sandi-rahasia" not in page
    assert client.post(reverse("told_at_test", args=[row.pk])).status_code == 302
    assert len(listener.heard) == 1
    client.post(reverse("told_at_remove", args=[row.pk]))
    row.refresh_from_db()
    assert (row.is_on, row.address) == (False, {})
    assert Event.objects.filter(verb="officer.not_told_at").exists()


@pytest.mark.both_databases
def test_secrets_of_an_address_are_sealed_in_the_database(desk: Desk, listener: Listener) -> None:
    from django.db import connection

    place(desk, listener, None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT address FROM offices_toldat")
        assert "json" not in cursor.fetchone()[0]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("halo", "unknown"),
        ("json://127.0.0.1/x", "inside"),
        ("json://localhost:8000/x", "inside"),
        ("json://169.254.169.254/latest", "inside"),
        ("json://[::1]/x", "inside"),
        ("syslog://", "kind"),
        ("file:///etc/passwd", "kind"),
        ("tgram://nonsense", "unknown"),
        ("@example.go.id", "unknown"),
    ],
)
def test_odd_and_dangerous_addresses_are_refused(text: str, why: str) -> None:
    with pytest.raises(wire.NoAddress, match=why):
        wire.read(text)


def test_a_topic_is_as_good_as_a_password_and_not_shown() -> None:
    assert wire.read("ntfy://puskesmas-rahasia") == "ntfy"
    assert wire.read("ntfys://ntfy.example.go.id/rahasia") == "ntfy · ntfy.example.go.id"


def test_only_a_manager_adds_an_address_of_the_office(desk: Desk) -> None:
    owner = an_officer(desk.office, "tono", role=Officer.Role.PROGRAMME)
    given = {"address": "ntfy://topik", "for_office": "on"}
    console.signed_in(owner).post(reverse("told_at"), given)
    assert ToldAt.objects.get().officer == owner
    console.signed_in(desk.officer).post(reverse("told_at"), given)
    the_offices = ToldAt.objects.get(officer=None)
    assert console.signed_in(owner).post(reverse("told_at_remove", args=[the_offices.pk])).status_code == 404
    assert console.signed_in(desk.officer).post(reverse("told_at_remove", args=[the_offices.pk])).status_code == 302


def test_a_mail_address_is_written_to_by_the_desks_own_mail(desk: Desk, settings: Any) -> None:
    client = console.signed_in(desk.officer)
    settings.EMAIL_READY = False
    assert "TANGGAP_EMAIL_HOST" in client.post(reverse("told_at"), {"address": "sari@example.go.id"}).content.decode()
    settings.EMAIL_READY = True
    assert client.post(reverse("told_at"), {"address": "sari@example.go.id"}).status_code == 302
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_USE_TLS = "127.0.0.1", False
    give(desk.office, officer=desk.officer)
    sending.spread(MONDAY_9)
    with mail_server() as box:
        settings.EMAIL_PORT = box.port
        sending.send_due(LATER)
    (mail,) = box.mails
    assert box.to == ["sari@example.go.id"]
    assert "2026-0007" in str(mail["Subject"])
    assert "/kasus/7/" in mail.get_content()


def test_a_mail_server_that_is_gone_counts_as_a_try(desk: Desk, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", 9, False
    ToldAt.objects.create(office=desk.office, address={"url": "sari@example.go.id"}, shown="sari@example.go.id")
    give(desk.office)
    sending.spread(MONDAY_9)
    tick(LATER)
    telling = Telling.objects.get()
    assert (telling.state, telling.tries) == (Telling.State.WAITING, 1)


def test_every_kind_of_notice_is_told_in_words_of_its_own() -> None:
    """Its page's words may quote a citizen; these may not, and the fallback says too little."""
    kinds = {path.stem for path in (Path(settings.BASE_DIR) / "offices/templates/offices/notices").glob("*.html")}
    assert not kinds - WHAT.keys() - {"other"}


@pytest.mark.both_databases
def test_two_ticks_at_once_spread_a_notice_once(desk: Desk, listener: Listener) -> None:
    place(desk, listener, None)
    give(desk.office)
    notice = Notice.objects.get()
    for _ in range(2):
        sending.spread_one(notice, MONDAY_9)
    assert Telling.objects.count() == 1


@pytest.mark.both_databases
def test_who_lost_its_claim_decides_nothing_any_more(desk: Desk, listener: Listener) -> None:
    row = place(desk, listener, None)
    give(desk.office)
    sending.spread(MONDAY_9)
    (lost,) = sending.claim(row.id, LATER)
    (kept,) = sending.claim(row.id, LATER + sending.LEASE)
    sending.try_again(lost, LATER + sending.LEASE)
    sending.finish([lost], LATER + sending.LEASE, Telling.State.TOLD)
    telling = Telling.objects.get()
    assert (telling.state, telling.token, telling.tries) == (Telling.State.SENDING, kept.token, 0)
