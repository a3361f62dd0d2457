"""Canned texts: those that ship (`canned.toml`), an office's own in their place or beside them, and their gaps."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

from django.utils.translation import get_language

from connectors.models import PLATFORMS
from moderation.drafting.models import CannedText
from moderation.models import Case, Message
from moderation.sentiment import judge
from moderation.thanks import given_name
from offices.hours.calendar import week_of
from offices.models import Office

GAP = re.compile(r"\{([^{}]*)\}")
VARIABLES = ("nama", "nomor", "kanal", "kantor", "jam_layanan")
NAMELESS = "Bapak/Ibu"
MOST_THANKS = 100
DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
"""Of texts to citizens: Indonesian, whatever language the officer reads."""


@dataclass(frozen=True)
class Canned:
    """One text as it is offered; `pk` is 0 for a shipped one that the office has not touched."""

    slug: str
    name: str
    purpose: str
    text: str
    pk: int = 0

    @property
    def key(self) -> str:
        """How an address names it: "diterima" or "12"."""
        return str(self.pk) if self.pk else self.slug


@cache
def shipped(language: str) -> tuple[Canned, ...]:
    """Read once a process."""
    rows = tomllib.loads((Path(__file__).parent / "canned.toml").read_text("utf-8"))["text"]
    names = "en" if language.startswith("en") else "id"
    return tuple(Canned(row["slug"], row["name"][names], row["purpose"], row["text"]) for row in rows)


def texts_of(office: Office, purpose: str | None = None) -> list[Canned]:
    """What the office offers, shipped ones first."""
    own = list(CannedText.objects.filter(office=office))
    replaced = {row.slug for row in own if row.slug}
    kept = [one for one in shipped(get_language() or "id") if one.slug not in replaced]
    mine = [Canned(row.slug, row.name, row.purpose, row.text, row.pk) for row in own if row.is_on]
    return [one for one in [*kept, *mine] if purpose in (None, one.purpose)]


def thanks_of(office: Office, language: str) -> list[str]:
    """The office's own thank-yous in this language, in which they are written, with their gaps."""
    rows = CannedText.objects.filter(office=office, purpose=CannedText.Purpose.THANKS, is_on=True)
    texts = rows.values_list("text", flat=True)[:MOST_THANKS]
    return [text for text in texts if judge(text).lang == (language or "id")]


def unknown_gaps(text: str) -> list[str]:
    """What stands in braces and is no variable, or a brace that stands alone: it would reach a citizen as it is."""
    wrong = [f"{{{name}}}" for name in GAP.findall(text) if name not in VARIABLES]
    return wrong + re.findall(r"[{}]", GAP.sub("", text))


def fill(text: str, message: Message, case: Case | None) -> str:
    """Its gaps filled for this message. Who calls themselves by no name is addressed politely."""
    office = case.office if case else message.office
    values = {
        "nama": given_name(message.author_name) or NAMELESS,
        "nomor": case.number if case else "",
        "kanal": PLATFORMS[message.account.platform][0] if message.account else message.channel,
        "kantor": office.name,
        "jam_layanan": hours_of(office),
    }
    return GAP.sub(lambda gap: values.get(gap[1], gap[0]), text)


def hours_of(office: Office) -> str:
    """Its week in words, days with the same hours together: "Senin–Kamis 07.30–14.30, Jumat 07.30–11.30 WIB"."""
    open_days = [(day, spans) for day, spans in enumerate(week_of(office)) if spans]
    parts = []
    for _, group in groupby(enumerate(open_days), lambda pair: (pair[1][0] - pair[0], pair[1][1])):
        days = [day for _, (day, _) in group]
        spans = dict(open_days)[days[0]]
        named = DAYS[days[0]] if len(days) == 1 else f"{DAYS[days[0]]}–{DAYS[days[-1]]}"
        parts.append(f"{named} {' dan '.join(f'{clock(begin)}–{clock(end)}' for begin, end in spans)}")
    return f"{', '.join(parts)} {office.zone_name}"


def clock(minute: int) -> str:
    return f"{minute // 60:02}.{minute % 60:02}"


def offered(message: Message, case: Case | None) -> list[Canned]:
    """For the answer's field, filled; without a case none that names a number."""
    office = case.office if case else message.office
    rows: Iterable[Canned] = texts_of(office, CannedText.Purpose.ANSWER)
    if case is None:
        rows = (one for one in rows if "{nomor}" not in one.text)
    return [Canned(one.slug, one.name, one.purpose, fill(one.text, message, case), one.pk) for one in rows]


def text_for(purpose: str, message: Message, case: Case) -> str:
    """The office's text of this purpose, filled; empty where it hid them all."""
    rows = texts_of(case.office, purpose)
    return fill(rows[-1].text, message, case) if rows else ""
