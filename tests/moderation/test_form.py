"""The public question form: anybody may ask, only who holds the number reads the answer."""

import re
import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from moderation import form, reply, triage
from moderation.evidence import sheet
from moderation.models import Case, FormUse, Message
from offices.models import Event, Office
from tests import console
from tests.rows import an_office, an_officer

pytestmark = pytest.mark.django_db
ASK = "/tanya/melati/"


@pytest.fixture
def office() -> Office:
    return an_office()


def filled(**more: Any) -> dict[str, Any]:
    return {"text": "Jam berapa imunisasi buka?", "consent": "on", "key": str(uuid.uuid4()), **more}


def asked(**more: Any) -> tuple[str, Message]:
    """A question that was sent, and the address of its ticket's page."""
    answer = Client().post(ASK, filled(**more))
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"], Message.objects.latest("id")


def words(page: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


def test_a_question_goes_the_way_of_every_message(office: Office) -> None:
    address, message = asked(text="Petugas loket kasar dan antrinya lama sekali", name="Bu Siti", contact="0812345")
    assert (message.kind, message.channel, message.state) == ("form", "Situs web", Message.State.NEW)
    assert (message.author_name, message.raw["contact"]) == ("Bu Siti", "0812345")
    triage.judge_new(timezone.now())
    message.refresh_from_db()
    assert (message.label, message.state) == ("complaint", Message.State.CASE)
    case = Case.objects.get()
    assert "Formulir pertanyaan di situs web" in sheet(message, case, timezone.now())
    assert Event.objects.filter(verb="message.asked", subject=f"message:{message.id}").count() == 1
    assert message.remote_id in address


def test_the_answer_stands_on_the_tickets_page_and_nowhere_else(office: Office) -> None:
    address, message = asked(name="Bu Siti", contact="0812345")
    officer = an_officer(office)
    waiting = words(Client().get(address))
    assert "petugas sedang menanganinya" in waiting
    assert form.grouped(message.remote_id) in waiting
    reply.answer_by_hand(message, "Pukul 8, Bu <b>Siti</b>.", officer, uuid.uuid4(), timezone.now())
    page = Client().get(address)
    assert "Pukul 8, Bu &lt;b&gt;Siti&lt;/b&gt;." in page.content.decode()
    assert "Jam berapa imunisasi buka?" in words(page)
    assert "WIB" in words(page)
    for hidden in ("0812345", officer.username, "question", "Sari"):
        assert hidden not in words(page)
    assert (page["X-Robots-Tag"], "no-store" in page["Cache-Control"]) == ("noindex", True)


def test_one_that_needs_no_answer_says_that_it_was_read(office: Office) -> None:
    address, message = asked(text="Terima kasih")
    Message.objects.filter(id=message.id).update(state=Message.State.DONE)
    assert "Petugas sudah membacanya" in words(Client().get(address))


def test_a_ticket_is_found_as_people_type_it_and_only_at_its_office(office: Office) -> None:
    an_office("mawar")
    address, message = asked()
    number = form.grouped(message.remote_id).lower().replace("-", " ")
    found = Client().post(f"{ASK}jawaban/", {"ticket": number})
    assert found["Location"] == address
    assert Client().get(f"/tanya/mawar/{message.remote_id}/").status_code == 404
    assert Client().get(f"{ASK}{message.remote_id[:-1]}/").status_code == 404
    missing = Client().get(f"{ASK}{'2' * 12}/")
    assert missing.status_code == 404
    assert "Tidak ada pertanyaan dengan nomor ini" in words(missing)
    assert Client().get(f"{ASK}jawaban/").status_code == 200
    assert Client().get("/tanya/tidak-ada/").status_code == 404


def test_a_ticket_tells_nothing_of_another() -> None:
    tickets = {form.ticket_of(uuid.UUID(int=number)) for number in range(2000)}
    assert len(tickets) == 2000
    assert {len(ticket) for ticket in tickets} == {12}
    assert set("".join(tickets)) == set(form.LETTERS)
    assert not set("01ILOU") & set(form.LETTERS)


def test_the_same_form_sent_twice_is_one_question(office: Office) -> None:
    key = str(uuid.uuid4())
    assert asked(key=key)[0] == asked(key=key)[0]
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"subject": "obat kuat"},
        {"text": "  "},
        {"text": "x" * 2201},
        {"consent": ""},
        {"key": "1"},
        {"name": "x" * 101},
        {"contact": "x" * 101},
    ],
)
def test_what_is_not_kept(office: Office, wrong: dict[str, str]) -> None:
    """A machine that fills every field, an empty or endless question, no consent."""
    page = Client().post(ASK, filled(**wrong))
    assert page.status_code == 422
    assert Message.objects.count() == 0


