"""An office's own words: merged, tested before they count, undone; and the pages for it."""

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from connectors.models import Account
from moderation import triage
from moderation.judging import trying, vocabulary
from moderation.judging.models import Word
from moderation.judging.vocabulary import WouldThank, lexicon_of
from moderation.models import Message
from moderation.sentiment import Context, judge
from moderation.sentiment.lexicon import default_lexicon
from offices.models import Office, Officer
from tests import console
from tests.rows import a_message, an_account, an_office, an_officer

pytestmark = pytest.mark.django_db
TEXT = "pelayanannya zonder cela, ramah sekali"


@pytest.fixture
def office() -> Office:
    return an_office()


@pytest.fixture
def officer(office: Office) -> Officer:
    return an_officer(office)


def action(office: Office, text: str = TEXT) -> str:
    return judge(text, Context(), lexicon_of(office)).action


def add(office: Office, officer: Officer, word: str, role: str = "cue.weak", **how: bool) -> Word:
    return vocabulary.change(office, role, word, officer, timezone.now(), **how)


def test_an_office_without_words_uses_what_ships(office: Office) -> None:
    assert lexicon_of(office) is default_lexicon()


def test_a_word_makes_a_new_version_and_can_be_undone(office: Office, officer: Officer) -> None:
    assert action(office) != "thank"
    row = add(office, officer, "Zonder  Cela")
    assert action(office) == "thank"
    assert lexicon_of(office).version != default_lexicon().version
    vocabulary.undo(row, officer, timezone.now())
    assert lexicon_of(office).version == default_lexicon().version
    assert action(office) != "thank"


def test_a_word_taken_out_counts_no_more(office: Office, officer: Officer) -> None:
    add(office, officer, "ramah", "cue.strong", taken_out=True)
    assert action(office, "petugasnya ramah") != "thank"


def test_the_citys_words_hold_for_its_centres_and_not_the_other_way(officer: Officer) -> None:
    city = an_office("kota", kind=Office.Kind.CITY)
    centre = an_office("mawar", parent=city)
    add(city, officer, "zonder cela")
    assert action(centre) == "thank"
    assert officer.office
    assert action(officer.office) != "thank"
    add(centre, officer, "sip lan jos", "cue.strong")
    assert lexicon_of(city).version != lexicon_of(centre).version


def corrected(office: Office, text: str, label: str) -> Message:
    account = Account.objects.filter(office=office).first() or an_account(office)
    return a_message(account, text, label=label, judged_label="praise", state=Message.State.DONE)


def test_a_corrected_message_forbids_a_word_that_would_thank_it(office: Office, officer: Officer) -> None:
    corrected(office, TEXT, "complaint")
    with pytest.raises(WouldThank) as refused:
        add(office, officer, "zonder cela")
    assert refused.value.texts == [TEXT]
    assert not Word.objects.exists()


def city_of(office: Office) -> tuple[Office, Officer]:
    city = an_office("kota", kind=Office.Kind.CITY)
    Office.objects.filter(pk=office.pk).update(parent=city)
    office.refresh_from_db()
    return city, an_officer(city, "kepala")


def test_a_word_of_the_city_is_tested_on_the_corrections_of_its_centres(office: Office) -> None:
    city, head = city_of(office)
    corrected(office, TEXT, "complaint")
    with pytest.raises(WouldThank):
        add(city, head, "zonder cela")
    assert not Word.objects.exists()


def test_a_centres_correction_is_tested_with_the_words_of_its_own(office: Office, officer: Officer) -> None:
    city, head = city_of(office)
    corrected(office, "petugasnya ramah zonder cela", "complaint")
    add(office, officer, "zonder", "safe.word")  # "cela" alone keeps it back now
    with pytest.raises(WouldThank):
        add(city, head, "cela", "safe.word")
    Word.objects.all().delete()
    add(city, head, "cela", "safe.word")  # without the centre's own word it thanks nobody


def test_what_a_centre_takes_out_holds_against_the_citys_word(office: Office, officer: Officer) -> None:
    city, head = city_of(office)
    add(city, head, "zonder cela")
    assert action(office) == "thank"
    row = add(office, officer, "zonder cela", taken_out=True)
    assert action(office) != "thank"
    assert action(city) == "thank"
    corrected(office, TEXT, "complaint")
    with pytest.raises(WouldThank):
        vocabulary.undo(row, officer, timezone.now())


def test_what_the_city_tries_shows_its_centres_messages(office: Office) -> None:
    _, head = city_of(office)
    a_message(an_account(office), TEXT, label="praise", judged_label="praise")
    tried = {"sentence": "x", "list": "cue.weak", "word": "zonder cela"}
    page = console.signed_in(head).get(reverse("vocabulary_try"), tried).content.decode()
    assert TEXT in page
    stranger = console.signed_in(an_officer(an_office("lain"), "lain"))
    assert TEXT not in stranger.get(reverse("vocabulary_try"), tried).content.decode()


