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
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

from moderation.sentiment.lexicon import FOR_THE_GATE
from moderation.sentiment.reading import Reading

ORDER = ("praise", "complaint", "suggestion", "question", "other")
MOST_TOKENS = 150
"""What stands behind is not looked at: time stays bounded, and nobody buries a complaint under so much praise."""
_EPOCHS, _STEP, _SLOWER, _SHRINK, _SEED = 20, 1.0, 0.3, 1e-3, 1
_REMEMBERED = 24_000

Vector = tuple[float, ...]
_UNHEEDED = ("clash.", "name.", *FOR_THE_GATE)
_NOTHING: Vector = (0.0,) * len(ORDER)


@dataclass(frozen=True)
class Ranking:
    weights: Mapping[str, Vector]
    trained_on: str
    """Digest of the texts and labels that made it."""
    pairs: Mapping[tuple[str, ...], Vector] = field(init=False, repr=False, compare=False)
    """The weights of pairs of words ("b=antri lama"), by the pair."""
    stretches: Mapping[str, Vector] = field(init=False, repr=False, compare=False)
    """Those of stretches of letters ("c=amah"), by the letters."""
    _memory: dict[tuple[str, str], tuple[Vector, int]] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        pairs = {tuple(name[2:].split(" ")): v for name, v in self.weights.items() if name.startswith("b=")}
        object.__setattr__(self, "pairs", pairs)
        stretches = {name[2:]: v for name, v in self.weights.items() if name.startswith("c=")}
        object.__setattr__(self, "stretches", stretches)

    def probabilities(self, reading: Reading) -> dict[str, float]:
        """How likely each kind is, by the model alone."""
        known = self._known_between(reading)
        count, remembered = len(known), self._memory.get
        for word in _words(reading):
            vector, number = remembered(word) or self._of_word(word)
            known.append(vector)
            count += number
        scale = 1 / math.sqrt(count or 1)
        totals = [sum(column) * scale for column in zip(_NOTHING, *known, strict=True)]
        return dict(zip(ORDER, _shares(totals), strict=True))

    def _known_between(self, reading: Reading) -> list[Vector]:
        """The vectors of `_between`, pairs looked up without making their names."""
        forms = reading.forms[:MOST_TOKENS]
        pairs = dict.fromkeys(pairwise(("^", *forms, "$")))
        known = [vector for pair in pairs if (vector := self.pairs.get(pair)) is not None]
        names = _lists(reading.roles, any(not hit.roles for hit in reading.hits), bool(reading.topics))
        known += [vector for name in names if (vector := self.weights.get(name)) is not None]
        return known

    def _of_word(self, word: tuple[str, str]) -> tuple[Vector, int]:
        """The summed weights of what the model knows of a word, and how much that is; kept in mind."""
        written, form = word
        found = [self.weights.get("w=" + form), *map(self.stretches.get, _stretches(written))]
        known = [vector for vector in found if vector is not None]
        summed = tuple(math.fsum(column) for column in zip(_NOTHING, *known, strict=True)), len(known)
        if len(self._memory) < _REMEMBERED:
            self._memory[word] = summed
        return summed


def _shares(scores: Sequence[float]) -> list[float]:
    top = max(scores)
    powers = [math.exp(score - top) for score in scores]
    total = math.fsum(powers)
    return [power / total for power in powers]


def _words(reading: Reading) -> list[tuple[str, str]]:
    """Its words as written and as understood, each once, in order: "ramah ramah ramah" weighs no more than "ramah"."""
    last = MOST_TOKENS
    pairs = zip(reading.tokens[:last], reading.forms[:last], reading.kinds[:last], strict=True)
    return list(dict.fromkeys((token.text, "#" if kind == "number" else form) for token, form, kind in pairs))


def _of(written: str, form: str) -> Iterator[str]:
    """What the model looks at in one word: itself, and its stretches of letters."""
    yield "w=" + form
    yield from ("c=" + letters for letters in sorted(_stretches(written)))


def _stretches(written: str) -> set[str]:
    """Of three and of four letters, with its begin and its end."""
    if not written.isalnum():
        return set()
    marked = f"^{written[:40]}$"
    return {marked[start : start + n] for n in (3, 4) for start in range(len(marked) - n + 1)}


def _between(reading: Reading) -> list[str]:
    """What the model looks at besides: pairs of words, and the lists that the lexicon found. Each once, in order."""
    forms = ["^", *reading.forms[:MOST_TOKENS], "$"]
    names = [f"b={first} {second}" for first, second in pairwise(forms)]
    names += _lists(reading.roles, any(not hit.roles for hit in reading.hits), bool(reading.topics))
    return list(dict.fromkeys(names))


@lru_cache(maxsize=4096)
def _lists(roles: frozenset[str], unknown: bool, topics: bool) -> tuple[str, ...]:
    """What it looks at of the lists that were found."""
    known = {"cue.strong" if role == "cue.kind_to" else role for role in roles}
    names = ["r=" + role for role in sorted(known) if not role.startswith(_UNHEEDED)]
    return (*names, *(["r=unknown"] if unknown else []), *(["r=topic"] if topics else []))


def features(reading: Reading) -> list[str]:
    return [*_between(reading), *(name for word in _words(reading) for name in _of(*word))]


def train(readings: Sequence[Reading], labels: Sequence[str]) -> dict[str, Vector]:
    """Weights by stochastic gradient descent in an order drawn from a fixed seed; rounded to hundredths."""
    rows = [features(reading) for reading in readings]
    seen = Counter(name for row in rows for name in set(row))
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
    shares = _shares([math.fsum(column) * scale for column in zip(*vectors, strict=True)])
    kept = 1 - step * _SHRINK
    for kind, share in enumerate(shares):
        error = share - (kind == wanted)
        if abs(error) > 1e-3:
            move = step * error * scale
            for vector in vectors:
                vector[kind] = vector[kind] * kept - move


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
