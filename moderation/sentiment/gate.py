"""The one door to a thank-you without a person: a closed vocabulary.

Every word must be known as safe, and one must be praise. There is no list of forbidden words to forget one on: an
unknown word keeps the door shut. The lists of `turn`, `question`, `suggestion` and `complaint` only shut it harder,
for words that stand in a safe list too.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from typing import NamedTuple

from moderation.sentiment import turns
from moderation.sentiment.lexicon import FOR_THE_GATE
from moderation.sentiment.places import in_its_place, misplaced
from moderation.sentiment.reading import Hit, Reading
from moderation.sentiment.roles import CUES, SAFE, STOPS, THINGS, WHO, good_is_named, thanks
from moderation.sentiment.visit import in_range

MOST_WORDS = 40
_NODS = frozenset("👍👌👏")  # one alone may be a mere nod
_HARMLESS = frozenset(FOR_THE_GATE) | {
    *("question.weak", "acknowledgement.beside", "acknowledgement.tag", "name.given", "name.like_praise", "safe.when"),
}
_NEVER_SHUT = SAFE | _HARMLESS
_HARMLESS_LISTS = ("acknowledgement.authority", "complaint.negated", "clash.")
_WELL_BESIDE = frozenset({"cue.care", "cue.family", "safe.comfort", "safe.relief"})
"""Well only beside something good that is named, or thanks."""
_WELL = CUES | {"cue.thanks", "safe.wish", "safe.outcome", "safe.blessing"} | _WELL_BESIDE
_CALLS = frozenset({"safe.greeting", "safe.vocative", "safe.officer", "safe.person", "safe.noun", "safe.intensifier"})
_CALLS_ON = _CALLS | {"safe.tail", "safe.thanks_tail", "safe.clitic", "emoji.safe"}
_PATIENTS = frozenset({"safe.act", "safe.served"})
_GOOD = frozenset({"cue.strong", "cue.weak", "cue.kind_to", "safe.outcome", "safe.act", "safe.blessing"})
_TOLD = frozenset(
    {"informasi", "jawaban", "respon", "respons", "penjelasan", "update", "bantuan", "saran", "masukan", "tips", "ilmu"}
    | {
        "resep",
        "mpasi",
        "cara",
        "sharing",
        "ulasan",
        "pencerahan",
        "pengetahuan",
        "wawasan",
        "information",
        "explanation",
        "help",
        "advice",
    }
)
_HERE = frozenset({"cue.care", "safe.act", "safe.when", "safe.place"})
_RECEIVED_WELL = frozenset({"dilayani", "ditangani", "dirawat", "disambut", "diterima"})
_DENIES = frozenset({"tidak", "tanpa"})
_PEOPLE = WHO | {"safe.staff"}
_CLITICS_OF_THINGS = frozenset({"", "nya", "nye", "ne", "e", "ipun", "nipun", "ku", "mu"})


class Obstacle(NamedTuple):
    """Why nobody is thanked: the rule, and the tokens that it found (none when the whole message is meant)."""

    rule: str
    first: int
    last: int


def obstacles(reading: Reading, names: Set[str]) -> Iterator[Obstacle]:
    """What keeps the door shut, first found first. `names`: the centre's own names and its staff's, folded."""
    if reading.folded.cut or len(reading.tokens) > MOST_WORDS:
        yield Obstacle("gate.long", 0, 0)
        return
    if reading.folded.disguised:
        yield Obstacle("gate.disguised", 0, 0)
    for index, hit in enumerate(reading.hits):
        rule = _obstacle(reading, index, hit, names)
        if rule:
            yield Obstacle(rule, hit.first, hit.last)
    yield from _unpraising(reading)
    roles = reading.roles
    if not _praises(reading):
        yield Obstacle("gate.no_praise", 0, 0)
    if _answered(reading) or _understood(reading):
        yield Obstacle("gate.thanks_for_answer", 0, 0)  # "makasih infonya kak": perhaps another commenter
    if len(reading.forms) == 1 and reading.forms[0] in _NODS:
        yield Obstacle("gate.nod", 0, 1)
    for one in sorted(roles):
        if one.startswith("clash.") and one.endswith("_one") and one.removesuffix("_one") + "_other" in roles:
            yield Obstacle(one.removesuffix("_one"), 0, 0)


def _obstacle(reading: Reading, index: int, hit: Hit, names: Set[str]) -> str:
    form = reading.forms[hit.first]
    if not hit.roles:
        return "" if form in STOPS or form in names else "gate.unknown"
    if turns.within(reading, index):
        return ""
    if told := in_its_place(reading, index, hit):
        return "" if told == "fits" else told
    for role in sorted(hit.roles - _NEVER_SHUT):  # in order: the same message gives the same reasons
        if not role.startswith(_HARMLESS_LISTS):
            if role == "acknowledgement.bare" and hit.roles & CUES and (index or not thanks(reading)):
                continue
            return role
    if not hit.roles & SAFE:
        return "gate.unknown"
    clitic = reading.clitics[hit.last - 1]
    bent = "cue.feeling" in hit.roles and hit.last - hit.first > 2  # "apresiasi setinggi-tingginya"
    if clitic and not bent and not (hit.roles & (THINGS | {"safe.act"}) and clitic in _CLITICS_OF_THINGS):
        return "gate.clitic"
    return misplaced(reading, index, hit)


def _clauses(reading: Reading) -> Iterator[range]:
    """The message cut at its punctuation: the places of each clause's terms."""
    first = 0
    for index, hit in enumerate(reading.hits):
        if reading.forms[hit.first] in STOPS and not hit.roles:
            yield range(first, index)
            first = index + 1
    yield range(first, len(reading.hits))


