"""Accounts in the console, and a person's decisions about one write."""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from connectors import outgoing
from connectors.allowances import PostsLeft, posts_left
from connectors.models import PLATFORMS, Account, Outgoing, connector_class
from moderation import moderating, reply
from moderation.models import Message
from tests import console
from tests.desk import Desk, make_answer, make_case, make_delivery, make_desk, make_doubtful, make_message

pytestmark = pytest.mark.django_db
State = Outgoing.State

NEW = {"handle": "@Puskesmas.Melati", "password": "rahasia akun", "code": "123 456", "understood": "on"}


@pytest.fixture
def desk() -> Desk:
    return make_desk()


def test_an_account_is_added_and_a_sign_in_wished_for(desk: Desk) -> None:
    response = console.signed_in(desk.officer).post(reverse("account_connect", args=["instagram"]), NEW)
    account = Account.objects.get(handle="puskesmas.melati")
    assert response.headers["Location"] == reverse("account", args=[account.pk])
    assert account.office == desk.office
    assert account.secrets == {"password": "rahasia akun", "code": "123456"}
    assert account.check_wanted_at is not None
    assert account.state == Account.State.NEW


@pytest.mark.parametrize(
    "wrong",
    [
        {"understood": ""},
        {"handle": "a b"},
        {"handle": "../x"},
        {"password": ""},
        {"code": "abc"},
        {"handle": "Puskesmas_Mawar"},
    ],
)
def test_an_account_that_is_not_right_is_not_added(desk: Desk, wrong: dict[str, str]) -> None:
    response = console.signed_in(desk.officer).post(reverse("account_connect", args=["instagram"]), {**NEW, **wrong})
    assert response.status_code == 200
    assert "rahasia akun" not in response.content.decode()
    assert Account.objects.count() == 1


def test_what_can_happen_is_said_before_an_account_is_added(desk: Desk) -> None:
    page = console.signed_in(desk.officer).get(reverse("account_connect", args=["instagram"])).content.decode()
    assert "instagrapi" in page


def test_trying_again_keeps_the_password_that_is_not_given_anew(desk: Desk) -> None:
    client = console.signed_in(desk.officer)
    client.post(reverse("account", args=[desk.account.pk]), {"password": "", "code": "654321"})
    desk.account.refresh_from_db()
    assert desk.account.secrets == {"password": "a secret of the account", "code": "654321"}
    assert desk.account.check_wanted_at is not None
    client.post(reverse("account", args=[desk.account.pk]), {"password": "baru", "code": ""})
    desk.account.refresh_from_db()
    assert desk.account.secrets == {"password": "baru"}


def test_secrets_are_on_no_page(desk: Desk) -> None:
    root = desk.officer
    root.is_superuser = root.is_staff = True
    root.save()
    client = console.signed_in(root)
    for address in [
        reverse("accounts"),
        reverse("account", args=[desk.account.pk]),
        f"/admin/connectors/account/{desk.account.pk}/change/",
    ]:
        response = client.get(address)
        assert response.status_code == 200
        assert "a secret of the account" not in response.content.decode()


@pytest.mark.parametrize("state", [State.DRAFT, State.HELD, State.LATE, State.FAILED])
def test_what_waits_is_released_or_withdrawn(desk: Desk, state: str) -> None:
    client = console.signed_in(desk.officer)
    one, two = make_delivery(desk, "satu", state=state).outgoing, make_delivery(desk, "dua", state=state).outgoing
    response = client.post(reverse("outgoing_release", args=[one.pk]), {"next": "/antrean/?show=asks"})
    assert response.headers["Location"] == "/antrean/?show=asks"
    client.post(reverse("outgoing_withdraw", args=[two.pk]))
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.state, two.state) == (State.QUEUED, State.WITHDRAWN)


