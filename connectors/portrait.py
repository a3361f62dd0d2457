"""What a platform can do, in words and numbers for people: for the connecting pages, an account's page and the docs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from connectors.base import POST_KINDS, Capability, Kind
from connectors.guide import Words
from connectors.models import PLATFORMS, connector_class

VERBS: dict[Kind, Words] = {
    Kind.TEXT: ("kiriman teks", "posts of text"),
    Kind.PHOTO: ("satu gambar", "one picture"),
    Kind.CAROUSEL: ("beberapa gambar", "several pictures"),
    Kind.REEL: ("video pendek (reel)", "short films (reels)"),
    Kind.VIDEO: ("video", "films"),
    Kind.REPLY: ("membalas komentar", "answering comments"),
    Kind.DM: ("membalas pesan langsung", "answering direct messages"),
    Kind.PRIVATE_REPLY: ("membalas komentar secara pribadi", "answering a comment privately"),
    Kind.HIDE: ("menyembunyikan komentar", "hiding comments"),
    Kind.APPROVE: ("menyetujui komentar yang ditahan", "approving held comments"),
    Kind.SPAM: ("menandai spam", "marking as spam"),
}


@dataclass(frozen=True, slots=True)
class Portrait:
    """One platform, as the page where one chooses shows it."""

    platform: str
    title: str
    official: bool
    costs: Words
    can: tuple[Words, ...]
    by_hand: tuple[Words, ...]
    public: bool


def portraits() -> list[Portrait]:
    """Every platform that can be connected here."""
    found = []
    for platform, (title, _path) in PLATFORMS.items():
        connector = connector_class(platform)
        guide, can = connector.guide, connector.capability
        if guide is not None:
            verbs = tuple(words for kind, words in VERBS.items() if kind in can.kinds)
            public = bool(can.kinds & POST_KINDS)
            found.append(Portrait(platform, title, can.official, guide.costs, verbs, guide.by_hand, public))
    return found


def limits(can: Capability) -> list[tuple[Words, Words]]:
    """Name and value of each limit that means something on this platform."""
    return [(name, value if isinstance(value, tuple) else (value, value)) for name, value in _limits(can)]


def _limits(can: Capability) -> Iterator[tuple[Words, Words | str]]:
    if can.kinds & POST_KINDS:
        unit = ("menurut hitungannya sendiri", "as it counts them itself") if can.count is not len else ("", "")
        yield ("Panjang teks", "Length of a text"), _both(_number(can.caption_max), unit)
        if can.title_max:
            yield ("Panjang judul", "Length of a title"), _number(can.title_max)
        yield ("Tagar", "Hashtags"), _number(can.hashtags_max)
        yield ("Sebutan (@)", "Mentions (@)"), _number(can.mentions_max)
        if Kind.CAROUSEL in can.kinds:
            yield ("Gambar per kiriman", "Pictures in a post"), f"{can.carousel_min}–{can.carousel_max}"
        if can.image_types:
            yield ("Gambar", "Pictures"), _files(can.image_types, can.image_bytes_max)
        if can.video_types:
            yield ("Video", "Films"), _files(can.video_types, can.video_bytes_max)
        if can.video_seconds:
            least, most = (f"{seconds:g}" for seconds in can.video_seconds)
            yield ("Lama video", "Length of a film"), (f"{least}–{most} detik", f"{least}–{most} seconds")
        if can.posts_a_day:
            yield ("Kiriman per 24 jam", "Posts within 24 hours"), _number(can.posts_a_day)
    yield ("Panjang balasan", "Length of an answer"), _number(can.reply_max)
    if Kind.REPLY in can.kinds:
        yield ("Memeriksa komentar yang dihapus", "Looks for deleted comments"), _each(can.looks_every)
    yield from _windows(can)


def _windows(can: Capability) -> Iterator[tuple[Words, Words]]:
    """How long an answer is taken, of whatever kind this platform has here; and to whom it may go."""
    if Kind.DM in can.kinds:
        yield (
            ("Pesan langsung dibalas dari sistem ini", "Direct messages answered from the desk"),
            _within(can.reply_window),
        )
    if can.person_window:
        name = ("Pesan langsung dibalas orang di aplikasinya", "Direct messages answered by a person in its own app")
        yield name, _within(can.person_window)
    if Kind.PRIVATE_REPLY in can.kinds:
        once = ("sekali per komentar", "once a comment")
        within = _within(can.private_window)
        value = (f"{within[0]}, {once[0]}", f"{within[1]}, {once[1]}")
        yield ("Komentar dibalas secara pribadi", "Comments answered privately"), value
    if any(can.reply_rule):
        yield ("Siapa yang dapat dibalas", "Who can be answered"), can.reply_rule


def _each(pause: timedelta | None) -> Words:
    """How often the comments of open cases are asked after."""
    if pause is None:
        return ("tidak: antarmukanya tidak memberi tahu", "no: its interface does not tell")
    hours = f"{pause / timedelta(hours=1):g}"
    return (f"tiap {hours} jam, selama kasusnya terbuka", f"every {hours} hours, while their case is open")


def _within(window: timedelta | None) -> Words:
    """Counted from what the citizen wrote last."""
    if window is None:
        return ("tanpa batas yang diketahui", "no limit that is known")
    if window <= timedelta(days=2):
        hours = f"{window / timedelta(hours=1):g}"
        return (f"dalam {hours} jam", f"within {hours} hours")
    return (f"dalam {window.days} hari", f"within {window.days} days")


def _both(value: Words, more: Words) -> Words:
    return (f"{value[0]} {more[0]}".strip(), f"{value[1]} {more[1]}".strip())


def _number(number: int) -> Words:
    english = f"{number:,}"
    return (english.replace(",", "."), english)


def _files(types: frozenset[str], size: int) -> str:
    names = ", ".join(sorted(one.partition("/")[2].replace("quicktime", "mov").upper() for one in types))
    return f"{names}; {size / 10**6:g} MB" if size < 10**9 else f"{names}; {size / 10**9:g} GB"