def test_one_address_cannot_flood_and_is_not_remembered(office: Office) -> None:
    """Counted in the database, so that several processes of the console count together; gone after a while."""
    client = Client(REMOTE_ADDR="203.0.113.7")
    answers = [client.post(ASK, filled()).status_code for _ in range(form.QUESTIONS_MAX + 2)]
    assert answers == [302] * form.QUESTIONS_MAX + [429] * 2
    assert Message.objects.count() == form.QUESTIONS_MAX
    assert Client(REMOTE_ADDR="203.0.113.8").post(ASK, filled()).status_code == 302
    assert "203.0.113" not in str([*FormUse.objects.values(), *Message.objects.values()])
    assert FormUse.objects.count() == 2
    FormUse.objects.update(until=timezone.now())
    assert client.post(ASK, filled()).status_code == 302
    assert FormUse.objects.count() == 1


def test_nobody_finds_tickets_by_trying(office: Office) -> None:
    client = Client(REMOTE_ADDR="203.0.113.9")
    tried = [client.get(f"{ASK}{'2' * 12}/").status_code for _ in range(form.LOOKUPS_MAX + 1)]
    assert tried == [404] * form.LOOKUPS_MAX + [429]


@pytest.mark.parametrize(
    ("address", "network"),
    [("203.0.113.7", "203.0.113.7"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("", "")],
)
def test_a_household_is_one_line(address: str, network: str) -> None:
    assert form.network_of(address) == network


def test_it_speaks_both_languages_and_says_what_becomes_of_data(office: Office) -> None:
    indonesian = words(Client().get(ASK))
    assert "Tanya Puskesmas Melati" in indonesian
    assert "UU No. 27 Tahun 2022" in indonesian
    client = Client()
    client.post("/bahasa/", {"language": "en", "next": ASK})
    assert "Law 27 of 2022" in words(client.get(ASK))
    client.post(ASK, filled())
    assert Message.objects.latest("id").raw["language"] == "en"


def test_nothing_of_the_desk_shows_and_nothing_is_inline(office: Office) -> None:
    for address in (ASK, f"{ASK}jawaban/", asked()[0]):
        page = Client().get(address).content.decode()
        assert console.inline_in(page) == []
        assert "/kotak-masuk/" not in page


def test_a_contact_is_covered_in_lists_and_whole_on_its_page(office: Office) -> None:
    ticket, message = asked(name="Bu Siti", contact="0812-3456-7890")
    triage.judge_new(timezone.now())
    desk = console.signed_in(an_officer(office))
    listed = desk.get("/kotak-masuk/").content.decode()
    assert "0812-3456-7890" not in listed
    assert "08••••••••••90" in listed
    assert "formulir pertanyaan" in listed
    page = desk.get(f"/kotak-masuk/{message.pk}/").content.decode()
    assert "0812-3456-7890" in page
    assert f'href="{ticket}"' in page


@pytest.mark.parametrize(("contact", "shown"), [("", ""), ("081", "•••"), ("a@b.id", "••••••"), ("0812345", "08•••45")])
def test_how_a_contact_is_covered(contact: str, shown: str) -> None:
    assert Message(kind="form", raw={"contact": contact}).masked_contact == shown