def _unpraising(reading: Reading) -> Iterator[Obstacle]:
    """A clause that states something without praising it: "mantap, semua petugas tersenyum". Calling somebody and good
    wishes are none; before the praise, what patients came for is none either, nor behind it what else staff did for
    them ("satpamnya baik, membantu ibu saya")."""
    praised = staff = False
    well = _WELL if good_is_named(reading) or thanks(reading) else _WELL - _WELL_BESIDE
    for places in _clauses(reading):
        clause = [reading.hits[place] for place in places]
        if clause and turns.within(reading, places[0]):
            continue
        roles = {role for hit in clause for role in hit.roles}
        did = praised and staff and "safe.active" in clause[0].roles and "safe.served" in roles if clause else False
        if roles & well:
            praised = True
        elif did or all(hit.roles & _CALLS_ON or in_range(reading, at) for at, hit in zip(places, clause, strict=True)):
            pass
        elif praised or not roles & _PATIENTS:
            yield Obstacle("gate.states", clause[0].first, clause[-1].last)
        staff = bool(roles & {"safe.person"}) or (staff and did)


def _answered(reading: Reading) -> bool:
    """Thanks for being told something, and for nothing else: an acknowledgement, whoever of the centre told it. With
    nothing told, thanks to somebody of the centre are praise."""
    people = [hit for hit in reading.hits if hit.roles & _PEOPLE]
    nouns = [hit for hit in reading.hits if "safe.noun" in hit.roles and hit not in people]
    things = {reading.forms[hit.first if reading.forms[hit.first] == "cara" else hit.last - 1] for hit in nouns}
    good = [hit for hit in reading.hits if hit.roles & (_GOOD | CUES)]
    denied = all(reading.forms[hit.first] in _DENIES for hit in good)  # "tidak antri, makasih infonya"
    if not (denied and (things or not good)) or not _TOLD.issuperset(things):
        return False
    return bool(things) or not people


def _understood(reading: Reading) -> bool:
    """ "Sudah jelas, makasih min": nothing is good but that an answer was understood."""
    good = [hit.roles for hit in reading.hits if hit.roles & _GOOD]
    told = _TOLD - {"penjelasan", "explanation"}
    named = any(
        hit.roles & THINGS and "safe.officer" not in hit.roles and reading.forms[hit.last - 1] not in told
        for hit in reading.hits
    )
    return bool(good) and not named and all("acknowledgement.understood" in roles for roles in good)


def _praises(reading: Reading) -> bool:
    """Praise by itself; or weak praise, or thanks, of something named. Bare thanks may be a mere acknowledgement."""
    roles = reading.roles
    if roles & {"cue.strong", "cue.kind_to", "emoji.praise"}:
        return True
    if "safe.blessing" in roles and roles & (THINGS | WHO):
        return True  # "sehat selalu bu bidan"
    if sum("cue.plain" in hit.roles for hit in reading.hits) + ("cue.thanks" in roles) > 1:
        return True  # "bersih, nyaman"
    if "cue.spared" in roles and "cue.thanks" in roles:
        return True  # "tidak ada yang dipersulit, suwun"
    if sum("cue.weak" in hit.roles for hit in reading.hits) > 1 and roles & _HERE:
        return True  # "tidak pernah kecewa tiap berobat, dilayani dengan baik"
    virtue = any(hit.roles >= {"cue.weak", "cue.virtue"} for hit in reading.hits)
    if "cue.thanks" in roles and roles & (THINGS | WHO) and (virtue or roles & {"safe.outcome", "safe.relief"}):
        return True  # "terima kasih dok, sudah sabar", "ibu saya sudah sehat, terima kasih dok"
    received = any("cue.weak" in hit.roles and reading.forms[hit.first] in _RECEIVED_WELL for hit in reading.hits)
    if received and roles & (_PATIENTS | THINGS | WHO | {"safe.greeting", "safe.place"}):
        return True  # "alhamdulillah dilayani dengan ramah"
    return bool(roles & {"cue.weak", "cue.thanks"} and roles & (THINGS | {"safe.act"}))
