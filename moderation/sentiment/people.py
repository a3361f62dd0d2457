"""Whose illness or date of birth a message tells: people by name, but for those who work here. Pure.

A name is known by its place and its capital letter: behind a kinship ("anak saya Raka"), a title ("mbok Sarmi"), or as
a full name. Staff are praised and blamed by name every day, so a name beside a trade ("bu Dian ahli gizi") is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from moderation.sentiment.reading import Reading
from moderation.sentiment.roles import WHO

_Roles = Mapping[int, frozenset[str]]  # the lists in which each token stands
_GIVEN = frozenset({"name.given", "name.like_praise"})
_KIN = frozenset(
    re.findall(
        r"\w+",
        """saya istri suami anak anakku anaknya ibu bapak ibuku bapakku adik adikku kakak kakakku keponakan ponakan
        sepupu paman bibi om tante nenek kakek mbah simbah mertua tetangga tanggaku tonggoku pasien bernama nama namanya
        jenenge asmane si lek mbok yu gus wak pakde bude budhe cucu putu putra putri bayi temanku teman sodara saudara
        an mbak mas dik sdr nyonya tuan ny tn husband wife son daughter father mother named mr mrs ms""",
    )
)
_TITLES = frozenset(
    re.findall(r"\w+", "ibu bapak mbak mas kakak adik mbah dik sdr saudara nyonya tuan ny tn gus mr mrs ms")
)
_BETWEEN = frozenset(
    re.findall(r"\S+", "saya kami kula ku nya ( : , - yang si almarhum almarhumah alm pertama kedua ketiga my")
)
_STAFF = frozenset(
    re.findall(
        r"\w+",
        """dokter drg dok bidan perawat suster mantri ners konselor psikolog apoteker fisioterapis satpam sopir kader
        analis terapis instruktur koas ahli petugas loket apotek poli nurse midwife doctor sanitarian penyuluh""",
    )
)
_STAFF_NEAR = 2
_LONGEST = 4  # words of a name
_ILL_NEAR = 10  # words between a name and the illness
_PASSIVE = re.compile(r"di[a-z]{4,}")  # "diingatkan Mbak Nurul": who did it works here
_THANKED = frozenset({"terimakasih", "kasih", "kepada", "untuk", "sama", "berkat", "karena", "oleh", "dengan", "salut"})
_DATE = r"[0-9]{1,2}[-/. ]{1,2}(?:[0-9]{1,2}|[a-z]{3,9})[-/. ]{1,2}(?:19|20)[0-9]{2}\b"
_BORN = re.compile(r"\b(?:lahir|lhr|lair|ttl|born)\b[ :,.a-z]{0,12}" + _DATE)
_DATED = re.compile(_DATE)


def patients(reading: Reading, text: str) -> Iterator[tuple[int, int]]:
    """Tokens `first` up to `last` of each name of somebody who doesn't seem to work here."""
    roles = {index: hit.roles for hit in reading.hits for index in range(hit.first, hit.last)}
    index = 0
    while index < len(reading.tokens):
        last = index
        while last < len(reading.tokens) and last - index < _LONGEST and _like_a_name(reading, roles, text, last):
            last += 1
        if last > index and _no_staff(reading, roles, index, last) and _anchored(reading, roles, index, last):
            yield index, last
        index = max(last, index + 1)


def _like_a_name(reading: Reading, roles: _Roles, text: str, index: int) -> bool:
    token, form = reading.tokens[index], reading.forms[index]
    letters = token.text.removesuffix("'s")
    if not letters.isalpha() or len(letters) < 3 or not text[token.start].isupper():
        return False
    known = roles[index]
    shouted = text[token.start : token.end].isupper()
    return not (shouted or (known and not known & _GIVEN) or form in _KIN or form in _STAFF)


def _anchored(reading: Reading, roles: _Roles, first: int, last: int) -> bool:
    """A kinship or a title stands before it; or it is a full name, one part of which is a known one."""
    before, far = first - 1, first - 4
    while before > max(far, 0) and reading.forms[before] in _BETWEEN and not _of_kin(reading, before):
        before -= 1
    if before >= 0 and _of_kin(reading, before):
        return True
    return last - first > 1 and any(roles[index] & _GIVEN for index in range(first, last))


def _of_kin(reading: Reading, index: int) -> bool:
    return reading.forms[index] in _KIN or reading.tokens[index].text in _KIN


def _no_staff(reading: Reading, roles: _Roles, first: int, last: int) -> bool:
    near = range(max(0, first - _STAFF_NEAR), min(len(reading.forms), last + _STAFF_NEAR))
    for index in near:
        if reading.forms[index] in _STAFF or (not first <= index < last and roles[index] & WHO):
            return _kin_between(reading, index, first)
    titled = first > 0 and reading.forms[first - 1] in _TITLES
    done = first - 1 - titled
    doer = done >= 0 and (_PASSIVE.fullmatch(reading.tokens[done].text) or reading.forms[done] in _THANKED)
    return not (titled and doer and last - first == 1)


def _kin_between(reading: Reading, staff: int, first: int) -> bool:
    """ "dokter, anak saya Raka": a kinship of its own stands between."""
    return staff < first - 1 and reading.forms[first - 1] in ("saya", "kami", "ku", "bernama")


def ill(reading: Reading, text: str) -> Iterator[tuple[str, int, int]]:
    """Tokens of a patient's name, and of an illness near it, each with its rule."""
    illnesses = [hit for hit in reading.alarms if hit.roles & {"illness.sensitive", "illness.ordinary"}]
    if not illnesses:
        return
    for first, last in patients(reading, text):
        for hit in illnesses:
            if first <= hit.first < last:
                continue  # "Hari Jantung Sedunia"
            if hit.first - last <= _ILL_NEAR and first - hit.last <= _ILL_NEAR:
                yield "personal.patient", first, last
                yield "illness.sensitive", hit.first, hit.last


def born(reading: Reading, text: str) -> Iterator[tuple[int, int]]:
    """Stretches of the folded text: a date of birth, or a full date behind a patient's name."""
    folded = reading.folded.text
    yield from (match.span() for match in _BORN.finditer(folded))
    dates = [match.span() for match in _DATED.finditer(folded)]
    for _, last in patients(reading, text) if dates and reading.folded.offsets is None else ():
        end = reading.tokens[last - 1].end
        yield from (span for span in dates if 0 <= span[0] - end <= 30)
