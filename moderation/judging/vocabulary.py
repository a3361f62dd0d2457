"""The vocabulary of an office: what ships with the product, the city's words and its own, as one Lexicon.

A change makes a new version (the figures of trust are counted by it) and is tested first on every message that people
corrected: one of them would be thanked, and the change is refused.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from moderation.judging.models import Topic, Word
from moderation.models import Message
from moderation.sentiment import Context, Verdict, judge
from moderation.sentiment.gate import obstacles
from moderation.sentiment.lexicon import WHOLE, Lexicon, default_lexicon, shipped
from moderation.sentiment.masking import PERSONAL, mask
from moderation.sentiment.reading import read
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
def _lexicon(added: tuple[tuple[str, str], ...], taken_out: frozenset[tuple[str, str]]) -> Lexicon:
    return shipped(added, taken_out) if added or taken_out else default_lexicon()


def lexicon_with(words: Iterable[Word], retired: Iterable[str] = ()) -> Lexicon:
    """What ships, with these words and without these topics."""
    rows = list(words)
    added = tuple(sorted({(row.list, row.word) for row in rows if not row.taken_out}))
    out = {(row.list, row.word) for row in rows if row.taken_out} | {(f"topic.{slug}", WHOLE) for slug in retired}
    return _lexicon(added, frozenset(out))


def lexicon_of(office: Office) -> Lexicon:
    retired = Topic.objects.filter(office=office, retired_at__isnull=False).values_list("slug", flat=True)
    return lexicon_with(Word.objects.heeded_by(office), retired)


def corrections(office: Office) -> list[Message]:
    """Messages that a person called something else than the machine, newest first: the office's test sentences."""
    rows = Message.objects.filter(office=office).exclude(judged_label="").exclude(label="")
    changed = [row for row in rows.order_by("-id").defer("raw")[: CORRECTED * 5] if row.label != row.judged_label]
    return changed[:CORRECTED]


def wrongly_thanked(lexicon: Lexicon, messages: Iterable[Message]) -> list[str]:
    """Of these, the ones that were no praise and would be thanked."""
    return [
        row.text
        for row in messages
        if row.label != Message.Label.PRAISE and judge(row.text, Context(), lexicon).action == "thank"
    ]


@transaction.atomic
def change(office: Office, role: str, word: str, actor: Officer, at: datetime, *, taken_out: bool = False) -> Word:
    """Add a word to a list, or take it out. WouldThank: a corrected message forbids it; nothing is changed."""
    plain = " ".join(word.lower().split())
    row = Word(office=office, list=role, word=plain, taken_out=taken_out, by=actor, at=at)
    others = [one for one in Word.objects.heeded_by(office) if (one.list, one.word) != (role, plain)]
    if wrong := wrongly_thanked(lexicon_with([*others, row]), corrections(office)):
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
    if wrong := wrongly_thanked(lexicon_with(rest), corrections(row.office)):
        raise WouldThank(wrong)
    Event.write(row.office_id, "word.undone", row.office, actor=actor, at=at, list=row.list, word=row.word)
    row.delete()


@dataclass(frozen=True)
class Part:
    """A stretch of a test sentence and the part that it plays: "praise", "safe", "against", "unknown" or "mark"."""

    text: str
    part: str
    rules: tuple[str, ...]


def parts(text: str, lexicon: Lexicon) -> list[Part]:
    """The sentence cut into its words and phrases, each with its part in the verdict."""
    reading = read(text, lexicon)
    found: list[Part] = []
    for hit in reading.hits:
        start, end = reading.span(hit.first, hit.last)
        found.append(Part(text[start:end], _part(hit.roles, text[start:end]), tuple(sorted(hit.roles))))
    return found


_AGAINST = (
    "turn.",
    "complaint.strong",
    "complaint.abuse",
    "suggestion.",
    "question.",
    "cue.mock",
    "cue.trap",
    "emoji.s",
)


def _part(roles: frozenset[str], text: str) -> str:
    if not roles:
        return "unknown" if any(letter.isalnum() for letter in text) else "mark"
    if any(role.startswith(("cue.strong", "cue.weak", "cue.thanks", "cue.kind_to", "emoji.praise")) for role in roles):
        return "praise"
    if any(role.startswith(_AGAINST) and role != "emoji.safe" for role in roles):
        return "against"
    return "safe" if any(role.startswith(("safe.", "emoji.safe", "name.given")) for role in roles) else "other"


@dataclass(frozen=True)
class Effect:
    """A message whose verdict a change of the vocabulary turns."""

    text: str
    before: Verdict
    after: Verdict

    @property
    def masked(self) -> str:
        found = (reason for reason in self.before.reasons if reason.rule.startswith(PERSONAL))
        return mask(self.text, [(reason.start, reason.end) for reason in found])


def effects(office: Office, changed: Lexicon, limit: int = 300) -> list[Effect]:
    """What the change would do to the newest messages."""
    now = lexicon_of(office)
    texts = Message.objects.filter(office=office).order_by("-id").values_list("text", flat=True)[:limit]
    pairs = ((text, judge(text, Context(), now), judge(text, Context(), changed)) for text in dict.fromkeys(texts))
    return [Effect(*each) for each in pairs if (each[1].kind, each[1].action) != (each[2].kind, each[2].action)]


def unknown_alone(text: str, lexicon: Lexicon) -> str:
    """The one unknown word that keeps this message from being thanked; "" where there are more, or other reasons."""
    reading = read(text, lexicon)
    shut = [one for one in obstacles(reading, frozenset()) if one.rule != "gate.states"]
    if not shut or any(one.rule != "gate.unknown" for one in shut):
        return ""
    words = {reading.tokens[one.first].text for one in shut}
    return words.pop() if len(words) == 1 else ""


@dataclass(frozen=True)
class Proposal:
    """A word that alone kept praise from being thanked, and what else it would change."""

    word: str
    times: int
    effects: list[Effect]
    refused: bool


def proposals(office: Office, most: int = 5) -> list[Proposal]:
    """Words that corrections propose: unknown ones, alone to blame in messages that people called praise."""
    lexicon, counted = lexicon_of(office), dict[str, int]()
    rows = Message.objects.filter(office=office, label=Message.Label.PRAISE).order_by("-id").defer("raw")[:300]
    for row in rows:
        if (word := unknown_alone(row.text, lexicon)) and word.isalpha():
            counted[word] = counted.get(word, 0) + 1
    wrong = corrections(office)
    found = []
    for word in sorted(counted, key=lambda one: -counted[one])[:most]:
        tried = lexicon_with([*Word.objects.heeded_by(office), Word(office=office, list="safe.word", word=word)])
        found.append(Proposal(word, counted[word], effects(office, tried, 200), bool(wrongly_thanked(tried, wrong))))
    return found