def test_of_unknown_outcome_a_person_says_whether_it_is_there(desk: Desk) -> None:
    client = console.signed_in(desk.officer)
    there, not_there = make_doubtful(desk, "ada").outgoing, make_doubtful(desk, "tidak ada").outgoing
    link = "https://www.instagram.com/p/abc/"
    client.post(reverse("outgoing_found", args=[there.pk]), {"permalink": link})
    client.post(reverse("outgoing_send_again", args=[not_there.pk]))
    there.refresh_from_db()
    not_there.refresh_from_db()
    assert (there.state, there.permalink, not_there.state) == (State.SENT, link, State.QUEUED)


@pytest.mark.parametrize("link", ["javascript:alert(1)", "not a link"])
def test_a_link_that_is_none_changes_nothing(desk: Desk, link: str) -> None:
    row = make_doubtful(desk, "ada").outgoing
    console.signed_in(desk.officer).post(reverse("outgoing_found", args=[row.pk]), {"permalink": link})
    row.refresh_from_db()
    assert row.state == State.UNKNOWN


@pytest.mark.parametrize("verb", ["release", "withdraw", "send_again", "found"])
def test_what_is_sent_stays_sent_and_the_page_says_too_late(desk: Desk, verb: str) -> None:
    row = make_delivery(desk, "sudah", state=State.SENT).outgoing
    address = reverse(f"outgoing_{verb}", args=[row.pk])
    page = console.signed_in(desk.officer).post(address, {"next": "https://elsewhere.example/"}, follow=True)
    row.refresh_from_db()
    assert row.state == State.SENT
    assert page.redirect_chain[-1][0] == "/"
    assert "bar-warning" in page.content.decode()


def test_both_sides_of_what_is_unknown_are_shown_with_text_and_links(desk: Desk) -> None:
    row = make_doubtful(desk, "Apa itu stunting?")
    page = console.signed_in(desk.officer).get(reverse("delivery", args=[row.pk])).content.decode()
    ours, theirs = page.split('class="two-sides"')[1].split("<h3>")[1:3]
    assert "Apa itu stunting?" in ours
    assert f'href="https://www.instagram.com/{desk.account.handle}/"' in theirs
    assert reverse("outgoing_found", args=[row.outgoing_id]) in theirs
    assert reverse("outgoing_send_again", args=[row.outgoing_id]) in theirs


def test_of_an_answer_the_link_leads_to_what_was_answered(desk: Desk) -> None:
    link = "https://www.instagram.com/p/abc/"
    answer = make_answer(make_message(desk, "jam buka?", permalink=link), "Pukul 8", State.UNKNOWN, asks=True)
    page = console.signed_in(desk.officer).get(reverse("outgoing", args=[answer.outgoing_id]), follow=True)
    assert f'href="{link}"' in page.content.decode().split('class="two-sides"')[1]


def test_what_vanished_is_said_with_its_link(desk: Desk) -> None:
    gone: dict[str, Any] = {"permalink": "https://www.instagram.com/p/abc/", "vanished_at": timezone.now()}
    row = make_delivery(desk, "hilang", state=State.SENT, **gone)
    page = console.signed_in(desk.officer).get(reverse("delivery", args=[row.pk])).content.decode()
    assert 'class="card ask"' in page
    assert page.index("https://www.instagram.com/p/abc/") > page.index('class="card ask"')


def test_editing_what_is_being_sent_says_that_it_is_too_late(desk: Desk) -> None:
    row = make_delivery(desk, "lama")
    client = console.signed_in(desk.officer)
    held = {"state": State.SENDING, "token": uuid.uuid4(), "lease_until": timezone.now()}
    Outgoing.objects.filter(id=row.outgoing_id).update(**held)
    words = {"caption": "baru", "due_at": "2027-01-01T08:00"}
    page = client.post(reverse("delivery", args=[row.pk]), words, follow=True).content.decode()
    assert "bar-warning" in page
    row.outgoing.refresh_from_db()
    assert (row.outgoing.text, row.outgoing.state) == ("lama", State.SENDING)


