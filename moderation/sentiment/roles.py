"""The lists of the lexicon that gate, places and visit ask for together, and what they ask of a whole message. Pure."""

from __future__ import annotations

from moderation.sentiment.reading import Hit, Reading

CUES = frozenset({"cue.strong", "cue.weak", "cue.kind_to", "emoji.praise"})
THINGS = frozenset({"safe.noun", "safe.person"})
WHO = frozenset({"safe.person", "safe.officer"})
STOPS = frozenset(".,!-:;")
SAFE = frozenset(
    {"cue.thanks", "cue.strong", "cue.weak", "cue.kind_to", "emoji.praise", "emoji.safe"}
    | {"safe.noun", "safe.person", "safe.officer", "safe.vocative", "safe.word", "safe.act", "safe.active"}
    | {"safe.served", "safe.intensifier", "safe.tail", "safe.thanks_tail", "safe.clitic", "safe.wish", "safe.place"}
    | {"safe.greeting", "safe.outcome", "safe.blessing", "safe.concession"}
)
"""Lists whose words may stand anywhere, but for what the rules here say of them."""


def good_is_named(reading: Reading) -> bool:
    """Something says what was good: a mere cry ("hebat", "luar biasa") scoffs as well."""
    return any(one.roles & CUES and "cue.exclaim" not in one.roles for one in reading.hits)


def thanks(reading: Reading) -> bool:
    return any("cue.thanks" in hit.roles for hit in reading.hits)


def clause_before(reading: Reading, index: int) -> list[Hit]:
    """What stands before in the same clause."""
    before: list[Hit] = []
    for hit in reversed(reading.hits[:index]):
        if reading.forms[hit.first] in STOPS:
            break
        before.append(hit)
    return before[::-1]


def clause_after(reading: Reading, index: int) -> list[Hit]:
    """What follows in the same clause."""
    rest: list[Hit] = []
    for hit in reading.hits[index + 1 :]:
        if reading.forms[hit.first] in STOPS:
            break
        rest.append(hit)
    return rest
