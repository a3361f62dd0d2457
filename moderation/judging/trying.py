"""What a change of the vocabulary would do, before anybody makes it: to a test sentence, and to the newest messages."""

from collections.abc import Mapping
from dataclasses import dataclass

from moderation.judging.models import Word
from moderation.judging.rules import words_for
from moderation.judging.vocabulary import (
    CORRECTED,
    adding,
    heeding,
    lexicon_of,
    lexicon_with,
    names_of,
    wrongly_thanked,
)
from moderation.models import Message
from moderation.sentiment import Context, Verdict, judge
from moderation.sentiment.gate import obstacles
from moderation.sentiment.lexicon import Lexicon
from moderation.sentiment.masking import PERSONAL, mask
from moderation.sentiment.reading import read
from offices.models import Office

SEEN = 200
"""So many of the newest messages show what a change would do to others."""


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
class Shown:
    """A test sentence as one vocabulary reads it."""

    parts: list[Part]
    verdict: Verdict

    @property
    def kind_name(self) -> str:
        return str(Message.Label(self.verdict.kind).label)

    @property
    def why(self) -> list[tuple[str, str]]:
        """The rules that spoke, in plain words, each with what it found; what it found is "" for the whole message."""
        whole = max((reason.end - reason.start for reason in self.verdict.reasons), default=0)
        found = [
            (words_for(one.rule), one.text if one.end - one.start < whole or whole < 20 else "")
            for one in self.verdict.reasons
        ]
        return list(dict.fromkeys(found))[:8]


def shown(text: str, lexicon: Lexicon, office: Office) -> Shown:
    return Shown(parts(text, lexicon), judge(text, Context(own_names=names_of(office)), lexicon))


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


Said = tuple[str, str]
"""A text, and the name of the office that it was written to."""


def judged_now(office: Office, lexicon: Lexicon) -> dict[Said, Verdict]:
    """The newest messages of all that heed its words, as this vocabulary judges them. Index: the message's id."""
    rows = Message.objects.filter(office__in=heeding(office)).order_by("-id").values_list("text", "office__name")[:SEEN]
    return {(text, name): judge(text, _here(name), lexicon) for text, name in dict.fromkeys(rows)}


def _here(name: str) -> Context:
    return Context(own_names=tuple(name.split()))


def effects(changed: Lexicon, now: Mapping[Said, Verdict]) -> list[Effect]:
    """Which of these the change would judge otherwise."""
    pairs = (Effect(text, before, judge(text, _here(name), changed)) for (text, name), before in now.items())
    return [one for one in pairs if (one.before.kind, one.before.action) != (one.after.kind, one.after.action)]


def unknown_alone(text: str, lexicon: Lexicon, names: frozenset[str]) -> str:
    """The one unknown word that keeps this message from being thanked; "" where there are more, or other reasons."""
    reading = read(text, lexicon)
    shut = [one for one in obstacles(reading, names) if one.rule != "gate.states"]
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
    lexicon, counted, heeded = lexicon_of(office), dict[str, int](), list(Word.objects.heeded_by(office))
    praise = Message.objects.filter(office__in=heeding(office), label=Message.Label.PRAISE).order_by("-id")
    for text, name in praise.values_list("text", "office__name")[:300]:
        names = frozenset(name.casefold().split())
        if (word := unknown_alone(text, lexicon, names)) and word.isalpha():
            counted[word] = counted.get(word, 0) + 1
    found = list[Proposal]()
    now = judged_now(office, lexicon) if counted else {}
    for word in sorted(counted, key=lambda one: -counted[one])[:most]:
        safe = adding(Word(office=office, list="safe.word", word=word))
        refused = bool(wrongly_thanked(office, safe, CORRECTED))
        found.append(Proposal(word, counted[word], effects(lexicon_with(safe(heeded), office), now), refused))
    return found
