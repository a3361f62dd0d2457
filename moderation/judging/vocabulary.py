"""The vocabulary of an office: what ships with the product, the city's words and its own, as one Lexicon.

A change makes a new version (the figures of trust are counted by it) and is tested first on every message that people
corrected, of the office and of the centres that heed its words: one of them would be thanked, and it is refused.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import lru_cache

from django.db import transaction
from django.db.models import Q
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
    "safe.intensifier": _("Intensifier (“sekali”)"),
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
"""So many of the newest corrections are tested while a change is being typed; all of them when it is saved."""
ENOUGH = 10
"""With so many messages that it would thank a change is refused well enough."""


class WouldThank(Exception):
    """With this change these corrected messages would be thanked without a person."""

    def __init__(self, texts: list[str]) -> None:
        super().__init__(f"{len(texts)} corrected messages would be thanked")
        self.texts = texts


@lru_cache(maxsize=8)
def _kept(added: tuple[Entry, ...], taken_out: frozenset[Entry]) -> Lexicon:
    return shipped(added, taken_out) if added or taken_out else default_lexicon()


def _changes(
    words: Iterable[Word], office: Office, retired: Iterable[str] = ()
) -> tuple[tuple[Entry, ...], frozenset[Entry]]:
    """What is added to the lists that ship, and what is taken out; the office's own word holds against its city's."""
    holds = {(row.list, row.word): row.taken_out for row in sorted(words, key=lambda row: row.office_id == office.id)}
    added = tuple(sorted(entry for entry, taken_out in holds.items() if not taken_out))
    out = {entry for entry, taken_out in holds.items() if taken_out} | {(f"topic.{slug}", WHOLE) for slug in retired}
    return added, frozenset(out)


def lexicon_with(words: Iterable[Word], office: Office) -> Lexicon:
    """What ships, with these words. Not kept: what is only tried must not push out what offices judge by."""
    return shipped(*_changes(words, office))


def lexicon_of(office: Office) -> Lexicon:
    retired = Topic.objects.filter(office=office, retired_at__isnull=False).values_list("slug", flat=True)
    return _kept(*_changes(Word.objects.heeded_by(office), office, retired))


def names_of(office: Office) -> tuple[str, ...]:
    """Words that are the centre's own name, and so no unknown ones."""
    return tuple(office.name.split())


def heeding(office: Office) -> list[Office]:
    """Whose messages are judged by the office's words: its own, and those of the centres below it."""
    return list(Office.objects.filter(Q(id=office.id) | Q(parent=office)).order_by("id"))


def corrections(offices: Iterable[Office], most: int | None = None) -> Iterator[tuple[int, str]]:
    """What people said is no praise after all, newest first: the test sentences, each with its office's id.
    Index: message_corrected."""
    rows = Message.objects.filter(office__in=offices).corrected().exclude(label__in=["", Message.Label.PRAISE])
    return rows.order_by("-id").values_list("office_id", "text")[:most].iterator(chunk_size=500)


Change = Callable[[list[Word]], list[Word]]
"""Of the words that an office heeds makes those that it would heed."""


def wrongly_thanked(office: Office, change: Change, most: int | None = None) -> list[str]:
    """Corrected messages, `most` of the newest or all, that would be thanked; no more than ENOUGH. Each is judged by
    the words of its own office."""
    offices = {one.id: one for one in heeding(office)}
    words = list(Word.objects.filter(office__in=[*offices, office.parent_id or office.id]).order_by("id"))
    lexicons, made = dict[int, Lexicon](), dict[object, Lexicon]()
    wrong = dict[str, None]()
    for office_id, text in corrections(offices.values(), most):
        at = offices[office_id]
        if office_id not in lexicons:  # centres without words of their own share one
            heeded = [word for word in words if word.office_id in (at.id, at.parent_id)]
            key = _changes(change(heeded), at)
            lexicons[office_id] = made[key] = made.get(key) or shipped(*key)
        if judge(text, Context(own_names=names_of(at)), lexicons[office_id]).action == "thank":
            wrong[text] = None
            if len(wrong) >= ENOUGH:
                break
    return list(wrong)


def adding(row: Word) -> Change:
    """In place of what its office said of the same word before."""
    same = (row.office_id, row.list, row.word)
    return lambda words: [*(one for one in words if (one.office_id, one.list, one.word) != same), row]


def without(row: Word) -> Change:
    return lambda words: [one for one in words if one.id != row.id]


def change(office: Office, role: str, word: str, actor: Officer, at: datetime, *, taken_out: bool = False) -> Word:
    """Add a word to a list, or take it out. WouldThank: a corrected message forbids it; nothing is changed. Tested
    before anything is written: that takes a second or more, in which others write."""
    plain = " ".join(word.lower().split())
    row = Word(office=office, list=role, word=plain, taken_out=taken_out, by=actor, at=at)
    if wrong := wrongly_thanked(office, adding(row)):
        raise WouldThank(wrong)
    with transaction.atomic():
        Word.objects.filter(office=office, list=role, word=plain).delete()
        row.save()
        verb = "word.taken_out" if taken_out else "word.added"
        Event.write(office.id, verb, office, actor=actor, at=at, list=role, word=plain)
    return row


def undo(row: Word, actor: Officer, at: datetime) -> None:
    """As if it had not been changed. WouldThank as in `change`."""
    if wrong := wrongly_thanked(row.office, without(row)):
        raise WouldThank(wrong)
    with transaction.atomic():
        if Word.objects.filter(pk=row.pk).delete()[0]:
            Event.write(row.office_id, "word.undone", row.office, actor=actor, at=at, list=row.list, word=row.word)
