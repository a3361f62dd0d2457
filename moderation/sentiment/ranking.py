"""A small statistical model beside the rules: which kind a message looks like. It labels and ranks, nothing else.

It may never thank (gate.py opens only for what the rules call praise) and never dismiss (flags.py alone finds what asks
for nothing); docs/decisions/0005-judgement.md has the figures by which it earned its place. Multinomial logistic
regression over words, pairs of words, stretches of three and four letters, and the lists that the lexicon found.
Weights are data (`ranking.json`), made anew by `manage.py train_ranking`; training is pure and always gives the same.
"""

from __future__ import annotations

import hashlib
import json
import math
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from moderation.sentiment.reading import Reading

ORDER = ("praise", "complaint", "suggestion", "question", "other")
MOST_TOKENS = 150
"""What stands behind is not looked at: time stays bounded, and nobody buries a complaint under so much praise."""
_EPOCHS, _STEP, _SLOWER, _SHRINK, _SEED = 30, 1.0, 0.3, 1e-5, 1
_REMEMBERED = 50_000

Vector = tuple[float, ...]
_NOTHING: Vector = (0.0,) * len(ORDER)


@dataclass(frozen=True)
class Ranking:
    weights: Mapping[str, Vector]
    trained_on: str
    """Digest of the texts and labels that made it."""
    _memory: dict[str, frozenset[str]] = field(default_factory=dict, repr=False, compare=False)

    def probabilities(self, reading: Reading) -> dict[str, float]:
        """How likely each kind is, by the model alone."""
        names = {name for name in _names(reading) if name in self.weights}
        names.update(*(self._stretches_known(word) for word in _words(reading)))
        known = [self.weights[name] for name in names]
        scale = 1 / math.sqrt(len(known) or 1)
        totals = [math.fsum(column) * scale for column in zip(_NOTHING, *known, strict=True)]
        return dict(zip(ORDER, _shares(totals), strict=True))

    def _stretches_known(self, word: str) -> frozenset[str]:
        kept = self._memory.get(word)
        if kept is None:
            kept = frozenset(name for name in _stretches(word) if name in self.weights)
            if len(self._memory) < _REMEMBERED:
                self._memory[word] = kept
        return kept


def _shares(scores: Sequence[float]) -> list[float]:
    top = max(scores)
    powers = [math.exp(score - top) for score in scores]
    total = math.fsum(powers)
    return [power / total for power in powers]


def _stretches(word: str) -> Iterator[str]:
    marked = f"^{word[:40]}$"
    for length in (3, 4):
        for start in range(len(marked) - length + 1):
            yield "c=" + marked[start : start + length]


def _names(reading: Reading) -> Iterator[str]:
    """What the model looks at, but for the stretches of letters."""
    before = "^"
    for form, kind in zip(reading.forms[:MOST_TOKENS], reading.kinds[:MOST_TOKENS], strict=True):
        word = "#" if kind == "number" else form
        yield "w=" + word
        yield f"b={before} {word}"
        before = word
    yield f"b={before} $"
    for hit in reading.hits[:MOST_TOKENS]:
        for role in hit.roles or ("unknown",):
            yield "r=" + role
    if reading.topics:
        yield "r=topic"


def _words(reading: Reading) -> set[str]:
    return {token.text for token in reading.tokens[:MOST_TOKENS] if token.kind == "word"}


def features(reading: Reading) -> set[str]:
    """Each once, however often it occurs: "ramah ramah ramah" weighs no more than "ramah"."""
    return {*_names(reading), *(stretch for word in _words(reading) for stretch in _stretches(word))}


def train(readings: Sequence[Reading], labels: Sequence[str]) -> dict[str, Vector]:
    """Weights by stochastic gradient descent in an order drawn from a fixed seed; rounded to hundredths."""
    rows = [sorted(features(reading)) for reading in readings]
    seen = Counter(name for row in rows for name in row)
    rows = [[name for name in row if seen[name] > 1] for row in rows]
    weights: dict[str, list[float]] = {name: [0.0] * len(ORDER) for row in rows for name in row}
    order, draw = list(range(len(rows))), random.Random(_SEED)  # noqa: S311 - an order, not a secret
    for epoch in range(_EPOCHS):
        draw.shuffle(order)
        for index in order:
            _learn(weights, rows[index], ORDER.index(labels[index]), _STEP / (1 + epoch * _SLOWER))
    rounded = {name: tuple(round(value, 2) for value in vector) for name, vector in sorted(weights.items())}
    return {name: vector for name, vector in rounded.items() if any(vector)}


def _learn(weights: dict[str, list[float]], row: Sequence[str], wanted: int, step: float) -> None:
    scale = 1 / math.sqrt(len(row) or 1)
    vectors = [weights[name] for name in row]
    shares = _shares([math.fsum(v[k] for v in vectors) * scale for k in range(len(ORDER))])
    for kind, share in enumerate(shares):
        error = share - (kind == wanted)
        if abs(error) > 1e-3:
            for vector in vectors:
                vector[kind] -= step * (error * scale + _SHRINK * vector[kind])


def digest(texts: Sequence[str], labels: Sequence[str]) -> str:
    rows = "".join(f"{label}\0{text}\0" for text, label in zip(texts, labels, strict=True))
    return hashlib.sha256(rows.encode()).hexdigest()[:12]


def dump(weights: Mapping[str, Vector], trained_on: str) -> str:
    """As JSON, one feature a line, weights in hundredths."""
    lines = ",\n".join(f"{json.dumps(n)}:{json.dumps([round(v * 100) for v in w])}" for n, w in weights.items())
    return f'{{"trained_on": "{trained_on}", "order": {json.dumps(ORDER)}, "weights": {{\n{lines}\n}}}}\n'


def load(text: str) -> Ranking:
    data = json.loads(text)
    if tuple(data["order"]) != ORDER:
        raise ValueError("ranking.json was made for other kinds: run manage.py train_ranking")
    weights = {name: tuple(value / 100 for value in vector) for name, vector in data["weights"].items()}
    return Ranking(weights, data["trained_on"])


@cache
def default_ranking() -> Ranking:
    return load(Path(__file__).with_suffix(".json").read_text("utf-8"))
