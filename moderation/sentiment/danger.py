"""Who is in danger now: by a word, by words beside each other, by many ill at once. Pure.

Too many alarms are a lesser evil than one that was missed; but what is over, taught or joked of calls nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from moderation.sentiment.flags import SPOKEN, Finding
from moderation.sentiment.reading import Hit, Reading


def urgent(reading: Reading, *, kind: str, complains: bool) -> Iterator[Finding]:
    """Danger by itself, by words beside each other, and an ambulance or emergency room that fails. Not what is over and
    went well, nor what is told, taught or joked of; `kind` is what the rules take the message for."""
    found = list(_dangers(reading, complains=complains))
    if not found or (all(one.rule in _OF_THE_BODY for one in found) and _calm(reading, kind)):
        return
    yield from found


_OF_THE_BODY = frozenset({"urgency.life", "urgency.outbreak", "urgency.failing", "danger.together"})
_BY_ITSELF = frozenset({"danger.alone", "danger.farewell", "danger.attack", "danger.threat"})
_FAILS = frozenset({"turn.negation", "turn.duration", "complaint.strong", "question.reproach"})


def _dangers(reading: Reading, *, complains: bool) -> Iterator[Finding]:
    for hit in reading.alarms:
        for role in sorted(hit.roles):
            alone = role in _BY_ITSELF or (role.startswith("urgency.") and role != "urgency.failing")
            if alone or (role == "urgency.failing" and complains and _fails(reading, hit)):
                yield Finding(role, *reading.span(hit.first, hit.last))
    yield from _danger_together(reading)
    yield from _outbreak(reading)
    yield from _wrong_medicine(reading)


def _fails(reading: Reading, ambulance: Hit) -> bool:
    """An ambulance or emergency room of which something is denied, or that lasts."""
    near = (hit for hit in reading.hits if -_NEAR <= hit.first - ambulance.first <= _NEAR)
    return any(hit.roles & _FAILS for hit in near)


def _roles_of_alarms(reading: Reading) -> set[str]:
    return {role for hit in reading.alarms for role in hit.roles}


def _calm(reading: Reading, kind: str) -> bool:
    """It is over and went well, it is talk, or a laugh; and nobody asks for help now."""
    alarms = _roles_of_alarms(reading)
    if "danger.now" in alarms or "?" in reading.forms:
        return "danger.talk" in alarms and "danger.now" not in alarms
    dangers = [hit.first for hit in reading.alarms if hit.roles & _PAIRED or any(map(_shouts, hit.roles))]
    present = [hit.first for hit in reading.alarms if "danger.present" in hit.roles]
    if any(0 < danger - now <= _SOON for danger in dangers for now in present):
        return False
    over = [hit.first for hit in reading.alarms if "danger.over" in hit.roles]
    if over and max(over) > max(dangers, default=0) and (kind == "praise" or reading.roles & _GLAD):
        return True
    if kind == "praise" and reading.roles & _GLAD:
        return True
    suggests = kind == "suggestion" and "suggestion.strong" in reading.roles
    return "danger.talk" in alarms or suggests or bool(reading.roles & {"turn.laugh", "emoji.sneer"})


def _shouts(role: str) -> bool:
    return role.startswith("urgency.") or role in _BY_ITSELF


_GLAD = frozenset({"cue.thanks", "cue.strong", "safe.outcome", "safe.greeting", "emoji.praise"})
_SOON = 4  # words between "sekarang" and the danger that is now


def _wrong_medicine(reading: Reading) -> Iterator[Finding]:
    """A wrong medicine was taken, and something follows, or a child took it."""
    wrong = [hit for hit in reading.alarms if "danger.wrong" in hit.roles]
    alarms = _roles_of_alarms(reading)
    if wrong and "danger.taken" in alarms and "danger.after" in alarms:
        yield Finding("danger.wrong", *reading.span(wrong[0].first, wrong[0].last))


_TOGETHER = (
    ("danger.sign", "danger.sign"),
    ("danger.sign", "danger.grave"),
    ("danger.sign", "danger.crowd"),
    ("danger.newborn", "danger.newborn_sign"),
    ("danger.ingest", "danger.toxic"),
    ("danger.disease", "danger.crowd"),
    ("danger.weary", "danger.living"),
    ("danger.longing", "danger.gone"),
    ("danger.helpless", "danger.harm"),
)
_PAIRED = frozenset(role for pair in _TOGETHER for role in pair)
_NEAR = 8  # words


def _danger_together(reading: Reading) -> Iterator[Finding]:
    """Words that are no danger alone and are beside each other: "panas 41 dan mulai kaku"."""
    hits = [hit for hit in reading.alarms if hit.roles & _PAIRED]
    for index, one in enumerate(hits):
        for other in hits[index + 1 : index + 1 + _NEAR]:
            if other.first - one.last > _NEAR:
                break
            if reading.forms[one.first] != reading.forms[other.first] and _paired(one, other):
                yield Finding("danger.together", *reading.span(one.first, other.last))
                break


def _paired(one: Hit, other: Hit) -> bool:
    return any(
        (first in one.roles and second in other.roles) or (second in one.roles and first in other.roles)
        for first, second in _TOGETHER
    )


_FEW = frozenset({"0", "1", "2", "nol", "satu", "dua", "one", "two"})


def _outbreak(reading: Reading) -> Iterator[Finding]:
    """Three or more ill at once: "20 siswa muntah", "6 orang kena DBD"."""
    many = [
        index
        for index, (form, after) in enumerate(pairwise(reading.forms))
        if after in _PEOPLE and form not in _FEW and (reading.kinds[index] == "number" or form in SPOKEN | _MANY)
    ]
    for hit in reading.alarms if many else ():
        if "danger.disease" in hit.roles:
            near = [at for at in many if abs(at - hit.first) <= _NEAR]
            if near:
                yield Finding("danger.outbreak", *reading.span(min(near[0], hit.first), max(near[0] + 2, hit.last)))


_MANY = frozenset({"puluhan", "belasan", "ratusan", "banyak", "beberapa", "several", "many", "dozens"})
_PEOPLE = frozenset(
    {"orang", "anak", "warga", "siswa", "santri", "murid", "penghuni", "pekerja", "balita", "korban"}
    | {"people", "students", "children", "kids"}
)
