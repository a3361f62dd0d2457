""" "Was this solved?": asked once by one tap, in the thread or by a link that only the one who complained gets."""

import re
import uuid
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import LazySettings
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from connectors.models import Outgoing
from moderation import reply, triage
from moderation.models import Answer, Case
from moderation.satisfaction import asking, link
from moderation.satisfaction.models import Satisfaction
from offices.models import Event, Notice, Officer
from tests import console
from tests.moderation.desk_work.conftest import Town, only
from tests.rows import a_message, an_account, an_officer

pytestmark = pytest.mark.django_db
Way = Satisfaction.Way


@pytest.fixture(autouse=True)
def public(settings: LazySettings) -> None:
    settings.PUBLIC_URL = "https://tanggap.example.id"


@pytest.fixture
def answered(town: Town) -> Case:
    an_account(town.melati, "facebook", "pkm.melati")
    case = town.a_case("Antre lima jam", author_name="Siti Aminah", author_id="w5")
    reply.answer_by_hand(only(case), "Maaf, kami perbaiki", town.sari, uuid.uuid4(), timezone.now(), case)
    case.refresh_from_db()
    return case


def ask(case: Case, town: Town, way: Way = Way.THREAD) -> Satisfaction | None:
    return asking.ask(case, only(case), way, timezone.now(), town.sari)


def by_link(case: Case, town: Town) -> tuple[Satisfaction, str]:
    asked = ask(case, town, Way.LINK)
    assert asked is not None
    found = re.search(r"https://\S+", asked.answer.text)
    assert found is not None
    return asked, urlsplit(found[0]).path


def test_the_question_goes_out_once_and_is_no_answer(answered: Case, town: Town) -> None:
    asked = ask(answered, town)
    assert asked is not None
    assert "SUDAH atau BELUM" in asked.answer.text
    assert answered.number in asked.answer.text
    row = asked.answer.outgoing
    assert row is not None
    assert (row.kind, row.text) == ("reply", asked.answer.text)
    assert ask(answered, town) is None
    Outgoing.objects.filter(pk=row.pk).update(state="sent", sent_at=timezone.now())
    reply.follow_up(timezone.now())
    before = answered.answered_at
    answered.refresh_from_db()
    assert answered.answered_at == before
    assert Answer.objects.get(kind="solved").followed_up


def test_nobody_is_asked_before_there_is_an_answer(town: Town, case: Case) -> None:
    assert asking.ways(case, only(case), timezone.now()) == []
    assert ask(case, town) is None


def test_a_link_goes_in_private_only(answered: Case, town: Town) -> None:
    asked, path = by_link(answered, town)
    assert asked.answer.outgoing is not None
    assert asked.answer.outgoing.kind == "private_reply"
    assert "Siti" in asked.answer.text
    assert "Siti" not in path
    assert answered.number not in path


def test_a_desk_without_a_public_address_sends_no_link(answered: Case, town: Town, settings: LazySettings) -> None:
    settings.PUBLIC_URL = "http://127.0.0.1:8000"
    assert asking.ways(answered, only(answered), timezone.now()) == [Way.THREAD]
    assert ask(answered, town, Way.LINK) is None


# --- the citizen's page


def test_a_citizen_says_yes_and_may_change_it(answered: Case, town: Town) -> None:
    asked, path = by_link(answered, town)
    citizen = Client()
    page = citizen.get(path)
    assert page.status_code == 200
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert "no-store" in page.headers["Cache-Control"]
    assert page.headers["Referrer-Policy"] == "same-origin"
    text = page.content.decode()
    assert "Antre" not in text
    assert "Siti" not in text
    assert not console.inline_in(text)
    citizen.post(path, {"solved": "yes", "words": "Cepat sekali"})
    asked.refresh_from_db()
    assert (asked.solved, asked.words, asked.recorded_by) == (True, "Cepat sekali", None)
    assert citizen.post(path, {"solved": "no", "words": "Ternyata belum"}, follow=True).status_code == 200
    asked.refresh_from_db()
    assert asked.solved is False
    assert Satisfaction.objects.count() == 1
    verbs = Event.objects.filter(verb__startswith="satisfaction.").values_list("verb", flat=True)
    assert list(verbs) == ["satisfaction.asked", "satisfaction.yes", "satisfaction.no"]
    assert Notice.objects.filter(kind="case_unsolved").count() == 1
    assert not Event.objects.filter(data__icontains="belum").exists()


def test_the_same_again_is_one_vote(answered: Case, town: Town) -> None:
    _asked, path = by_link(answered, town)
    for _tap in range(3):
        Client().post(path, {"solved": "yes", "words": ""})
    assert Event.objects.filter(verb="satisfaction.yes").count() == 1


def test_it_is_read_in_english_too(answered: Case, town: Town) -> None:
    _asked, path = by_link(answered, town)
    citizen = Client()
    citizen.post(reverse("language"), {"language": "en", "next": path})
    assert "Was this solved?" in citizen.get(path).content.decode()


@pytest.mark.parametrize("spoiled", ["x", "%00", "{}".format("0" * 32), "a" * 300])
def test_a_link_that_is_not_ours_opens_nothing(answered: Case, town: Town, spoiled: str) -> None:
    by_link(answered, town)
    assert Client().get(reverse("solved", args=[spoiled])).status_code == 404


def test_a_signature_for_something_else_opens_nothing(answered: Case, town: Town) -> None:
    asked, _path = by_link(answered, town)
    assert link.find(signing.Signer(salt="other").sign(asked.key.hex), timezone.now()) is None


