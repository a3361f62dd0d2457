"""Words kept while they are typed: there again after a break, gone once they are said, read by nobody else."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from moderation.drafting import begun, writing
from moderation.drafting.models import Begun, Draft
from moderation.models import Answer, Message
from moderation.records import erasing
from offices.models import Officer
from tests import console
from tests.desk import Desk, make_message
from tests.rows import an_officer

pytestmark = pytest.mark.django_db
WORDS = "Ibu Ratna, mohon maaf, loket kami"


@pytest.fixture
def budi(desk: Desk) -> Officer:
    return an_officer(desk.office, "budi", first_name="Budi", role=Officer.Role.DUTY)


def typed(client: Client, message: Message, text: str, **given: Any) -> str:
    """What stands below the field then."""
    seen = Message.objects.get(id=message.pk).turns
    sent = {"text": text, "seen": seen, **given}
    said = client.post(reverse("message_begun", args=[message.pk]), sent, headers={"HX-Request": "true"})
    assert said.status_code == 200
    return str(said.content.decode())


def page(client: Client, message: Message, query: str = "") -> str:
    address = reverse("case", args=[message.case_id]) if message.case_id else reverse("message", args=[message.pk])
    return str(client.get(f"{address}{query}").content.decode())


def test_what_was_typed_stands_in_the_field_again(client: Client, message: Message) -> None:
    assert "tersimpan" not in page(client, message)
    assert "tersimpan" in typed(client, message, WORDS)
    typed(client, message, f"{WORDS} tambah")
    assert f"{WORDS} tambah</textarea>" in page(client, message)
    assert "juga sedang menulis" not in page(client, message), "one knows that of oneself"
    assert Begun.objects.count() == 1
    assert not Draft.objects.exists(), "nobody has to look at half a sentence"


def test_outside_of_cases_too(client: Client, desk: Desk) -> None:
    lone = make_message(desk, "Buka jam berapa?", Message.State.QUESTION, label="question")
    typed(client, lone, WORDS)
    assert f"{WORDS}</textarea>" in page(client, lone)


def test_cleared_it_is_gone(client: Client, message: Message) -> None:
    typed(client, message, WORDS)
    assert "tersimpan" not in typed(client, message, "  ")
    assert not Begun.objects.exists()


@pytest.mark.both_databases
@pytest.mark.parametrize("wish", ["send", "keep", "note"])
def test_said_it_is_gone_and_a_slower_request_brings_nothing_back(client: Client, message: Message, wish: str) -> None:
    typed(client, message, WORDS)
    form = {"text": WORDS, "key": uuid.uuid4(), "seen": message.turns, "wish": wish}
    client.post(reverse("message_answer", args=[message.pk]), form)
    assert Answer.objects.count() + Draft.objects.count() == 1
    assert not Begun.objects.exists()
    typed(client, message, WORDS, seen=message.turns)
    assert not Begun.objects.exists()
    typed(client, message, "Satu hal lagi")
    assert Begun.objects.get().text == "Satu hal lagi"


def test_somebody_elses_answer_takes_nothing_of_what_i_type(client: Client, message: Message, budi: Officer) -> None:
    assert message.case is not None
    writing.write(message, message.case, "Budi lebih cepat", budi, uuid.uuid4(), timezone.now())
    typed(client, message, WORDS, seen=message.turns)
    assert Begun.objects.get().text == WORDS


def test_others_see_that_somebody_writes_and_not_what(client: Client, message: Message, budi: Officer) -> None:
    typed(client, message, WORDS)
    other = console.signed_in(budi)
    assert "Sari juga sedang menulis" in page(other, message)
    assert WORDS not in page(other, message)
    looked = other.get(reverse("message_begun", args=[message.pk]), headers={"HX-Request": "true"}).content.decode()
    assert "Sari juga sedang menulis" in looked
    assert "Budi" not in looked
    assert WORDS not in looked
    assert "Sari juga sedang menulis" in typed(other, message, "Halo")
    assert "Budi juga sedang menulis" in page(client, message)
    Begun.objects.update(at=timezone.now() - begun.JUST_NOW)
    assert "juga sedang menulis" not in page(client, message)


def test_words_of_a_changed_draft_go_with_that_draft(client: Client, desk: Desk, message: Message) -> None:
    assert message.case is not None
    draft = writing.write(message, message.case, "Draf lama", desk.officer, uuid.uuid4(), timezone.now())
    typed(client, message, WORDS, replaces=draft.pk)
    changed = page(client, message, f"?jawab={message.pk}&draf={draft.pk}")
    assert f"{WORDS}</textarea>" in changed
    assert f'name="replaces" value="{draft.pk}"' in changed
    assert f"{WORDS}</textarea>" not in page(client, message)


def test_a_canned_text_asked_for_by_its_link_comes_first(client: Client, message: Message) -> None:
    typed(client, message, WORDS)
    assert f"{WORDS}</textarea>" not in page(client, message, "?kalimat=jam-layanan")


@pytest.mark.both_databases
def test_old_words_go_and_long_ones_are_cut(desk: Desk, message: Message, budi: Officer) -> None:
    now = timezone.now()
    begun.keep(message, desk.officer, "x" * (begun.LONGEST + 1), now - begun.KEPT - timedelta(seconds=1))
    assert len(Begun.objects.get().text) == begun.LONGEST
    begun.keep(message, budi, WORDS, now)
    assert Begun.objects.get().officer == budi


def test_thrown_away_without_htmx_leads_back(client: Client, message: Message) -> None:
    typed(client, message, WORDS)
    back = client.post(reverse("message_begun", args=[message.pk]), {"text": ""})
    assert back.headers["Location"] == reverse("case", args=[message.case_id])
    assert not Begun.objects.exists()


def test_what_is_begun_about_somebody_is_erased_with_their_data(client: Client, desk: Desk, message: Message) -> None:
    typed(client, message, WORDS)
    erasing.erase(message, timezone.now(), desk.officer, asked_by="Ratna", reason="diminta")
    assert not Begun.objects.exists()
