"""`docs/platforms.md`: what each platform can do here, its limits, costs and set-up, as the connectors declare it."""

from collections.abc import Iterator

from connectors.base import Kind
from connectors.guide import Words
from connectors.models import PLATFORMS, connector_class
from connectors.portrait import VERBS, Portrait, limits, portraits

HEAD: Words = (
    """# Kanal: apa yang dapat dilakukan, biaya, dan cara menghubungkannya

*(English below.)*

Halaman ini dibuat dari apa yang dinyatakan tiap konektor, dengan `python manage.py platforms_page`; sebuah tes
menjaganya tetap benar. “✓”: dikerjakan desk. “–”: tidak ada di platform itu, atau dikerjakan orang dengan tangan.
""",
    """# Channels: what they can do, what they cost, and how they are connected

This page is made of what each connector declares, by `python manage.py platforms_page`; a test keeps it true. “✓”: the
desk does it. “–”: the platform has no such thing, or a person does it by hand.
""",
)
NOTES: Words = (
    """Batas ini diperiksa sebelum sebuah baris kalender masuk antrean; sumber tiap angka tertulis di samping angkanya
dalam kode konektor. Harga dan aturan milik platform dapat berubah: periksa halaman resminya.
""",
    """These limits are checked before a row of the calendar is queued; each number's source stands beside it in its
connector's code. Prices and rules are the platforms' own and change: look at their pages.
""",
)
WORDS: dict[str, Words] = {
    "official": ("jalan resmi", "official way"),
    "unofficial": ("jalan tidak resmi", "unofficial way"),
    "costs": ("Biaya", "Costs"),
    "needed": ("Yang diperlukan", "What is needed"),
    "steps": ("Langkah", "Steps"),
    "fields": ("Yang diisi", "What is filled in"),
    "limits": ("Batas", "Limits"),
    "by_hand": ("Dengan tangan", "By hand"),
    "internal": ("hanya internal, tidak menerbitkan apa pun", "internal only, publishes nothing"),
    "begin": ("Mulai di", "Begin at"),
    "checked": ("Dibandingkan dengan halaman platform:", "Compared with the platform's pages:"),
}


def page() -> str:
    """The whole document, Indonesian first."""
    return "\n---\n\n".join("\n".join(_in(language)) for language in (0, 1))


def _in(language: int) -> Iterator[str]:
    shown = portraits()
    yield HEAD[language]
    yield from _table(shown, language)
    yield ""
    yield NOTES[language]
    for one in shown:
        yield from _section(one, language)


def _table(shown: list[Portrait], language: int) -> Iterator[str]:
    yield f"| | {' | '.join(one.title for one in shown)} |"
    yield "|---|" + "---|" * len(shown)
    kinds = {one.platform: connector_class(one.platform).capability.kinds for one in shown}
    for kind in Kind:
        if kind in VERBS and any(kind in can for can in kinds.values()):
            marks = " | ".join("✓" if kind in kinds[one.platform] else "–" for one in shown)
            yield f"| {VERBS[kind][language]} | {marks} |"


def _section(one: Portrait, language: int) -> Iterator[str]:
    connector = connector_class(one.platform)
    guide = connector.guide
    assert guide is not None
    way = WORDS["official" if one.official else "unofficial"][language]
    inside = "" if one.public else f"; {WORDS['internal'][language]}"
    yield f"## {PLATFORMS[one.platform][0]}\n"
    yield f"`{one.platform}`: {way}{inside}. **{WORDS['costs'][language]}:** {guide.costs[language]}\n"
    yield f"**{WORDS['needed'][language]}**\n"
    yield from (f"- {words[language]}" for words in guide.needed)
    yield f"\n**{WORDS['steps'][language]}**\n"
    if guide.address:
        yield f"{WORDS['begin'][language]} <{guide.address}>\n"
    yield from (f"{number}. {words[language]}" for number, words in enumerate(guide.steps, start=1))
    if guide.checked:
        yield f"\n{WORDS['checked'][language]} {guide.checked}"
    fields = ", ".join((guide.handle[language], *(field.label[language] for field in connector.fields)))
    yield f"\n**{WORDS['fields'][language]}:** {fields}\n"
    yield f"**{WORDS['by_hand'][language]}:** {' '.join(words[language] for words in guide.by_hand)}\n"
    yield f"| {WORDS['limits'][language]} | |"
    yield "|---|---|"
    yield from (f"| {name[language]} | {value[language]} |" for name, value in limits(connector.capability))
    yield ""
