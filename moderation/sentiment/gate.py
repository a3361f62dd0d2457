"""The one door to a thank-you without a person: a closed vocabulary.

Every word must be known as safe, and one must be praise. There is no list of forbidden words to forget one on: an
unknown word keeps the door shut. The lists of `turn`, `question`, `suggestion` and `complaint` only shut it harder,
for words that stand in a safe list too.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from typing import NamedTuple

from moderation.sentiment.reading import Hit, Reading

MOST_WORDS = 40
_PUNCTUATION = frozenset(".,!-:;")
_CUES = frozenset({"cue.strong", "cue.weak", "cue.kind_to", "emoji.praise"})
_NODS = frozenset("👍👌👏")  # one alone may be a mere nod
_THINGS = frozenset({"safe.noun", "safe.person"})
_SAFE = frozenset(
    {
        "cue.thanks",
        "cue.strong",
        "cue.weak",
        "cue.kind_to",
        "safe.noun",
        "safe.person",
        "safe.officer",
        "safe.vocative",
        "safe.word",
        "safe.act",
    }
    | {
        "safe.active",
        "safe.served",
        "safe.intensifier",
        "safe.tail",
        "safe.thanks_tail",
        "safe.clitic",
        "safe.wish",
        "safe.greeting",
        "safe.outcome",
        "safe.place",
        "safe.blessing",
        "safe.concession",
        "emoji.praise",
        "emoji.safe",
    }
)
_HARMLESS = frozenset(
    {
        "question.weak",
        "cue.doubled",
        "cue.feeling",
        "cue.exclaim",
        "cue.plain",
        "cue.steady",
        "acknowledgement.beside",
        "acknowledgement.tag",
    }
    | {"safe.state", "safe.when", "safe.away", "safe.staff", "name.given", "name.like_praise"}
)
_NEVER_SHUT = _SAFE | _HARMLESS
_OF_TIME = frozenset({"turn.time", "complaint.now"})
_HARMLESS_LISTS = ("acknowledgement.authority", "complaint.negated", "clash.")
_STOPS = frozenset(".,!-:;")
_WELL = frozenset(
    {
        "cue.thanks",
        "cue.strong",
        "cue.weak",
        "cue.kind_to",
        "emoji.praise",
        "safe.wish",
        "safe.outcome",
        "safe.blessing",
    }
)
_CALLS = frozenset({"safe.greeting", "safe.vocative", "safe.officer", "safe.person", "safe.noun", "safe.intensifier"})
_CALLS_ON = _CALLS | {"safe.tail", "safe.thanks_tail", "safe.clitic", "emoji.safe"}
_PATIENTS = frozenset({"safe.act", "safe.served"})
_PLACED = frozenset({"di", "ke", "dari", "in", "at", "kepada"})
_MEANT = frozenset({"kepada", "pada", "untuk", "sama", "for", "atas"})
_ALL = frozenset({"semua", "para", "seluruh", "setiap", "the", "all", "my", "our", "your", "segenap"})
_WHOM = frozenset({"safe.person", "safe.officer", "safe.served", "safe.vocative"})
_PATIENT = frozenset({"safe.served"})
_WHO = frozenset({"safe.person", "safe.officer"})
_TOLD = frozenset(
    {"informasi", "jawaban", "respon", "respons", "penjelasan", "update", "bantuan", "saran", "masukan", "tips", "ilmu"}
    | {"sharing", "ulasan", "pencerahan", "pengetahuan", "wawasan", "information", "explanation", "help", "advice"}
)
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
    if not roles & _TELLS_MORE and _answered(reading):
        yield Obstacle("gate.thanks_for_answer", 0, 0)  # "makasih infonya kak": perhaps another commenter
    if len(reading.forms) == 1 and reading.forms[0] in _NODS:
        yield Obstacle("gate.nod", 0, 1)
    for one in sorted(roles):
        if one.startswith("clash.") and one.endswith("_one") and one.removesuffix("_one") + "_other" in roles:
            yield Obstacle(one.removesuffix("_one"), 0, 0)


def _obstacle(reading: Reading, index: int, hit: Hit, names: Set[str]) -> str:
    form = reading.forms[hit.first]
    if not hit.roles:
        return "" if form in _PUNCTUATION or form in names else "gate.unknown"
    if told := _in_its_place(reading, index, hit):
        return "" if told == "fits" else told
    for role in sorted(hit.roles - _NEVER_SHUT):  # in order: the same message gives the same reasons
        if not role.startswith(_HARMLESS_LISTS):
            if role == "acknowledgement.bare" and hit.roles & _CUES and (index or not _thanks(reading)):
                continue
            return role
    if not hit.roles & _SAFE:
        return "gate.unknown"
    clitic = reading.clitics[hit.last - 1]
    if clitic and not (hit.roles & _THINGS and clitic in _CLITICS_OF_THINGS):
        return "gate.clitic"
    return _misplaced(reading, index, hit)


def _in_its_place(reading: Reading, index: int, hit: Hit) -> str:
    """What is safe in one place only: a name behind a title, a state of patients behind "yang", a time beside thanks or
    something good that is named. "fits", the rule that shuts the door, or "" where this isn't the question."""
    before = reading.hits[index - 1] if index else None
    if "name.like_praise" in hit.roles and before and _called(reading, index):
        others = (one for one in reading.hits if one is not hit)
        return "" if any(one.roles & _CUES for one in others) else "gate.name"
    if "name.given" in hit.roles and not hit.roles & _SAFE:
        known = before is not None and bool(before.roles & (_TITLED | {"name.given"}))
        return "fits" if known and _ours(reading) else "gate.unknown"
    if "safe.away" in hit.roles and not hit.roles & _SAFE:
        return "fits" if before and reading.forms[before.last - 1] in _PLACED else "gate.elsewhere"
    if reading.forms[hit.first] in _ENDS and _ends_range(reading, index):
        return "fits"
    if "safe.state" in hit.roles and before and _of_patients(reading, index):
        return "fits"
    if "cue.steady" in hit.roles and not (before and before.roles & _STEADY_BEHIND):
        return "gate.steady"
    if "safe.when" in hit.roles and hit.roles <= _OF_TIME | {"safe.when"}:
        named = any(one.roles & _CUES and "cue.exclaim" not in one.roles for one in reading.hits)
        return "fits" if named or _thanks(reading) else "gate.time"
    return ""


