"""What patients tell of their visit beside the praise: what they had, how the queue went, from where to where they were
served. Safe in one place only, as all that `places.py` asks about. Pure.
"""

from __future__ import annotations

from moderation.sentiment.reading import Hit, Reading
from moderation.sentiment.roles import THINGS, WHO, clause_after, clause_before, good_is_named, thanks

_ENDS = frozenset({"sampai", "hingga"})
_OF_THE_ILL = frozenset({"safe.served", "safe.when", "safe.ailment", "safe.greeting", "safe.body", "safe.intensifier"})
_WHILE = frozenset({"waktu", "saat", "ketika", "pas"})
_ALSO = frozenset({"sudah", "dan", "tidak"})
_CAUSES = frozenset({"berkat", "oleh", "sama", "dari", "karena", "di", "buat"})
_EASED = frozenset({"safe.outcome", "safe.relief", "cue.care"})
_MOVING = frozenset({"cepat", "rapi", "tertib", "lancar", "teratur"})
_ALREADY = frozenset({"sudah", "juga", "jadi", "memang"})


def range_end(reading: Reading, index: int) -> int:
    """ "dari satpam, perawat sampai dokter", "dari daftar sampai pulang": from one of the centre or one step of a visit
    to another, nothing else between. Where it ends; -1 where this "dari" begins none. Of steps a mere cry may scoff."""
    ranged = THINGS | WHO | ({"safe.step"} if good_is_named(reading) or thanks(reading) else set())
    for place, hit in enumerate(reading.hits[index + 1 : index + 10], start=index + 1):
        if reading.forms[hit.first] in _ENDS:
            after = reading.hits[place + 1].roles if place + 1 < len(reading.hits) else frozenset()
            return place + 1 if place > index + 1 and after & ranged else -1
        if not hit.roles & ranged and reading.forms[hit.first] not in ",":
            return -1
    return -1


def in_range(reading: Reading, index: int) -> bool:
    """Whether this term belongs to such a range, from its "dari" to its end."""
    if not _ENDS.intersection(reading.forms):
        return False
    near = range(max(0, index - 10), index + 1)
    return any(reading.forms[reading.hits[at].last - 1] == "dari" and index <= range_end(reading, at) for at in near)


def overcome(reading: Reading, index: int, hit: Hit) -> bool:
    """An ailment that patients had, told before what was good: "anak saya demam, langsung ditangani"; and its relief:
    "batuk saya hilang". What nobody but a patient stands before in its clause, and nothing that made it."""
    if "safe.relief" in hit.roles:
        return any("safe.ailment" in one.roles for one in clause_before(reading, index)[-3:])
    if not hit.roles & {"safe.ailment", "safe.body"}:
        return False
    before, two = clause_before(reading, index), reading.hits[max(0, index - 2) : index]
    if len(two) == 2 and reading.forms[two[0].first] in _WHILE and "safe.served" in two[1].roles:
        return good_is_named(reading)  # "ambulans cepat datang waktu bapak saya jatuh"
    if any(not one.roles & _OF_THE_ILL and reading.forms[one.first] not in _WHILE | _ALSO for one in before):
        return False
    after = reading.hits[index + 1 :]
    if after and reading.forms[after[0].first] in _CAUSES:
        return False
    return thanks(reading) or any(one.roles & _EASED for one in after)


def queue_moves(reading: Reading, index: int) -> bool:
    """ "antriannya sekarang cepat", "cepat sekali antriannya": a queue of which that is said."""
    rest = [one for one in clause_after(reading, index) if not _passing(reading, one)]
    if rest:
        return reading.forms[rest[0].first] in _MOVING
    before = [one for one in clause_before(reading, index) if not _passing(reading, one)]
    return bool(before) and reading.forms[before[-1].first] in _MOVING


def _passing(reading: Reading, hit: Hit) -> bool:
    """Only strengthens, or says when."""
    return bool(hit.roles & {"safe.intensifier", "safe.when"}) or reading.forms[hit.first] in _ALREADY
