"""What was bad before and is good now: "dulu antri lama, sekarang cepat". Praise, and made of words of complaint. Pure.

Only a closed list of what was bad, between a word of before and a word of now, and something good close behind it;
whatever else the message says is judged as ever.
"""

from __future__ import annotations

from moderation.sentiment.reading import Hit, Reading

_BEFORE, _BAD = "complaint.before", "complaint.was"
_GOOD = frozenset({"cue.strong", "cue.weak", "safe.outcome"})
_BETWEEN = frozenset({"safe.word", "safe.served", "safe.noun", "safe.person", "safe.intensifier", "safe.place"})
_FAR, _SOON = 6, 3  # terms of before, and from now to what is good


def within(reading: Reading, index: int) -> bool:
    """Whether this term belongs to such a turn, from its "dulu" to its "sekarang"."""
    if _BEFORE not in reading.roles or _BAD not in reading.roles:
        return False
    for first in range(index, max(-1, index - _FAR - 1), -1):
        if _BEFORE in reading.hits[first].roles:
            return index <= _now(reading, first)
    return False


def _now(reading: Reading, first: int) -> int:
    """Where it turns: the place of "sekarang" behind this "dulu"; -1 where it doesn't."""
    bad = False
    for place in range(first + 1, min(first + _FAR + 1, len(reading.hits))):
        hit = reading.hits[place]
        if _turns(reading, hit):
            good = any(_fine(one) for one in reading.hits[place + 1 : place + 1 + _SOON])
            return place if bad and good else -1
        bad = bad or _BAD in hit.roles
        if _BAD not in hit.roles and not hit.roles & _BETWEEN and reading.forms[hit.first] != ",":
            return -1
    return -1


def _turns(reading: Reading, hit: Hit) -> bool:
    return "complaint.now" in hit.roles or reading.forms[hit.first] == "ternyata"


def _fine(hit: Hit) -> bool:
    return bool(hit.roles & _GOOD) and "cue.exclaim" not in hit.roles