def _called(reading: Reading, index: int) -> bool:
    """ "Dokter Bagus", "pak Sabar", and not "dokternya bagus sekali"."""
    before, hit = reading.hits[index - 1], reading.hits[index]
    after = reading.hits[index + 1].roles if index + 1 < len(reading.hits) else frozenset()
    bare = not reading.clitics[before.last - 1] and not reading.clitics[hit.last - 1]
    return bare and bool(before.roles & _TITLED) and not after & {"safe.intensifier", "safe.tail"}


_STEADY_BEHIND = frozenset(
    {"safe.noun", "safe.person", "safe.when", "safe.concession", "safe.place", "name.given", "safe.clitic"}
)
_TITLED = frozenset({"safe.person", "safe.vocative", "safe.officer"})


def _ours(reading: Reading) -> bool:
    """The centre is named, or one of its trades: "mbak Sari keren" may be anybody."""
    return any(hit.roles & (_THINGS | {"safe.officer", "safe.act"}) for hit in reading.hits)


_ENDS = ("sampai", "hingga")


def _range(reading: Reading, index: int) -> bool:
    """ "dari satpam, perawat sampai dokter": from one of the centre to another, nothing else between."""
    for place, hit in enumerate(reading.hits[index + 1 : index + 10], start=index + 1):
        if reading.forms[hit.first] in _ENDS:
            after = reading.hits[place + 1].roles if place + 1 < len(reading.hits) else frozenset()
            return place > index + 1 and bool(after & (_THINGS | _WHO))
        if not hit.roles & (_THINGS | _WHO) and reading.forms[hit.first] not in ",":
            return False
    return False


def _ends_range(reading: Reading, index: int) -> bool:
    """This "sampai" belongs to a "dari" that is a range."""
    near = range(max(0, index - 9), index)
    return any(reading.forms[reading.hits[at].last - 1] == "dari" and _range(reading, at) for at in near)


def _of_patients(reading: Reading, index: int) -> bool:
    """Behind "anak saya yang", "ibu saya yang sudah"."""
    hits = list(reading.hits[max(0, index - 3) : index])
    if hits and reading.forms[hits[-1].first] == "sudah":
        hits.pop()
    if hits and reading.forms[hits[-1].first] == "yang":
        hits.pop()
    return bool(hits) and "safe.served" in hits[-1].roles


def _misplaced(reading: Reading, index: int, hit: Hit) -> str:
    """Some words are safe only in their place: beside a cue, after thanks, behind a noun."""
    before = reading.hits[index - 1].roles if index else frozenset()
    after = reading.hits[index + 1].roles if index + 1 < len(reading.hits) else frozenset()
    roles = hit.roles
    if "safe.intensifier" in roles and not roles & _CUES:
        near = _CUES | {"cue.thanks", "safe.intensifier"}
        return "" if before & near or after & near else "gate.intensifier_alone"
    if "safe.active" in roles and (_by_patients(reading, index) or _to_staff(after)):
        return "gate.reversed"
    if rule := _joined(reading, index, before, after):
        return rule
    if "safe.clitic" in roles:
        return "" if before & (_THINGS | {"safe.officer"}) else "gate.clitic"
    if "safe.thanks_tail" in roles:
        return "" if _after_thanks(reading, index) else "gate.tail"
    if "safe.tail" in roles:
        return "" if before & (_CUES | {"safe.intensifier", "cue.thanks", "safe.vocative"}) else "gate.tail"
    return ""


_THANKED = frozenset({"cue.thanks", "cue.feeling", "safe.wish", "safe.blessing"})


def _grateful(reading: Reading, index: int) -> bool:
    """Thanks or a feeling stand before: "terima kasih petugas yang membantu"."""
    return any(one.roles & _THANKED for one in reading.hits[:index])


