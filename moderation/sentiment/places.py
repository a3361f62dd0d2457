"""Words that are safe in one place only: behind a title, beside thanks, before a place of care, said of staff.

What a word is joined to counts as much as the word: "petugas yang ramah" praises, "ramah kepada keluarga sendiri" does
not. `gate.py` asks here about each word that stands in a list; every answer names the rule that shuts the door.
"""

from __future__ import annotations

import re
from collections.abc import Set

from moderation.sentiment.reading import Hit, Reading
from moderation.sentiment.roles import (
    CUES,
    SAFE,
    STOPS,
    THINGS,
    WHO,
    clause_after,
    clause_before,
    good_is_named,
    thanks,
)
from moderation.sentiment.visit import in_range, overcome, queue_moves, range_end

_PATIENT = frozenset({"safe.served"})
_TITLED = WHO | {"safe.vocative"}
_STEADY_BEHIND = THINGS | {"safe.when", "safe.concession", "safe.place", "name.given", "safe.clitic"}
_THANKED = frozenset({"cue.thanks", "cue.feeling", "safe.wish", "safe.blessing"})
_OF_TIME = frozenset({"turn.time", "complaint.now", "safe.when"})
_PLACED = frozenset({"di", "ke", "dari", "in", "at", "kepada"})
_MEANT = frozenset({"kepada", "pada", "untuk", "sama", "for", "to", "atas"})
_FOR_WHAT = frozenset({"untuk", "atas", "for"})
_ALL = frozenset({"semua", "para", "seluruh", "setiap", "the", "all", "my", "our", "your", "segenap"})
_ALTHOUGH = frozenset({"walau", "walaupun", "meski", "meskipun", "biarpun", "biar"})
_RECEIVED = re.compile(r"di[a-z]{4}")  # "dibantu", "ditemani": done to the patient
_NOBODY: frozenset[str] = frozenset()


def in_its_place(reading: Reading, index: int, hit: Hit) -> str:
    """What is safe in one place only: a name behind a title, a state of patients behind "yang", a time beside thanks or
    something good that is named. "fits", the rule that shuts the door, or "" where this isn't the question."""
    before = reading.hits[index - 1] if index else None
    if "name.like_praise" in hit.roles and before and _called(reading, index):
        others = (one for one in reading.hits if one is not hit)
        return "" if any(one.roles & CUES for one in others) else "gate.name"
    if "name.given" in hit.roles and not hit.roles & SAFE:
        known = before is not None and bool(before.roles & (_TITLED | {"name.given"}))
        return "fits" if known and _ours(reading) else "gate.unknown"
    if "safe.away" in hit.roles and not hit.roles & SAFE:
        return "fits" if before and reading.forms[before.last - 1] in _PLACED else "gate.elsewhere"
    if "safe.state" in hit.roles and before and _of_patients(reading, index):
        return "fits"
    if _outdone(reading, index) or in_range(reading, index) or overcome(reading, index, hit):
        return "fits"
    if "cue.family" in hit.roles and not (good_is_named(reading) or thanks(reading)):
        return "gate.states"  # "hebat, perawat mau membantu"
    if "safe.comfort" in hit.roles and before and before.roles & (WHO | {"safe.staff"}):
        return "gate.reversed"  # "petugas dikasih susu"
    if "safe.comfort" in hit.roles:
        return "fits" if good_is_named(reading) or thanks(reading) else "gate.states"
    if reading.forms[hit.first] == "antri" and queue_moves(reading, index):
        return "fits"
    steady = before and (before.roles & _STEADY_BEHIND or reading.forms[before.first] == "yang")
    if "cue.steady" in hit.roles and not steady:
        return "gate.steady"
    if "safe.two_sided" in hit.roles and not good_is_named(reading):
        return "gate.two_sided"
    if "safe.when" in hit.roles and hit.roles <= _OF_TIME:
        return "fits" if good_is_named(reading) or thanks(reading) else "gate.time"
    return ""


def _outdone(reading: Reading, index: int) -> bool:
    """ "Walau anak saya menangis": what their kindness outdoes, any word of the three."""
    for first in range(max(0, index - 2), index + 1):
        three = reading.hits[first : first + 3]
        if len(three) == 3 and reading.forms[three[0].first] in _ALTHOUGH:
            return "safe.served" in three[1].roles and "safe.unruly" in three[2].roles
    return False


def _called(reading: Reading, index: int) -> bool:
    """ "Dokter Bagus", "pak Sabar", and not "dokternya bagus sekali"."""
    before, hit = reading.hits[index - 1], reading.hits[index]
    _, after = _neighbours(reading, index)
    everybody = reading.forms[hit.last : hit.last + 1] == ["semua"]
    bare = not reading.clitics[before.last - 1] and not reading.clitics[hit.last - 1]
    return bare and bool(before.roles & _TITLED) and not (everybody or after & {"safe.intensifier", "safe.tail"})