@pytest.mark.parametrize("state", Outgoing.IN_DOUBT)
def test_withdrawing_what_is_being_sent_says_that_it_may_be_out_and_is_not_sent_again(desk: Desk, state: str) -> None:
    row = make_delivery(desk, "lama", state=State.QUEUED)
    page, client = reverse("delivery", args=[row.pk]), console.signed_in(desk.officer)
    withdraw = reverse("outgoing_withdraw", args=[row.outgoing_id])
    held = {"state": state, "token": uuid.uuid4(), "lease_until": timezone.now()}
    Outgoing.objects.filter(id=row.outgoing_id).update(**held)
    assert withdraw in client.get(page).content.decode()
    said = client.post(withdraw, {"next": page}, follow=True).content.decode()
    assert "Sudah terlambat untuk memastikan" in said
    assert withdraw not in said
    assert "Kiriman ini ditarik saat sedang dikirim" in said
    row.outgoing.refresh_from_db()
    assert (row.outgoing.state, row.outgoing.unwanted) == (state, "")


def test_who_is_asked_about_it_reads_that_it_was_taken_back(desk: Desk) -> None:
    """And has a way not to send it."""
    row = make_doubtful(desk, "lama")
    page, client = reverse("delivery", args=[row.pk]), console.signed_in(desk.officer)
    words = "Kiriman ini sudah ditarik"
    assert words not in client.get(page).content.decode()
    outgoing.withdraw(Outgoing.objects.filter(id=row.outgoing_id), timezone.now())
    assert words in client.get(page).content.decode()
    client.post(reverse("outgoing_leave_out", args=[row.outgoing_id]))
    row.outgoing.refresh_from_db()
    assert row.outgoing.state == State.WITHDRAWN


# --- connecting, platform by platform


@pytest.mark.parametrize("platform", PLATFORMS)
def test_each_platform_is_connected_by_its_own_page(desk: Desk, platform: str) -> None:
    client = console.signed_in(desk.officer)
    connector = connector_class(platform)
    assert connector.guide is not None
    address = reverse("account_connect", args=[platform])
    assert address in client.get(reverse("account_add")).content.decode()
    page = client.get(address).content.decode()
    for words in (*connector.guide.needed, *connector.guide.steps, connector.guide.costs):
        assert escape(words[0]) in page
    typed = {one.name: "123456" if one.once else f"rahasia-{one.name}" for one in connector.fields}
    handle = "628123456789" if platform == "whatsapp" else "pkm_mawar" if platform == "x" else "pkm.mawar"
    client.post(address, {"handle": f"@{handle.upper()}", "understood": "on", **typed})
    account = Account.objects.get(platform=platform, handle=handle)
    assert (account.secrets, account.office) == (typed, desk.office)
    assert account.check_wanted_at is not None
    shown = client.get(reverse("account", args=[account.pk])).content.decode()
    for one in connector.fields:
        assert (typed[one.name] in shown) == (not one.secret), one.name


@pytest.mark.parametrize("platform", PLATFORMS)
def test_what_is_missing_is_asked_for(desk: Desk, platform: str) -> None:
    response = console.signed_in(desk.officer).post(reverse("account_connect", args=[platform]), {"handle": "a b"})
    wrong = response.context["form"].errors
    needed = {one.name for one in connector_class(platform).fields if one.required}
    assert set(wrong) >= {"handle", *needed}
    assert Account.objects.count() == 1


def test_an_unknown_platform_has_no_page(desk: Desk) -> None:
    assert console.signed_in(desk.officer).get("/akun/tambah/tiktok/").status_code == 404


def test_only_who_manages_connects(desk: Desk) -> None:
    officer = desk.officer
    officer.role = officer.Role.SECTION_HEAD
    officer.save()
    client = console.signed_in(officer)
    assert client.get(reverse("account_connect", args=["x"])).status_code == 403
    assert client.post(reverse("account_quota", args=[desk.account.pk]), {"posts_a_day": "5"}).status_code == 403


