"""What a message is and what becomes of it: the judgement's only public face. Pure: text and context in, a Verdict out.

Order: read (normal form, lexicon) → flags → label by rules and model → the gate. Praise is thanked without a person
only through the closed vocabulary of gate.py; what asks for nothing is set aside only when a list says so for every
word of it. Never raises, whatever the text: what can't be read goes to a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from moderation.sentiment import danger, flags, gate, labels
from moderation.sentiment.lexicon import FOR_THE_GATE, Lexicon, default_lexicon
from moderation.sentiment.normal_form import LONGEST, fold
from moderation.sentiment.ranking import default_ranking
from moderation.sentiment.reading import Reading, read, scan

Kind = Literal["praise", "complaint", "suggestion", "question", "other"]
Action = Literal["thank", "case", "review", "none"]
KINDS: tuple[Kind, ...] = ("praise", "complaint", "suggestion", "question", "other")
FLAGS = ("urgent", "personal_data", "sarcasm", "mixed", "spam", "abuse")


@dataclass(frozen=True, slots=True)
class Context:
    """What is known around a message. Everything here can only keep a thank-you back, but for names and own handles,
    which make known words of what would be unknown."""

    post_text: str = ""
    open_case_in_thread: bool = False
    open_case_of_author: bool = False
    after_our_answer: bool = False
    addressed_to_other: bool = False
    author_name: str = ""
    own_handles: tuple[str, ...] = ()
    own_names: tuple[str, ...] = ()
    """Of the centre and its staff: "Dinoyo", "Ani"."""


class Reason(NamedTuple):
    """A rule that spoke ("list.table" of the lexicon, or a rule of the code) and what it spoke of in the original."""

    rule: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Verdict:
    kind: Kind
    action: Action
    flags: tuple[str, ...]
    topic: str
    lang: str
    confidence: float
    reasons: tuple[Reason, ...]
    lexicon: str
    """Version of the vocabulary: figures of trust are counted by it."""
    acknowledges: bool = False
    """Nothing but thanks or a nod for our answer: where a case was answered, it may be closed."""
    complains: bool = False
    """There are signs of a complaint, whatever the kind: "obatnya habis, kapan ada lagi?" asks and complains."""


_NOWHERE = Context()
_TELLING = ("cue.", "turn.", "complaint.", "question.strong", "question.reproach", "suggestion.", "emoji.")
_RULES_COUNT = 0.2
"""The rules' share in a label, the model's is the rest: best on messages that neither had seen."""
_MERE_THANKS = frozenset({"gate.no_praise", "gate.thanks_for_answer", "gate.states"})
_UNLIKELY = 0.1
_MOST_REASONS = 24
_MOCKING = re.compile(r"[A-Z][a-z][A-Z][a-z]|[a-z][A-Z][a-z][A-Z]")  # "rAmAh bAnGeT"


def judge(text: str, context: Context = _NOWHERE, lexicon: Lexicon | None = None) -> Verdict:
    lexicon = lexicon or default_lexicon()
    reading = read(text, lexicon)
    weighed = labels.weigh(reading)
    spam = flags.spam(reading)
    private = () if spam.findings and not flags.own_number(reading) else tuple(flags.personal_data(reading, text))
    dangers = tuple(danger.urgent(reading, kind=weighed.kind, complains=weighed.complains))
    empty = flags.empty_sign(reading, lexicon)
    found = {
        "urgent": bool(dangers),
        "personal_data": bool(private),
        "sarcasm": weighed.sarcastic,
        "mixed": weighed.mixed,
        "spam": bool(spam.findings),
        "abuse": "complaint.abuse" in reading.roles,
    }
    reasons = [Reason(f.rule, text[f.start : f.end], f.start, f.end) for f in (*dangers, *private, *spam.findings)]
    shut: list[gate.Obstacle] | None = None
    if empty or (spam.findings and not spam.asks):
        kind, confidence = _kind("other"), 0.95
    else:
        if weighed.kind == "praise":
            shut = list(gate.obstacles(reading, _names(context)))
        kind, confidence = _ranked(reading, weighed, in_danger=bool(dangers), known=shut == [])
    if kind != weighed.kind and not empty:
        reasons.append(Reason(f"ranking.{kind}", text, 0, len(text)))
    praised = kind == weighed.kind == "praise"  # the model never causes a thank-you
    grave = bool(dangers or private)
    action, why = _action(text, reading, context, lexicon, kind, spam.certain, empty, grave, shut if praised else None)
    told = reasons + why + list(_evidence(text, reading, weighed.signs))
    thanks_only = bool(empty) or (shut is not None and all(one.rule in _MERE_THANKS for one in shut))
    return Verdict(
        acknowledges=context.after_our_answer and thanks_only and not grave,
        kind=kind,
        action=action,
        flags=tuple(flag for flag in FLAGS if found[flag]),
        topic=_topic(reading),
        lang=_language(reading),
        confidence=confidence,
        reasons=tuple(told[:_MOST_REASONS]) or (Reason("label.nothing", text, 0, len(text)),),
        lexicon=lexicon.version,
        complains=weighed.complains,
    )


def _ranked(reading: Reading, weighed: labels.Weighed, *, in_danger: bool, known: bool) -> tuple[Kind, float]:
    """The kind by rules and model together. Whoever is in danger asks for help or complains, whatever the words. Praise
    whose every word is `known` as safe stays praise, but for what the model finds all too unlikely."""
    folded = reading.folded
    if folded.cut or folded.disguised or not any(kind == "word" for kind in reading.kinds):
        return _kind(weighed.kind), weighed.confidence  # nothing that a model could know
    likely = default_ranking().probabilities(reading)
    if known and likely["praise"] >= _UNLIKELY and not in_danger:
        return "praise", weighed.confidence
    by_rules = min(max(weighed.confidence, 0.3), 0.99)
    rest = (1 - by_rules) / (len(KINDS) - 1)
    share = {
        kind: _RULES_COUNT * (by_rules if kind == weighed.kind else rest) + (1 - _RULES_COUNT) * likely[kind]
        for kind in KINDS
        if not in_danger or kind in ("complaint", "question")
    }
    if weighed.kind == "suggestion" and _announced(reading):
        share.pop("question", None)  # "usul, bagaimana kalau …?" asks for nothing but to be heard
    best = max(share, key=lambda kind: share[kind])
    return best, round(min(share[best], 0.99), 2)


def _announced(reading: Reading) -> bool:
    """It begins by saying what it is: "usul", "saran", "masukan"."""
    begin = next(iter(reading.hits), None)
    return begin is not None and begin.first == 0 and "suggestion.strong" in begin.roles


def _kind(name: str) -> Kind:
    return next(kind for kind in KINDS if kind == name)


def _action(
    text: str,
    reading: Reading,
    context: Context,
    lexicon: Lexicon,
    kind: Kind,
    spam: bool,
    empty: str,
    grave: bool,
    shut: list[gate.Obstacle] | None,
) -> tuple[Action, list[Reason]]:
    """What becomes of it, and the rules that say so."""
    whole = (text, 0, len(text))
    if reading.folded.cut:
        return "review", [Reason("gate.long", *whole)]
    if kind in ("complaint", "suggestion", "question"):
        return "case", []
    if spam and not grave:
        return "none", []
    if context.open_case_in_thread or context.open_case_of_author:
        return "review", [Reason("context.open_case", *whole)]
    if empty and not grave:
        return "none", [Reason(empty, *whole)]
    if shut is None or grave:
        return "review", []
    if _MOCKING.search(text[:LONGEST]):
        return "review", [Reason("gate.mocking_case", *whole)]
    if rule := _kept_back(reading, context, lexicon):
        return "review", [Reason(rule, *whole)]
    if not shut:
        return "thank", [Reason("gate.open", *whole)]
    spans = ((found.rule, *(reading.span(found.first, found.last) if found.last else whole[1:])) for found in shut)
    return "review", [Reason(rule, text[start:end], start, end) for rule, start, end in spans]


def _kept_back(reading: Reading, context: Context, lexicon: Lexicon) -> str:
    """The rule of the context that forbids a thank-you, "" for none."""
    if context.after_our_answer:
        return "context.acknowledges_our_answer"
    own = {handle.lstrip("@").casefold() for handle in context.own_handles}
    handles = {t.text.lstrip("@") for t, kind in zip(reading.tokens, reading.kinds, strict=True) if kind == "handle"}
    if context.addressed_to_other or handles - own:
        return "context.addressed_to_other"
    if context.post_text and scan(read(context.post_text, lexicon).forms, lexicon.posts):
        return "context.post"
    return ""


def _names(context: Context) -> frozenset[str]:
    if not context.own_names and not context.own_handles:
        return frozenset()
    return frozenset(word for name in context.own_names for word in fold(name).text.split() if len(word) > 2)


def _evidence(text: str, reading: Reading, signs: Iterable[labels.Sign]) -> Iterator[Reason]:
    for hit in reading.hits:
        for role in _telling(hit.roles):
            start, end = reading.span(hit.first, hit.last)
            yield Reason(role, text[start:end], start, end)
    for rule, first, last in signs:
        start, end = reading.span(first, last)
        yield Reason(rule, text[start:end], start, end)


@lru_cache(maxsize=4096)
def _telling(roles: frozenset[str]) -> tuple[str, ...]:
    return tuple(role for role in sorted(roles) if role.startswith(_TELLING) and role not in FOR_THE_GATE)


def _topic(reading: Reading) -> str:
    """The topic with most words; of equal ones the one that was named first. "lainnya" when there is none."""
    count: dict[str, int] = {}
    for hit in reading.topics:
        for role in sorted(hit.roles):
            count[role] = count.get(role, 0) + 1
    return max(count, key=lambda role: count[role]).removeprefix("topic.") if count else "lainnya"


def _language(reading: Reading) -> str:
    """The language with most marking words; Indonesian when there are none, or as many."""
    count = reading.languages
    best = max(count, key=lambda language: (count[language], language == "id"), default="id")
    return best if count.get(best, 0) > count.get("id", 0) else "id"
