"""Which kind a message is: evidence of praise, complaint, suggestion and question, weighed against each other.

A label routes work; it never thanks (gate.py does) and never dismisses (flags.py finds what asks for nothing).
"""

from __future__ import annotations

from typing import NamedTuple

from moderation.reading import Reading

_WEIGHTS = {
    "cue.strong": ("praise", 2.0),
    "cue.weak": ("praise", 1.0),
    "cue.thanks": ("praise", 1.2),
    "emoji.praise": ("praise", 1.0),
    "complaint.strong": ("complaint", 2.0),
    "complaint.abuse": ("complaint", 2.0),
    "complaint.weak": ("complaint", 0.6),
    "emoji.angry": ("complaint", 1.8),
    "question.reproach": ("complaint", 1.3),
    "question.strong": ("question", 2.0),
    "question.weak": ("question", 0.4),
    "suggestion.strong": ("suggestion", 3.0),
    "suggestion.weak": ("suggestion", 0.8),
}
_SCOFF = frozenset({"turn.scoff", "turn.duration", "turn.number", "emoji.sneer"})
_REACH = 3  # words over which a negation reaches
_ENOUGH = 1.5  # evidence below which a message is nothing in particular


class Weighed(NamedTuple):
    kind: str
    confidence: float
    mixed: bool
    sarcastic: bool
    complains: bool


class Evidence:
    """The weights found while walking once through a message."""

    def __init__(self) -> None:
        self.weight = {"praise": 0.0, "complaint": 0.0, "suggestion": 0.0, "question": 0.0}
        self.scoffs = self.contrast = self.before = self.now = False
        self.negated_at = self.little_at = -_REACH - 1

    def add(self, roles: frozenset[str], first: int, last: int) -> None:
        negated = first - self.negated_at <= _REACH
        little = first - self.little_at <= 2
        if roles & {"cue.strong", "cue.weak"} and (negated or little):
            self.weight["complaint"] += 2.0
            self.negated_at = self.little_at = -_REACH - 1
            return
        if "complaint.negated" in roles and negated:
            self.weight["praise"] += 1.6
            self.weight["complaint"] -= 0.6  # what the negation itself was counted for
            return
        self._note(roles, last)
        strongest: dict[str, float] = {}
        for role in roles:
            kind, weight = _WEIGHTS.get(role, ("", 0.0))
            if kind:
                strongest[kind] = max(weight, strongest.get(kind, 0.0))
        for kind, weight in strongest.items():
            self.weight[kind] += weight

    def _note(self, roles: frozenset[str], last: int) -> None:
        if "turn.negation" in roles:
            self.negated_at = last - 1
        if "turn.little" in roles:
            self.little_at = last - 1
        self.scoffs = self.scoffs or bool(roles & _SCOFF)
        self.contrast = self.contrast or "turn.contrast" in roles
        self.before = self.before or "complaint.before" in roles
        self.now = self.now or (self.before and "complaint.now" in roles)


def weigh(reading: Reading) -> Weighed:
    evidence = Evidence()
    for hit in reading.hits:
        evidence.add(hit.roles, hit.first, hit.last)
    weight = evidence.weight
    number = any(kind == "number" for kind in reading.kinds)
    if "?" in reading.forms:
        weight["question"] += 1.4
    if any(clitic == "kah" for clitic in reading.clitics):
        weight["question"] += 2.0
    praise = weight["praise"]
    improved = evidence.now and praise >= 1
    if improved:  # "dulu antri lama, sekarang cepat"
        weight["complaint"] = 0.0
    doubtful = praise >= 1 and not improved
    sarcastic = doubtful and (evidence.scoffs or number) and weight["question"] < 2 and weight["suggestion"] < 2
    if sarcastic:
        weight["complaint"] += 1.0
    elif doubtful and evidence.contrast and weight["suggestion"] < 2:
        weight["complaint"] += 0.6
    sarcastic = sarcastic and weight["complaint"] >= _ENOUGH
    return _decide(weight, sarcastic)


def _decide(weight: dict[str, float], sarcastic: bool) -> Weighed:
    complaint, suggestion, question, praise = (weight[k] for k in ("complaint", "suggestion", "question", "praise"))
    if suggestion >= 3:  # said outright: "saran:"
        complaint *= 0.6
        question *= 0.7
    if question >= 3:  # a plain question: what it worries about is no complaint yet
        complaint *= 0.55
    rivals = {"complaint": complaint, "suggestion": suggestion, "question": question}
    kind = max(rivals, key=lambda k: rivals[k])
    best = rivals[kind]
    if best < _ENOUGH or (praise > 2 * best and best < 2):
        kind, best = ("praise", praise) if praise >= 1 else ("other", 0.5)
    total = sum(max(value, 0.0) for value in (*rivals.values(), praise)) + 0.5
    mixed = praise >= 1 and kind in rivals and not sarcastic
    return Weighed(kind, round(min(best / total, 0.99), 2), mixed, sarcastic, complaint >= _ENOUGH)