def test_each_permission_is_named_as_granted_or_missing(desk: Desk) -> None:
    Account.objects.update(
        permissions={"pages_manage_posts": True, "pages_messaging": False}, media_reachable=False, media_trouble="local"
    )
    page = console.signed_in(desk.officer).get(reverse("account", args=[desk.account.pk])).content.decode()
    flat = " ".join(page.split())
    assert re.search(r"badge-good[^§]{0,200}diizinkan</span> <code>pages_manage_posts", flat)
    assert re.search(r"badge-alert[^§]{0,200}tidak ada</span> <code>pages_messaging", flat)
    assert "TANGGAP_PUBLIC_URL" in page
    assert "Tidak ada kiriman bergambar yang dijadwalkan di sini" in page
    again = reverse("account_check", args=[desk.account.pk])
    assert again in page
    assert console.signed_in(desk.officer).post(again).status_code == 302
    assert Account.objects.get().check_wanted_at is not None


def test_posts_are_counted_where_the_platform_tells_nothing(desk: Desk) -> None:
    now = timezone.now()
    account = desk.account
    Outgoing.objects.all().delete()
    for hours in (1, 23, 25):
        Outgoing.objects.create(
            office=desk.office, account=account, kind="photo", payload={}, due_at=now, state="sent",
            sent_at=now - timedelta(hours=hours),
        )  # fmt: skip
    assert posts_left(account, now) == PostsLeft(2, None)
    client = console.signed_in(desk.officer)
    client.post(reverse("account_quota", args=[account.pk]), {"posts_a_day": "5"})
    account.refresh_from_db()
    assert (posts_left(account, now).total, posts_left(account, now).left) == (5, 3)
    client.post(reverse("account_quota", args=[account.pk]), {"posts_a_day": "0"})
    account.refresh_from_db()
    assert account.quotas == {"posts_a_day": 5}
    account.quotas = {}
    account.quota_told = {"used": 40, "total": 100, "at": (now - timedelta(hours=2)).isoformat()}
    assert posts_left(account, now) == PostsLeft(41, 100, now - timedelta(hours=2))
    account.quota_told = {"used": 40, "total": 100, "at": (now - timedelta(hours=30)).isoformat()}
    assert posts_left(account, now) == PostsLeft(2, None)  # told too long ago


@pytest.mark.parametrize(
    ("platform", "handle", "called"),
    [
        ("instagram", "puskesmas.melati", "@puskesmas.melati"),
        ("x", "@pkm_melati", "@pkm_melati"),
        ("whatsapp", "628111777888", "+628111777888"),
        ("website", "puskesmas-melati.example", "puskesmas-melati.example"),
    ],
)
def test_an_account_is_called_as_people_write_it(platform: str, handle: str, called: str) -> None:
    assert Account(platform=platform, handle=handle).called == called


# --- disconnecting


def disconnected(desk: Desk) -> Account:
    console.signed_in(desk.officer).post(reverse("account_disconnect", args=[desk.account.pk]))
    desk.account.refresh_from_db()
    assert desk.account.state == Account.State.OFF
    return desk.account


def test_disconnecting_is_asked_once_more_and_says_what_leans_on_it(desk: Desk) -> None:
    for number in range(2):
        make_delivery(desk, f"kiriman {number}")
    make_answer(make_message(desk, "Antre lama"), "Maaf", state=State.QUEUED)
    make_case(desk, "Loket tutup")
    client, address = console.signed_in(desk.officer), reverse("account_disconnect", args=[desk.account.pk])
    assert address in client.get(reverse("account", args=[desk.account.pk])).content.decode()
    page = client.get(address).content.decode()
    for words in ("<b>2 kiriman</b>", "<b>1 balasan</b>", "<b>1 kasus terbuka</b>", "<b>1 pesan</b>"):
        assert words in page
    desk.account.refresh_from_db()
    assert desk.account.state == Account.State.GREEN  # looking at it does nothing
    said = client.post(address, follow=True).content.decode()
    assert f"Diputuskan oleh {desk.officer}" in said
    assert "Perlu orang" not in said
    assert address not in said
    assert client.get(address).status_code == 404