def _ours(reading: Reading) -> bool:
    """The centre is named, or one of its trades: "mbak Sari keren" may be anybody."""
    return any(hit.roles & (THINGS | {"safe.officer", "safe.act"}) for hit in reading.hits)


def _of_patients(reading: Reading, index: int) -> bool:
    """Behind "anak saya yang", "ibu saya yang sudah"."""
    hits = list(reading.hits[max(0, index - 3) : index])
    if hits and reading.forms[hits[-1].first] == "sudah":
        hits.pop()
    if hits and reading.forms[hits[-1].first] == "yang":
        hits.pop()
    return bool(hits) and "safe.served" in hits[-1].roles


def _neighbours(reading: Reading, index: int) -> tuple[Set[str], Set[str]]:
    """The lists of what stands before and behind."""
    hits = reading.hits
    before = hits[index - 1].roles if index else _NOBODY
    return before, hits[index + 1].roles if index + 1 < len(hits) else _NOBODY


def misplaced(reading: Reading, index: int, hit: Hit) -> str:
    """Some words are safe only in their place: beside a cue, after thanks, behind a noun."""
    before, after = _neighbours(reading, index)
    roles = hit.roles
    if "safe.intensifier" in roles and not roles & CUES:
        near = CUES | {"cue.thanks", "safe.intensifier"}
        return "" if before & near or after & near else "gate.intensifier_alone"
    if "safe.active" in roles and (_by_patients(reading, index) or _to_staff(after)):
        return "gate.reversed"
    if after & _PATIENT and _RECEIVED.match(reading.forms[hit.last - 1]) and "safe.active" not in roles:
        return "gate.reversed"  # "ditolong warga": who helped was another patient
    if "cue.felt" in roles and before & {"safe.person", "safe.staff"} and not after & {"safe.active", "safe.served"}:
        return "gate.reversed"  # "petugas puas"
    said_of = reading.hits[index - 2].roles if index > 1 and reading.forms[hit.first - 1] == "yang" else before
    if "cue.spared" in roles and said_of & (THINGS | {"safe.officer"}):
        return "gate.reversed"  # "petugas tidak pernah dimarahi"
    if "cue.family" in roles and not _by_staff(reading, index):
        return "gate.reversed"
    felt = "cue.feeling" in roles and any(one.roles & THINGS for one in clause_after(reading, index)[:3])
    if "cue.virtue" in roles and not felt and _of_patients_themselves(reading, index):
        return "gate.patients"
    if rule := _joined(reading, index, after):
        return rule
    if "safe.clitic" in roles:
        return "" if before & (THINGS | {"safe.officer"}) else "gate.clitic"
    if "safe.thanks_tail" in roles:
        return "" if _after_thanks(reading, index) else "gate.tail"
    if "safe.tail" in roles:
        return "" if before & (CUES | {"safe.intensifier", "cue.thanks", "safe.vocative"}) else "gate.tail"
    return ""


_STAFF = WHO | {"safe.noun", "safe.act", "safe.active"}


def _of_patients_themselves(reading: Reading, index: int) -> bool:
    """ "Ibu saya sabar", "makasih warga sudah tertib", "hebat anak saya": patients have the virtue, whom staff had to
    bear with or keep waiting. "Terima kasih anak saya dirawat sabar" speaks of care: staff have it."""
    staff = patients = cared = False
    for hit in reversed(reading.hits[:index]):
        if reading.forms[hit.first] in STOPS:
            break
        cared = cared or bool(hit.roles & {"safe.act", "cue.care"})
        staff = staff or bool(hit.roles & (_STAFF if patients and not cared else _STAFF | _THANKED))
        if "safe.served" in hit.roles and not staff:
            patients = True
        elif patients and reading.forms[hit.last - 1] in _MEANT | {"ke"}:
            patients = False  # "untuk anak saya bagus"
    if patients and not staff:
        return True
    following = list(reading.hits[index + 1 : index + 2])
    if staff or not following or "safe.served" not in following[0].roles:
        return False
    return not any(hit.roles & _STAFF for hit in clause_after(reading, index))


def _grateful(reading: Reading, index: int) -> bool:
    """Thanks or a feeling stand before: "terima kasih petugas yang membantu"."""
    return any(one.roles & _THANKED for one in reading.hits[:index])