def test_centres_corrections_propose_words_to_their_city(office: Office) -> None:
    city, _ = city_of(office)
    a_message(an_account(office), "petugasnya sumpringah ramah", label="praise", judged_label="other")
    assert [one.word for one in trying.proposals(city)] == ["sumpringah"]


def test_every_correction_is_tested_however_old(
    office: Office, officer: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vocabulary, "CORRECTED", 1)
    corrected(office, TEXT, "complaint")
    for number in range(3):
        corrected(office, f"antri {number}", "complaint")
    with pytest.raises(WouldThank):
        add(office, officer, "zonder cela")


def test_a_correction_is_tested_as_it_was_judged_with_the_centres_own_name(office: Office, officer: Officer) -> None:
    Office.objects.filter(pk=office.pk).update(name="Puskesmas Wiragundara")
    office.refresh_from_db()
    corrected(office, "wiragundara zonder cela, ramah sekali", "complaint")
    with pytest.raises(WouldThank):
        add(office, officer, "zonder cela")


def test_what_is_only_tried_pushes_out_no_vocabulary_that_offices_judge_by(office: Office, officer: Officer) -> None:
    add(office, officer, "zonder cela")
    mine = lexicon_of(office)
    for number in range(12):
        vocabulary.lexicon_with([Word(office=office, list="safe.word", word=f"coba{chr(97 + number)}")], office)
    assert lexicon_of(office) is mine


def test_trying_a_word_reads_the_database_and_the_newest_messages_once(
    office: Office, officer: Officer, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    account = an_account(office)
    for number in range(30):
        a_message(account, f"dokternya nomor {number} ramah", label="complaint", judged_label="praise")
    client, sentence = console.signed_in(officer), {"sentence": TEXT, "list": "cue.weak", "word": "zonder"}
    client.get(reverse("vocabulary_try"), sentence)
    with django_assert_max_num_queries(11):
        client.get(reverse("vocabulary_try"), sentence)


def test_undoing_is_tested_too(office: Office, officer: Officer) -> None:
    row = add(office, officer, "ramah", "cue.strong", taken_out=True)
    corrected(office, "petugasnya ramah", "other")
    with pytest.raises(WouldThank):
        vocabulary.undo(row, officer, timezone.now())
    assert Word.objects.filter(pk=row.pk).exists()


def test_messages_are_judged_by_the_offices_words(office: Office, officer: Officer) -> None:
    account = an_account(office)
    add(office, officer, "zonder cela")
    message = a_message(account, TEXT)
    triage.judge_new(timezone.now())
    message.refresh_from_db()
    assert (message.action, message.lexicon_version) == ("thank", lexicon_of(office).version)


def test_corrections_propose_the_one_word_that_was_unknown(office: Office) -> None:
    account = an_account(office)
    for number in range(2):
        a_message(account, f"petugasnya sumpringah ramah{'!' * number}", label="praise", judged_label="other")
    a_message(account, "sumpringah ramah", label="complaint", judged_label="complaint")
    found = trying.proposals(office)
    assert [(one.word, one.times) for one in found] == [("sumpringah", 2)]
    assert len(found[0].effects) == 3
    assert not found[0].refused


def test_each_word_shows_its_part(office: Office) -> None:
    shown = trying.parts("dokter Wiraguna ramah tapi lama.", default_lexicon())
    assert [(one.text, one.part) for one in shown] == [
        ("dokter", "safe"),
        ("Wiraguna", "unknown"),
        ("ramah", "praise"),
        ("tapi", "against"),
        ("lama", "against"),
        (".", "mark"),
    ]


def test_the_page_adds_refuses_and_undoes(office: Office, officer: Officer) -> None:
    client = console.signed_in(officer)
    address = reverse("vocabulary")
    assert client.post(address, {"word": "zonder cela", "list": "cue.weak"}).status_code == 302
    page = client.get(address).content.decode()
    assert "zonder cela" in page
    effect = client.get(reverse("vocabulary_try"), {"sentence": TEXT, "list": "cue.weak", "word": "ramah"})
    assert "part-praise" in effect.content.decode()
    assert effect.content.decode().count("<h3>") == 2
    corrected(office, "dokternya wutuh ramah", "complaint")
    refused = client.post(address, {"word": "wutuh", "list": "safe.word"})
    assert refused.status_code == 422
    assert "dokternya wutuh ramah" in refused.content.decode()
    assert client.post(reverse("vocabulary_undo", args=[Word.objects.get().pk])).status_code == 302
    assert not Word.objects.exists()


def test_only_who_manages_changes_words(office: Office) -> None:
    client = console.signed_in(an_officer(office, "jaga", role=Officer.Role.DUTY))
    assert client.get(reverse("vocabulary")).status_code == 200
    assert client.post(reverse("vocabulary"), {"word": "x", "list": "cue.weak"}).status_code == 403
    row = Word.objects.create(office=office, list="cue.weak", word="wutuh")
    assert client.post(reverse("vocabulary_undo", args=[row.pk])).status_code == 403
    stranger = console.signed_in(an_officer(an_office("lain"), "lain"))
    assert stranger.post(reverse("vocabulary_undo", args=[row.pk])).status_code == 404
