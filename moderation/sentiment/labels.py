"""Which kind a message is: evidence of praise, complaint, suggestion and question, weighed against each other.

A label routes work; it never thanks (gate.py does) and never dismisses (flags.py finds what asks for nothing).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from moderation.sentiment.reading import Hit, Reading

_WEIGHTS = {
    "cue.strong": ("praise", 2.0),
    "cue.kind_to": ("praise", 2.0),
    "cue.weak": ("praise", 1.0),
    "cue.thanks": ("praise", 1.2),
    "safe.wish": ("praise", 1.0),
    "emoji.praise": ("praise", 1.0),
    "cue.mock": ("complaint", 2.0),
    "complaint.strong": ("complaint", 2.0),
    "complaint.abuse": ("complaint", 2.0),
    "complaint.weak": ("complaint", 0.6),
    "turn.negation": ("complaint", 1.0),
    "emoji.angry": ("complaint", 1.8),
    "question.reproach": ("complaint", 1.6),
    "question.strong": ("question", 2.0),
    "question.weak": ("question", 0.4),
    "suggestion.strong": ("suggestion", 3.0),
    "suggestion.weak": ("suggestion", 0.8),
}
_SIGNS = {
    "question.mark": ("question", 1.6),
    "question.ending": ("question", 2.0),
    "question.beginning": ("question", 1.2),
    "complaint.suffered": ("complaint", 0.9),
}
_SCOFF = frozenset({"turn.scoff", "turn.duration", "turn.number", "emoji.sneer"})
_SERVICE = frozenset({"safe.noun", "safe.person", "safe.officer", "safe.act", "cue.thanks"})
_CUES = frozenset({"cue.strong", "cue.weak", "cue.kind_to"})
_AFTER_TAG = frozenset({"safe.vocative", "safe.officer", "safe.thanks_tail", "turn.time"})
_ASKING = frozenset({"apa", "siapa", "mana", "kapan", "berapa", "bagaimana", "is", "do", "does", "who", "which"})
_REACH = 4  # words over which a negation reaches
_ENOUGH = 1.5  # evidence below which a message is nothing in particular …
_PASSIVE = re.compile(r"di(?!ri|a|ta|ab|mana|sini|kit|am)[a-z]{4,}")  # "diladeni", "dijawab": done to somebody
_ENOUGH_OF_US = 0.9  # … unless it speaks of a health centre: then a small sign of trouble counts


@lru_cache(maxsize=4096)
def _strongest(roles: frozenset[str]) -> tuple[tuple[str, float], ...]:
    """Of each kind the heaviest evidence that these lists are. There are some hundred sets of lists."""
    strongest: dict[str, float] = {}
    for role in roles:
        kind, weight = _WEIGHTS.get(role, ("", 0.0))
        if kind:
            strongest[kind] = max(weight, strongest.get(kind, 0.0))
    return tuple(strongest.items())


def _counts(hit: Hit, reading: Reading) -> bool:
    """A number that is no part of the praise: "3 jam", not "5 bintang"."""
    return not hit.roles & _CUES and "number" in reading.kinds[hit.first : hit.last]


class Sign(NamedTuple):
    """What stands in no list and was weighed all the same: the rule, and its tokens."""

    rule: str
    first: int
    last: int


class Weighed(NamedTuple):
    kind: str
    confidence: float
    mixed: bool
    sarcastic: bool
    complains: bool
    signs: tuple[Sign, ...]


class Evidence:
    """The weights found while walking once through a message."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.weight = {"praise": 0.0, "complaint": 0.0, "suggestion": 0.0, "question": 0.0}
        self.scoffs = "number" in reading.kinds and any(_counts(hit, reading) for hit in reading.hits)
        self.contrast = self.negation = self.before = self.now = self.better = False
        self.negated_at = self.little_at = -_REACH - 1
        for index, hit in enumerate(reading.hits):
            if hit.roles:
                self._add(index, hit)

    def _add(self, index: int, hit: Hit) -> None:
        roles, first = hit.roles, hit.first
        negated = first - self.negated_at <= _REACH
        if roles & _CUES and (negated or first - self.little_at <= 2):
            self.weight["complaint"] += 2.0
            self.negated_at = self.little_at = -_REACH - 1
            return
        if "complaint.negated" in roles and negated:
            self.weight["praise"] += 1.6
            self.weight["complaint"] -= _WEIGHTS["turn.negation"][1]  # what the negation itself was counted for
            self.negation = False
            self.better = self.better or self.now
            return
        if "turn.negation" in roles and self._asks_or_not(index, hit):
            self.weight["question"] += 1.8
            return
        self.better = self.better or (self.now and bool(roles & _CUES))
        self._note(roles, hit.last)
        for kind, weight in _strongest(roles):
            self.weight[kind] += weight

    def _asks_or_not(self, index: int, hit: Hit) -> bool:
        """ "buka ga?", "harus puasa ga kalau …": a negation behind what it leaves open, with nothing left to deny."""
        hits, forms = self.reading.hits, self.reading.forms
        if not index or hit.last - hit.first > 1 or hits[index - 1].roles & (_CUES | {"safe.thanks_tail"}):
            return False
        if forms[hit.first - 1] in ",.!?":
            return False
        if index + 1 == len(hits):
            return True
        after = hits[index + 1]
        return forms[after.first] in (",", "?", "kalau") or bool(after.roles & _AFTER_TAG)

    def _note(self, roles: frozenset[str], last: int) -> None:
        if "turn.negation" in roles:
            self.negated_at = last - 1
            self.negation = True
        if "turn.little" in roles:
            self.little_at = last - 1
        self.scoffs = self.scoffs or bool(roles & _SCOFF)
        self.contrast = self.contrast or "turn.contrast" in roles
        self.before = self.before or "complaint.before" in roles
        self.now = self.now or (self.before and "complaint.now" in roles)