def test_only_who_may_connect_may_disconnect(desk: Desk) -> None:
    officer = desk.officer
    officer.role = officer.Role.SECTION_HEAD
    officer.save()
    client, address = console.signed_in(officer), reverse("account_disconnect", args=[desk.account.pk])
    assert address not in client.get(reverse("account", args=[desk.account.pk])).content.decode()
    assert client.get(address).status_code == client.post(address).status_code == 403
    desk.account.refresh_from_db()
    assert desk.account.state == Account.State.GREEN


def test_a_disconnected_account_does_not_nag_and_is_told_apart(desk: Desk) -> None:
    disconnected(desk)
    client = console.signed_in(desk.officer)
    assert "Diputuskan" in client.get(reverse("accounts")).content.decode()
    today = client.get(reverse("today")).content.decode()
    assert "perlu orang" not in today
    assert "Langkah pertama" in today  # none is connected now


def test_keys_entered_on_its_page_or_by_connecting_it_anew_revive_it(desk: Desk) -> None:
    row = disconnected(desk)
    client = console.signed_in(desk.officer)
    page = client.post(reverse("account", args=[row.pk]), {"password": "", "code": ""})
    assert page.context["form"].errors  # nothing is kept that an empty field could mean
    client.post(reverse("account", args=[row.pk]), {"password": "baru", "code": ""})
    row.refresh_from_db()
    assert (row.state, row.secrets) == (Account.State.NEW, {"password": "baru"})
    disconnected(desk)
    named = {**NEW, "handle": row.handle}
    answer = client.post(reverse("account_connect", args=["instagram"]), named)
    assert answer.headers["Location"] == reverse("account", args=[row.pk])
    row.refresh_from_db()
    assert (row.state, row.secrets["password"], Account.objects.count()) == ("new", "rahasia akun", 1)
    assert row.check_wanted_at is not None


@pytest.mark.parametrize(("verb", "became"), [("found", State.SENT), ("leave_out", State.WITHDRAWN)])
def test_what_became_of_it_on_a_disconnected_account_can_still_be_said(desk: Desk, verb: str, became: str) -> None:
    row = make_doubtful(desk, "lama")
    disconnected(desk)
    console.signed_in(desk.officer).post(reverse(f"outgoing_{verb}", args=[row.outgoing_id]))
    row.outgoing.refresh_from_db()
    assert row.outgoing.state == became


def test_another_offices_disconnected_account_is_not_taken(desk: Desk) -> None:
    row = disconnected(desk)
    other = make_desk("Puskesmas Kendalsari", "budi")
    page = console.signed_in(other.officer).post(
        reverse("account_connect", args=["instagram"]), {**NEW, "handle": row.handle}
    )
    assert page.context["form"].errors["handle"]
    row.refresh_from_db()
    assert (row.state, row.office) == (Account.State.OFF, desk.office)


@pytest.mark.parametrize("verb", ["release", "send_again"])
def test_nothing_is_let_go_by_a_disconnected_account(desk: Desk, verb: str) -> None:
    row = (make_delivery(desk, "x", state=State.LATE) if verb == "release" else make_doubtful(desk, "x")).outgoing
    before = row.state
    disconnected(desk)
    said = console.signed_in(desk.officer).post(reverse(f"outgoing_{verb}", args=[row.pk]), follow=True)
    assert "bar-warning" in said.content.decode()
    row.refresh_from_db()
    assert row.state == before


def test_what_citizens_wrote_there_is_answered_by_hand(desk: Desk) -> None:
    message = make_message(desk, "Antre lama")
    assert moderating.can_answer(message)
    disconnected(desk)
    assert not moderating.can_answer(Message.objects.get(pk=message.pk))
    assert reply.thank(Message.objects.get(pk=message.pk), timezone.now()) is None
