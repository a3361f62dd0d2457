"""What a message is besides its kind: personal data, spam, an empty sign of attention (`danger.py`: urgent)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from moderation.sentiment import people
from moderation.sentiment.lexicon import Lexicon
from moderation.sentiment.normal_form import place
from moderation.sentiment.reading import Reading, scan


class Finding(NamedTuple):
    """A rule and the stretch of the original text that it found."""

    rule: str
    start: int
    end: int


_DIGITS = re.compile(r"(?<![0-9a-z])\+?\(?[0-9](?:[ .()-]{0,3}[0-9]){8,18}(?![0-9])")
_A_DIGIT = re.compile(r"[0-9]")
_LABELLED = re.compile(
    r"\b(?:nik|ktp|kk|no ?kk|kartu keluarga|bpjs|jkn|kis|no ?rm|rm|rekam medi[sk]|register pasien|medical record)\b"
    r"[ :.a-z]{0,24}?[0-9][0-9 .-]{4,24}[0-9]"
)
_HOME_PHONE = re.compile(
    r"\b(?:tlp|telp|telpon|telepon)\.? ?(?:rumah|saya|kami)\b[ :.]{0,3}"
    r"\(?0[2-9][0-9]{1,3}\)?[ .-]{0,2}[0-9][0-9 .-]{3,9}[0-9]"
)
_ADDRESS = re.compile(
    r"\b(?:jl|jln|jalan|gg|gang|dusun|perum|perumahan)\b\.?[ a-z0-9.,/]{2,40}?\b(?:no|nomor|nmr|blok)\b\.? ?[a-z]?[0-9]"
    r"|\b(?:perum|perumahan|komplek|kompleks|cluster|griya)\b[ a-z0-9.,/]{2,40}?\b(?!r[tw])[a-z]{1,2}-?[0-9]{1,3}\b"
    r"|\brt ?[.:]? ?[0-9]{1,3} ?[,/ ]{0,3}rw ?[.:]? ?[0-9]{1,3}\b"
    r"|\brt ?[/:.]? ?(?:rw)? ?[0-9]{1,3} ?[,/ ] ?[0-9]{1,3}\b"
    r"|\bperum(?:ahan)?\b[ a-z]{2,30}?\b[a-z]{1,2} ?/ ?[0-9]{1,3}\b"
    r"|\balamat ?: ?(?:jl|jalan|desa|kelurahan|dusun|perum|rt|kampung|gang)"
    r"|\b(?:alamat|rumah)(?: rumah)? (?:saya|kami|aku|ku|dia|nya)\b(?: di)?:?"
    r" (?:jl|jalan|desa|kelurahan|dusun|perum|rt|kampung|gang)"
)
_PHONE = re.compile(r"(?:62|0)8[0-9]{7,11}")
_DISGUISED = re.compile(r"(?<![a-z0-9])[0-9oil|][0-9oil| .-]{8,24}(?![a-z0-9])")
"""Digits with letters that are drawn like them: "o8l2 3456 789O"."""
_SPOKEN_EMAIL = re.compile(
    r"[a-z0-9._-]{2,40} ?[\[(]? ?(?:at|et|@) ?[\])]? ?(?:gmail|yahoo|ymail|hotmail|outlook|icloud|[a-z0-9-]{2,30})"
    r" ?[\[(]? ?(?:dot|titik|\.) ?[\])]? ?(?:com|co|net|org|id)\b"
    r"|[a-z0-9]{2,30}[._0-9][a-z0-9._]{1,30} ?[\[(]? ?(?:at|et|di|@) ?[\])]? ?"
    r"(?:gmail|yahoo|ymail|hotmail|outlook|icloud)(?:com)?\b"
)
_MAIL_ENDS = re.compile(r"(?:dot|titik|\.) ?[\])]? ?(?:com|co|net|org|id)\b|(?:g|y|hot)mail|yahoo|outlook|icloud")
"""How each of them ends: looked for first, because few messages have it."""
_LIKE_DIGITS = str.maketrans("oil|", "0111")
_OWNERS = frozenset({"saya", "kami", "ku", "tetangga", "my", "his", "her", "istri", "suami"})


_STREETS = frozenset({"jl", "jln", "jalan", "gg", "gang", "dusun", "perum", "perumahan", "rt", "erte"})
_SPOKEN_ADDRESS = re.compile(
    r"\b(?:jl|jln|jalan|gg|gang|dusun|perum|perumahan)\b\.?[ a-z.,]{2,40}?\b(?:no|nomor|nomer|nmr|blok)\b\.? ?"
    r"(?:satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|sepuluh|sebelas|seratus)\b"
    r"|\b(?:rt|erte)\b ?[a-z0-9]{1,9} ?,? ?\b(?:rw|erwe)\b ?(?:[0-9]{1,3}|[a-z]{3,9})\b"
)


def personal_data(reading: Reading, text: str) -> Iterator[Finding]:
    folded = reading.folded
    if _A_DIGIT.search(folded.text):
        for match in _DIGITS.finditer(folded.text):
            if rule := _number(re.sub(r"[^0-9]", "", match.group())):
                yield Finding(rule, *place(folded, *match.span()))
        for match in _DISGUISED.finditer(folded.text):
            plain = re.sub(r"[^0-9]", "", match.group().translate(_LIKE_DIGITS))
            written = sum(letter.isdigit() for letter in match.group())
            if written * 5 >= len(plain) * 2 and written < len(plain) and (rule := _number(plain)):
                yield Finding(rule, *place(folded, *match.span()))
        for rule, pattern in (
            ("personal.labelled_number", _LABELLED),
            ("personal.phone", _HOME_PHONE),
            ("personal.address", _ADDRESS),
        ):
            for match in pattern.finditer(folded.text):
                yield Finding(rule, *place(folded, *match.span()))
        for span in people.born(reading, text):
            yield Finding("personal.birth", *place(folded, *span))
    if not _STREETS.isdisjoint(reading.forms):
        for match in _SPOKEN_ADDRESS.finditer(folded.text):
            yield Finding("personal.address", *place(folded, *match.span()))
    if _MAIL_ENDS.search(folded.text):
        for match in _SPOKEN_EMAIL.finditer(folded.text):
            yield Finding("personal.email", *place(folded, *match.span()))
    for index, kind in enumerate(reading.kinds):
        if kind == "email":
            yield Finding("personal.email", *reading.span(index, index + 1))
    yield from _spoken_number(reading)
    yield from _illness(reading)
    for rule, first, last in people.ill(reading, text):
        yield Finding(rule, *reading.span(first, last))


def _number(digits: str) -> str:
    """Which number this is. NIK and family card: 16 digits that begin with a province; BPJS card: 13 with 000."""
    if len(digits) == 16 and 11 <= int(digits[:2]) <= 96:
        return "personal.nik"
    if len(digits) == 13 and digits.startswith("000"):
        return "personal.bpjs"
    return "personal.phone" if _PHONE.fullmatch(digits) else ""


def _illness(reading: Reading) -> Iterator[Finding]:
    """A sensitive illness, and within a few words somebody who has it."""
    if not any("illness.sensitive" in hit.roles for hit in reading.alarms):
        return
    named = [hit.first for hit in reading.alarms if "illness.named" in hit.roles]
    owners = [index for index, form in enumerate(reading.forms) if form in _OWNERS]
    for hit in reading.alarms:
        if "illness.sensitive" not in hit.roles:
            continue
        if any(abs(hit.first - index) <= 8 for index in named) or any(abs(hit.first - o) <= 3 for o in owners):
            yield Finding("illness.sensitive", *reading.span(hit.first, hit.last))


_INDONESIAN = ("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan")
_ENGLISH = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_SPOKEN_VALUE = {word: value for words in (_INDONESIAN, _ENGLISH) for value, word in enumerate(words)} | {"kosong": 0}
SPOKEN = frozenset(_SPOKEN_VALUE)
_SPOKEN_DIGITS = 9  # the shortest phone number


def _spoken_number(reading: Reading) -> Iterator[Finding]:
    """A phone number in words: "nol delapan satu …"."""
    if len(SPOKEN.intersection(reading.forms)) < 3:
        return
    start = 0
    for index, form in enumerate((*reading.forms, "")):
        if form not in SPOKEN and not form.isdecimal() and not (form in (",", "kali") and index > start):
            if _digits(reading.forms[start:index]) >= _SPOKEN_DIGITS:
                yield Finding("personal.phone", *reading.span(start, index))
            start = index + 1


def _digits(forms: Sequence[str]) -> int:
    """How many digits are said: "empat kali nol" are four."""
    count = 0
    for index, form in enumerate(forms):
        if form == "kali" and index:
            count += max(_SPOKEN_VALUE.get(forms[index - 1], 1) - 2, 0)
        elif form != ",":
            count += 1 if form in _SPOKEN_VALUE else len(form)
    return count


def own_number(reading: Reading) -> bool:
    """ "WA saya", "hubungi saya": a citizen's own, not an advert's."""
    pairs = pairwise(reading.forms)
    return any(first in _CONTACTS and second in ("saya", "kami") for first, second in pairs)


_CONTACTS = frozenset({"wa", "whatsapp", "hubungi", "nomor", "telp", "telepon", "hp", "email", "call", "no"})


class Spam(NamedTuple):
    """`certain`: several signs of different kinds, and nothing in it that a person should read."""

    findings: tuple[Finding, ...]
    certain: bool
    asks: bool = False


_NEEDS_A_PERSON = (
    "question.strong",
    "question.reproach",
    "complaint.strong",
    "complaint.abuse",
    "suggestion.strong",
)


def spam(reading: Reading) -> Spam:
    findings: list[Finding] = []
    signs: set[str] = set()
    words: set[str] = set()
    report = False
    for hit in reading.alarms:
        for role in sorted(hit.roles):
            if role == "spam.report":
                report = True
            elif role.startswith("spam."):
                findings.append(Finding(role, *reading.span(hit.first, hit.last)))
                signs.add(role)
                words.add(reading.forms[hit.first])
    offers = signs - {"spam.contact"}
    if not offers:
        return Spam((), False)
    outside = {kind for kind in reading.kinds if kind in ("link", "code")}
    if any(_PHONE.fullmatch(re.sub(r"[^0-9]", "", m.group())) for m in _DIGITS.finditer(reading.folded.text)):
        outside.add("phone")
    score = len(words) + len(outside) + reading.folded.disguised + (len(signs) > 1)
    if score < 2 or (report and score < 4):
        return Spam((), False)
    trouble = any(role in _NEEDS_A_PERSON for role in reading.roles) or "?" in reading.forms
    asks = report or (score < 4 and trouble)
    danger = any(role.startswith("urgency.") for hit in reading.alarms for role in hit.roles)
    turned = "turn.contrast" in reading.roles or "turn.negation" in reading.roles
    return Spam(tuple(findings), score >= 4 and not asks and not danger and not turned and not trouble, asks)


def empty_sign(reading: Reading, lexicon: Lexicon) -> str:
    """The list by which a message asks for nothing at all: a bare acknowledgement, or friends tagged alone."""
    if not reading.hits or len(reading.tokens) > 12:
        return ""
    handles = [token.text for token, kind in zip(reading.tokens, reading.kinds, strict=True) if kind == "handle"]
    wanted = "acknowledgement.tag" if handles else "acknowledgement.bare"
    allowed = {wanted} if handles else {wanted, "acknowledgement.beside"}
    if any(_is_authority(handle, lexicon) for handle in handles):
        return ""
    for hit in reading.hits:
        form, kind = reading.forms[hit.first], reading.kinds[hit.first]
        if not (hit.roles & allowed or kind == "handle" or form in ",.!-" or "emoji.safe" in hit.roles):
            return ""
        if any(reading.clitics[hit.first : hit.last]):
            return ""
    found = handles or any("acknowledgement.bare" in hit.roles for hit in reading.hits)
    return wanted if found else ""


def _is_authority(handle: str, lexicon: Lexicon) -> bool:
    for part in re.split(r"[^a-z]+", handle):
        if part and any("acknowledgement.authority" in hit.roles for hit in scan([part], lexicon.judged)):
            return True
    return bool(re.search(r"dinkes|puskes|pemkot|walikota|kemen|lapor|polres|humas|info|rsud|bpjs|official", handle))