def weigh(reading: Reading) -> Weighed:
    evidence = Evidence(reading)
    weight = evidence.weight
    praise = weight["praise"]
    signs = _signs(reading, praised=praise >= 1)
    for sign in signs:
        kind, counts = _SIGNS[sign.rule]
        weight[kind] += counts
    if {"complaint.better", "complaint.rival"} <= reading.roles:
        weight["complaint"] += 2.0  # "klinik sebelah lebih ramah"
    improved = evidence.better and praise >= 1
    if improved:  # "dulu antri lama, sekarang cepat"
        weight["complaint"] = 0.0
    elif evidence.now and praise >= 1:  # "dulu ramah, sekarang beda"
        weight["complaint"] += 1.5
    doubtful = praise >= 1 and not improved and weight["question"] < 1.8 and weight["suggestion"] < 2
    sarcastic = doubtful and evidence.scoffs
    if sarcastic:
        weight["complaint"] += 1.0
    elif doubtful and (evidence.contrast or evidence.negation):
        weight["complaint"] += 0.8
    ours = bool(reading.topics or reading.roles & _SERVICE)
    unknown = any(not hit.roles and reading.kinds[hit.first] == "word" for hit in reading.hits)
    if unknown and not ours and weight["complaint"] < _ENOUGH:
        praise = weight["praise"] = min(praise, 0.9)  # praise of a film, of a club
    if "acknowledgement.bare" in reading.roles and not reading.roles & (_CUES | {"emoji.praise"}):
        weight["praise"] = 0.0  # "siap, terima kasih"
    return _decide(weight, sarcastic, ours, signs)


def _signs(reading: Reading, *, praised: bool) -> tuple[Sign, ...]:
    """How it is written, each once: a question mark, an asking ending or beginning; something done to somebody."""
    forms, signs = reading.forms, list[Sign]()
    if "?" in forms:
        signs.append(_at("question.mark", forms.index("?")))
    if "kah" in reading.clitics:
        signs.append(_at("question.ending", reading.clitics.index("kah")))
    if forms and forms[0] in _ASKING:
        signs.append(_at("question.beginning", 0))
    if not praised:
        for hit in reading.hits:
            if not hit.roles and _PASSIVE.fullmatch(forms[hit.first]):
                signs.append(_at("complaint.suffered", hit.first))
                break
    return tuple(signs)


def _at(rule: str, index: int) -> Sign:
    return Sign(rule, index, index + 1)


def _decide(weight: dict[str, float], sarcastic: bool, ours: bool, signs: tuple[Sign, ...]) -> Weighed:
    complaint, suggestion, question, praise = (weight[k] for k in ("complaint", "suggestion", "question", "praise"))
    if question >= 3:  # a plain question: what it worries about is no complaint yet
        complaint *= 0.55
        suggestion *= 0.5
    elif suggestion >= 3:  # said outright: "saran:"
        complaint *= 0.6
        question *= 0.7
    rivals = {"complaint": complaint, "suggestion": suggestion, "question": question}
    kind = max(rivals, key=lambda k: rivals[k])
    best = rivals[kind]
    enough = _ENOUGH_OF_US if kind == "complaint" and (ours or praise >= 1) else _ENOUGH
    if kind == "suggestion" and ours:
        enough = 0.8
    if best < enough:
        kind, best = ("praise", praise) if praise >= 1 else ("other", 0.5)
    total = sum(max(value, 0.0) for value in (*rivals.values(), praise)) + 0.5
    mixed = praise >= 1 and kind in rivals and not sarcastic
    sarcastic = sarcastic and kind == "complaint"
    return Weighed(kind, round(min(best / total, 0.99), 2), mixed, sarcastic, complaint >= _ENOUGH_OF_US, signs)