def _grateful_here(reading: Reading, index: int) -> bool:
    """Thanks stand before, with nothing but whom they are for between: "terima kasih bu bidan atas …"."""
    for hit in reversed(clause_before(reading, index)):
        if "cue.thanks" in hit.roles:
            return True
        if not hit.roles & (_TITLED | {"name.given", "safe.person", "safe.noun", "safe.thanks_tail", "safe.word"}):
            return False
    return False


def _by_patients(reading: Reading, index: int) -> bool:
    """Whoever stands last before the verb does it: "pasien ikut membantu" is no praise of the staff."""
    for place in range(index - 1, -1, -1):
        hit = reading.hits[place]
        if reading.forms[hit.first] in STOPS or hit.roles & (THINGS | {"safe.officer"}):
            return False
        if "safe.served" in hit.roles:
            return not place or reading.forms[reading.hits[place - 1].last - 1] not in _MEANT
    return False


def _by_staff(reading: Reading, index: int) -> bool:
    """Somebody of the centre stands before it in the same clause, nobody of the patients between."""
    for hit in reversed(reading.hits[:index]):
        if "safe.served" in hit.roles or (reading.forms[hit.first] in STOPS and not _grateful(reading, index)):
            return False
        if hit.roles & (THINGS | {"safe.officer"}):
            return True
    return False


def _to_staff(after: Set[str]) -> bool:
    """ "menghadapi petugas": patients do that."""
    return bool(after & {"safe.person", "safe.staff"})


def _joined(reading: Reading, index: int, after: Set[str]) -> str:
    """A word that joins is safe only where it joins what belongs together: "petugas yang ramah", "di sini", "puas
    dengan pelayanannya". Otherwise it limits ("ramah kepada keluarga sendiri", "senyum di kelas")."""
    hit, before = reading.hits[index], _before(reading, index)
    form = reading.forms[hit.first] if hit.last - hit.first == 1 else ""
    nearby = reading.hits[index + 1 : index + 4]
    if form == "yang":
        if "safe.served" in before and any("safe.state" in one.roles for one in nearby[:2]):
            return ""
        good = any(one.roles & CUES for one in nearby)
        good = good or (any("safe.active" in one.roles for one in nearby[:2]) and _grateful(reading, index))
        return "" if good and before & (THINGS | {"safe.officer", "safe.vocative", "name.given"}) else "gate.yang"
    if form == "dengan":
        how = any(one.roles & CUES for one in nearby[:2]) or "safe.word" in after
        return "" if how or ("cue.feeling" in before and after & (THINGS | _TITLED)) else "gate.dengan"
    if form == "oleh":
        return "" if after & (THINGS | _TITLED) else "gate.whom"
    if form not in _PLACED | _MEANT:
        return ""
    if form == "di" and "safe.outcome" in before and "cue.strong" not in before:
        return "gate.whom"  # "sekarang bisa jualan di loket"
    if form in _PLACED and (after & {"safe.place", "safe.away"} or (form == "dari" and range_end(reading, index) > 0)):
        return ""
    thanked = before & _THANKED or (form in _FOR_WHAT and _grateful_here(reading, index))
    if form in _MEANT and thanked:
        all_of = reading.forms[reading.hits[index + 1].first] in _ALL if after else False
        if all_of or after & (THINGS | _TITLED | {"safe.place"} | {"safe.act", "safe.active", "cue.strong"}):
            return ""
    return _whom(reading, index, form, after)


def _before(reading: Reading, index: int) -> Set[str]:
    """The lists of what stands before, but for words that only strengthen: "puas sekali dengan …"."""
    for hit in reversed(reading.hits[:index]):
        if not hit.roles & {"safe.intensifier", "safe.tail", "emoji.safe"} or hit.roles & CUES:
            return hit.roles
    return _NOBODY


def _whom(reading: Reading, index: int, form: str, after: Set[str]) -> str:
    """Praise is for somebody of the centre or for patients: "buat semua nakes", "ke ibu saya", "for my mother"."""
    if form in _MEANT | {"ke"} and after & _PATIENT and not _before(reading, index) & _THANKED:
        return ""  # "bangga sama anak saya" is another's praise
    following = reading.hits[index + 1 : index + 3]
    joined = bool(following) and reading.forms[following[0].first] in _ALL
    if joined and (len(following) == 1 or following[1].roles & _PATIENT):
        return ""
    return "gate.whom"


def _after_thanks(reading: Reading, index: int) -> bool:
    """Thanks stand before, with nothing but whom they are for between."""
    between = THINGS | {"safe.officer", "safe.vocative", "safe.intensifier", "safe.thanks_tail"}
    for hit in reversed(reading.hits[:index]):
        if hit.roles & {"cue.thanks", "safe.wish", "safe.blessing"}:
            return True
        if not hit.roles & between or hit.roles & {"cue.strong", "cue.weak"}:
            return False
    return False