def test_an_old_link_is_over(answered: Case, town: Town) -> None:
    asked, path = by_link(answered, town)
    Satisfaction.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert Client().post(path, {"solved": "yes"}).status_code == 404
    asked.refresh_from_db()
    assert asked.solved is None


def test_a_question_from_the_thread_has_no_link(answered: Case, town: Town) -> None:
    asked = ask(answered, town)
    assert asked is not None
    assert Client().get(urlsplit(link.address_of(asked.key)).path).status_code == 404


def test_who_tries_too_often_waits(answered: Case, town: Town) -> None:
    _asked, path = by_link(answered, town)
    statuses = [Client().get(path).status_code for _try in range(31)]
    assert statuses == [200] * 30 + [429]


# --- the officer's side


def test_a_reply_in_the_thread_is_taken_down_by_one_tap(answered: Case, town: Town) -> None:
    asked = ask(answered, town)
    assert asked is not None
    first = only(answered)
    assert first.account is not None
    heard = a_message(first.account, "BELUM juga", author_id="w5", thread=first.thread, state="review")
    stranger = a_message(first.account, "SUDAH", author_id="w6", thread=first.thread, state="review")
    assert asking.replies_to(asked) == [heard]
    assert asking.open_question_for(heard, timezone.now()) == asked
    assert asking.open_question_for(stranger, timezone.now()) is None
    client = console.signed_in(town.sari)
    for address in (reverse("case", args=[answered.pk]), reverse("message", args=[heard.pk])):
        assert reverse("solved_heard", args=[asked.pk, heard.pk]) in client.get(address).content.decode()
    client.post(reverse("solved_heard", args=[asked.pk, heard.pk]), {"solved": "no"})
    asked.refresh_from_db()
    assert (asked.solved, asked.recorded_by, asked.reply) == (False, town.sari, heard)
    page = client.get(reverse("case", args=[answered.pk])).content.decode()
    assert reverse("case_reopen", args=[answered.pk]) in page
    assert "BELUM juga" in page


def test_asked_by_one_tap_and_asked_again_after_the_next_answer(answered: Case, town: Town) -> None:
    client = console.signed_in(town.sari)
    address, message = reverse("case_ask_solved", args=[answered.pk]), only(answered)
    client.post(address, {"message": message.pk, "way": "thread"})
    client.post(address, {"message": message.pk, "way": "thread"})
    assert Satisfaction.objects.count() == 1
    Case.objects.update(answered_at=timezone.now() + timedelta(seconds=1))
    client.post(address, {"message": message.pk, "way": "thread"})
    assert Satisfaction.objects.count() == 2


@pytest.fixture
def by_hand(town: Town) -> Case:
    """Typed in by a moderator, from a channel that the desk cannot write to."""
    now = timezone.now()
    words: Any = {"author_name": "Siti Aminah", "text": "Antre lima jam", "written_at": now}
    message = triage.enter_by_hand(town.melati, town.sari, now, channel="WhatsApp", label="complaint", **words)
    assert message.case is not None
    reply.answer_by_hand(message, "Maaf, kami perbaiki", town.sari, uuid.uuid4(), now, message.case)
    return Case.objects.get()


def test_where_the_desk_cannot_write_an_officer_sends_the_link(by_hand: Case, town: Town) -> None:
    assert asking.ways(by_hand, only(by_hand), timezone.now()) == [Way.LINK]
    sari = console.signed_in(town.sari)
    address = reverse("case", args=[by_hand.pk])
    assert 'name="way" value="link"' in sari.get(address).content.decode()
    tap = {"message": only(by_hand).pk, "way": "link"}
    for _twice in range(2):
        sari.post(reverse("case_ask_solved", args=[by_hand.pk]), tap)
    asked = Satisfaction.objects.get()
    assert (asked.answer.outgoing, asked.answer.kind, asked.answer.followed_up) == (None, "solved", True)
    assert by_hand.links.filter(about=f"answer:{asked.answer.pk}").exists()
    assert not Outgoing.objects.exists()
    path = urlsplit(link.address_of(asked.key)).path
    assert path in sari.get(address).content.decode()
    Client().post(path, {"solved": "yes", "words": ""})
    asked.refresh_from_db()
    assert (asked.solved, asked.recorded_by) == (True, None)
    assert path not in sari.get(address).content.decode(), "an answer is there: nobody sends the link any more"


def test_without_a_public_address_nobody_is_offered_a_link_to_copy(
    by_hand: Case, town: Town, settings: LazySettings
) -> None:
    settings.PUBLIC_URL = "http://127.0.0.1:8000"
    assert asking.ways(by_hand, only(by_hand), timezone.now()) == []
    assert ask(by_hand, town, Way.LINK) is None
    assert ask(by_hand, town, Way.THREAD) is None


def test_the_link_is_for_the_citizen(by_hand: Case, answered: Case, town: Town) -> None:
    """Who need not send it does not see it: they could vote in the citizen's place."""
    asked, sent = ask(by_hand, town, Way.LINK), by_link(answered, town)[0]
    reader = an_officer(town.melati, "pj", role=Officer.Role.PROGRAMME)
    for one, officer in ((asked, reader), (sent, reader), (sent, town.sari)):
        assert one is not None
        page = console.signed_in(officer).get(reverse("case", args=[one.case_id])).content.decode()
        assert "sudah teratasi" in page
        assert urlsplit(link.address_of(one.key)).path not in page
