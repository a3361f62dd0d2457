"""The vocabulary of an office: what ships with the product, the city's words and its own, as one Lexicon.

A change makes a new version (the figures of trust are counted by it) and is tested first on every message that people
corrected: one of them would be thanked, and the change is refused.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from moderation.judging.models import Topic, Word
from moderation.models import Message
from moderation.sentiment import Context, judge
from moderation.sentiment.lexicon import WHOLE, Entry, Lexicon, default_lexicon, shipped
from offices.models import Event, Office, Officer

LISTS = {
    "cue.strong": _("Praise by itself (“ramah”)"),
    "cue.weak": _("Praise of something (“cepat”)"),
    "safe.noun": _("Safe: things of a health centre (“loket”)"),
    "safe.person": _("Safe: people of a health centre (“bidan”)"),
    "safe.officer": _("Safe: how citizens call you (“minpus”)"),
    "safe.word": _("Safe: other words"),
    "cue.mock": _("Sounds like praise, is none (“ramah kepada”)"),
    "turn.negation": _("Negation (“tidak”)"),
    "turn.contrast": _("Contrast (“tapi”)"),
    "turn.duration": _("Duration (“jam”)"),
    "complaint.strong": _("Complaint (“judes”)"),
    "suggestion.strong": _("Request, suggestion (“sebaiknya”)"),
    "question.strong": _("Question (“kapan”)"),
    "urgency.life": _("Danger to life (“pingsan”)"),
    "urgency.self_harm": _("Self-harm"),
    "urgency.violence": _("Violence"),
    "urgency.outbreak": _("Outbreak, poisoning"),
    "urgency.child": _("A child in danger"),
    "topic.antrian_pendaftaran": _("Topic: queue and registration"),
    "topic.bpjs_biaya": _("Topic: BPJS and cost"),
    "topic.petugas": _("Topic: staff"),
    "topic.dokter_pengobatan": _("Topic: doctor and treatment"),
    "topic.obat": _("Topic: medicine"),
    "topic.fasilitas_kebersihan": _("Topic: facilities and cleanliness"),
    "topic.parkir": _("Topic: parking"),
    "topic.imunisasi": _("Topic: immunisation"),
    "topic.ibu_anak": _("Topic: mother and child"),
    "topic.gizi": _("Topic: nutrition"),
    "topic.gawat_darurat": _("Topic: emergency and ambulance"),
    "topic.wabah_lingkungan": _("Topic: outbreaks and environment"),
    "topic.informasi_jam": _("Topic: information and hours"),
    "topic.pers_informasi_publik": _("Topic: press and public information"),
}
"""The lists that an office may change, as its officers read them."""
CORRECTED = 2_000
"""So many of the newest corrections are tested again."""


class WouldThank(Exception):
    """With this change these corrected messages would be thanked without a person."""

    def __init__(self, texts: list[str]) -> None:
        super().__init__(f"{len(texts)} corrected messages would be thanked")
        self.texts = texts


@lru_cache(maxsize=8)
def _kept(added: tuple[Entry, ...], taken_out: frozenset[Entry]) -> Lexicon:
    return shipped(added, taken_out) if added or taken_out else default_lexicon()


def _changes(words: Iterable[Word], retired: Iterable[str] = ()) -> tuple[tuple[Entry, ...], frozenset[Entry]]:
    rows = list(words)
    added = tuple(sorted({(row.list, row.word) for row in rows if not row.taken_out}))
    out = {(row.list, row.word) for row in rows if row.taken_out} | {(f"topic.{slug}", WHOLE) for slug in retired}
    return added, frozenset(out)


def lexicon_with(words: Iterable[Word]) -> Lexicon:
    """What ships, with these words. Not kept: what is only tried must not push out what offices judge by."""
    return shipped(*_changes(words))


def lexicon_of(office: Office) -> Lexicon:
    retired = Topic.objects.filter(office=office, retired_at__isnull=False).values_list("slug", flat=True)
    return _kept(*_changes(Word.objects.heeded_by(office), retired))


def names_of(office: Office) -> tuple[str, ...]:
    """Words that are the centre's own name, and so no unknown ones."""
    return tuple(office.name.split())


def corrections(office: Office) -> list[str]:
    """What people said is no praise after all, newest first: the office's test sentences. Index: message_corrected."""
    rows = Message.objects.filter(office=office).corrected().exclude(label__in=["", Message.Label.PRAISE])
    return list(rows.order_by("-id").values_list("text", flat=True)[:CORRECTED])


def wrongly_thanked(lexicon: Lexicon, texts: Iterable[str], office: Office) -> list[str]:
    """Of these, which are no praise, the ones that would be thanked."""
    here = Context(own_names=names_of(office))
    return [text for text in dict.fromkeys(texts) if judge(text, here, lexicon).action == "thank"]


@transaction.atomic
def change(office: Office, role: str, word: str, actor: Officer, at: datetime, *, taken_out: bool = False) -> Word:
    """Add a word to a list, or take it out. WouldThank: a corrected message forbids it; nothing is changed."""
    plain = " ".join(word.lower().split())
    row = Word(office=office, list=role, word=plain, taken_out=taken_out, by=actor, at=at)
    others = [one for one in Word.objects.heeded_by(office) if (one.list, one.word) != (role, plain)]
    if wrong := wrongly_thanked(lexicon_with([*others, row]), corrections(office), office):
        raise WouldThank(wrong)
    Word.objects.filter(office=office, list=role, word=plain).delete()
    row.save()
    Event.write(
        office.id, "word.taken_out" if taken_out else "word.added", office, actor=actor, at=at, list=role, word=plain
    )
    return row


@transaction.atomic
def undo(row: Word, actor: Officer, at: datetime) -> None:
    """As if it had not been changed. WouldThank as in `change`."""
    rest = [one for one in Word.objects.heeded_by(row.office) if one.id != row.id]
    if wrong := wrongly_thanked(lexicon_with(rest), corrections(row.office), row.office):
        raise WouldThank(wrong)
    Event.write(row.office_id, "word.undone", row.office, actor=actor, at=at, list=row.list, word=row.word)
    row.delete()