def _by_patients(reading: Reading, index: int) -> bool:
    """Whoever stands last before the verb does it: "pasien ikut membantu" is no praise of the staff."""
    for place in range(index - 1, -1, -1):
        hit = reading.hits[place]
        if reading.forms[hit.first] in _STOPS or hit.roles & (_THINGS | {"safe.officer"}):
            return False
        if "safe.served" in hit.roles:
            return not place or reading.forms[reading.hits[place - 1].last - 1] not in _MEANT
    return False


def _to_staff(after: Set[str]) -> bool:
    """ "menghadapi petugas": patients do that."""
    return bool(after & {"safe.person", "safe.staff"})


def _joined(reading: Reading, index: int, before: Set[str], after: Set[str]) -> str:
    """A word that joins is safe only where it joins what belongs together: "petugas yang ramah", "di sini", "puas
    dengan pelayanannya". Otherwise it limits ("ramah kepada keluarga sendiri", "senyum di kelas")."""
    hit = reading.hits[index]
    form = reading.forms[hit.first] if hit.last - hit.first == 1 else ""
    nearby = reading.hits[index + 1 : index + 4]
    if form == "yang":
        if "safe.served" in before and any("safe.state" in one.roles for one in nearby[:2]):
            return ""
        good = any(one.roles & _CUES for one in nearby)
        good = good or (any("safe.active" in one.roles for one in nearby[:2]) and _grateful(reading, index))
        return "" if good and before & (_THINGS | {"safe.officer", "safe.vocative", "name.given"}) else "gate.yang"
    if form == "dengan":
        how = any(one.roles & _CUES for one in nearby[:2]) or "safe.word" in after
        return "" if how or ("cue.feeling" in before and after & (_THINGS | _WHOM)) else "gate.dengan"
    if form not in _PLACED | _MEANT:
        return ""
    if form in _PLACED and after & {"safe.place", "safe.away"}:
        return ""
    if form in _MEANT and before & _THANKED:
        all_of = reading.forms[reading.hits[index + 1].first] in _ALL if after else False
        if all_of or after & (_THINGS | _WHOM | {"safe.act", "safe.active"}):
            return ""
    return _whom(reading, index, form, after)


def _whom(reading: Reading, index: int, form: str, after: Set[str]) -> str:
    """Praise is for somebody of the centre or for patients: "buat semua nakes", "ke ibu saya", "for my mother"."""
    if form in _MEANT | {"ke"} and after & _PATIENT:
        return ""
    following = reading.hits[index + 1 : index + 3]
    joined = bool(following) and reading.forms[following[0].first] in _ALL
    if joined and (len(following) == 1 or following[1].roles & _PATIENT):
        return ""
    return "gate.whom"


def _clauses(reading: Reading) -> Iterator[list[Hit]]:
    """The message cut at its punctuation."""
    clause: list[Hit] = []
    for hit in reading.hits:
        if reading.forms[hit.first] in _STOPS and not hit.roles:
            yield clause
            clause = []
        else:
            clause.append(hit)
    yield clause


def _unpraising(reading: Reading) -> Iterator[Obstacle]:
    """A clause that states something without praising it: "mantap, semua petugas tersenyum". Calling somebody and good
    wishes are none; before the praise, what patients came for is none either."""
    praised = False
    for clause in _clauses(reading):
        roles = {role for hit in clause for role in hit.roles}
        if roles & _WELL:
            praised = True
        elif any(not hit.roles & _CALLS_ON for hit in clause) and (praised or not roles & _PATIENTS):
            yield Obstacle("gate.states", clause[0].first, clause[-1].last)


_TELLS_MORE = _CUES | {"safe.person", "safe.officer", "safe.act", "safe.outcome", "safe.blessing"}


def _after_thanks(reading: Reading, index: int) -> bool:
    """Thanks stand before, with nothing but whom they are for between."""
    between = _THINGS | {"safe.officer", "safe.vocative", "safe.intensifier", "safe.thanks_tail"}
    for hit in reversed(reading.hits[:index]):
        if hit.roles & {"cue.thanks", "safe.wish", "safe.blessing"}:
            return True
        if not hit.roles & between or hit.roles & {"cue.strong", "cue.weak"}:
            return False
    return False


def _answered(reading: Reading) -> bool:
    """Thanks for being told something, and for nothing else: an acknowledgement."""
    things = [reading.forms[hit.last - 1] for hit in reading.hits if "safe.noun" in hit.roles]
    return _TOLD.issuperset(things)


def _thanks(reading: Reading) -> bool:
    return any("cue.thanks" in hit.roles for hit in reading.hits)


def _praises(reading: Reading) -> bool:
    """Praise by itself; or weak praise, or thanks, of something named. Bare thanks may be a mere acknowledgement."""
    roles = reading.roles
    if roles & {"cue.strong", "cue.kind_to", "emoji.praise"}:
        return True
    if "safe.blessing" in roles and roles & (_THINGS | _WHO):
        return True  # "sehat selalu bu bidan"
    if sum("cue.plain" in hit.roles for hit in reading.hits) + ("cue.thanks" in roles) > 1:
        return True  # "bersih, nyaman"
    return bool(roles & {"cue.weak", "cue.thanks"} and roles & (_THINGS | {"safe.act"}))
