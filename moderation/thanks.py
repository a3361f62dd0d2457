"""What we answer to praise: thanks together with another sentence (SOP-1 §7.1a), never the same twice in a row. Pure.

The texts are data (`thanks.toml`), and an office's own. Which one is taken follows from the nonce alone, so that the
same message always gets the same answer, however often a task repeats.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from moderation.sentiment.lexicon import default_lexicon
from moderation.sentiment.reading import read, scan

LONGEST = 240
"""Letters of a thank-you: the shortest platform takes 280, a name among them."""
ENOUGH_OF_ITS_OWN = 3
"""With so many of its own in a language an office says none of ours: fewer would repeat themselves."""
ANOTHER_SENTENCE = 4  # words
_THANKS = re.compile(r"terima ?kasih|nuwun|suwun|thank")
_GAP = re.compile(r"\{\w+\}")
_NAME = re.compile(r"[^\W\d_]{3,15}")


@dataclass(frozen=True, slots=True)
class Thanks:
    """The thank-yous of one language, and how it calls somebody by name."""

    call: str
    texts: tuple[str, ...]


def thank_you(lang: str, name: str, nonce: str, previous: Sequence[str] = (), own: Sequence[str] = ()) -> str:
    """A thank-you in this language (Indonesian for one that we don't speak), to `name` if that looks like a name.

    `previous`: what was sent before under this post, oldest first. None of it is said again; when everything has been
    said, what was said longest ago. `own`: the office's, in this language; its gaps are left to be filled.
    """
    thanks = texts().get(lang) or texts()["id"]
    pool = tuple(own) if len(own) >= ENOUGH_OF_ITS_OWN else (*own, *thanks.texts)
    first = int.from_bytes(hashlib.sha256(nonce.encode("utf-8", "surrogatepass")).digest()[:8], "big")
    order = [pool[(first + step) % len(pool)] for step in range(len(pool))]
    said = [_last_said(text, previous) for text in order]
    chosen = order[said.index(min(said))]
    called = given_name(name)
    return chosen.replace("{name}", thanks.call.format(called) if called else "")


def _last_said(text: str, previous: Sequence[str]) -> int:
    """Where it stands in `previous`, whomever it was said to; -1 when it wasn't said."""
    shape = re.compile(".*".join(re.escape(part) for part in _GAP.split(text)), re.DOTALL)
    return max((i for i, old in enumerate(previous) if shape.fullmatch(old)), default=-1)


def unfit(text: str) -> str:
    """Why this must not thank anybody by itself: "long", "gap" (an unknown one), "thanks" (there are none), "sentence"
    (no other one), or the word that promises, heals or rejoices: it would hurt whoever meant the opposite. Else empty.
    """
    first, *rest = re.split(r"(?<=[.!])\s+", text.strip().casefold())
    if len(text) > LONGEST:
        return "long"
    if not {"{nama}", "{kantor}"}.issuperset(_GAP.findall(text)):
        return "gap"
    if not _THANKS.search(first):
        return "thanks"
    if len(" ".join(rest).split()) < ANOTHER_SENTENCE:
        return "sentence"
    words = re.findall(r"[a-z]+", text.casefold())
    return next((word for word in words if word in _unfit_words()), "") or _illness(text)


def _illness(text: str) -> str:
    """The first illness that it names, as written."""
    reading = read(text, default_lexicon())
    for hit in reading.alarms:
        if hit.roles & {"illness.sensitive", "illness.ordinary"}:
            start, end = reading.span(hit.first, hit.last)
            return text[start:end].casefold()
    return ""


@cache
def _unfit_words() -> frozenset[str]:
    return frozenset(_data()["unfit"]["words"].split())


def given_name(display: str) -> str:
    """The first name in a display name, "" where that is rather a handle, a shop, a slogan or a joke.

    A name has letters only, begins with a capital, and is no word that complains, insults or sells.
    """
    words = display.split()
    if not 1 <= len(words) <= 4 or not all(_NAME.fullmatch(word.strip(".,")) or len(word) <= 3 for word in words):
        return ""
    plain = [word.strip(".,").casefold() for word in words]
    titles, no_person = _name_words()
    if any(word in no_person or (word not in titles and _rings_badly(word)) for word in plain):
        return ""
    for word, small in zip(words, plain, strict=True):
        bare = word.strip(".,")
        if small in titles or not _NAME.fullmatch(bare):
            continue
        sounds = re.search(r"[aeiouy]", small) and not re.search(r"(.)\1\1|[^aeiouy]{5}", small)
        if not sounds or not bare.isascii() or not bare[0].isupper() or re.search(r"[a-z][A-Z]", bare):
            return ""
        return bare.capitalize()
    return ""


_BAD = (
    "complaint.strong",
    "complaint.weak",
    "complaint.abuse",
    "spam.gambling",
    "spam.money",
    "spam.goods",
    "urgency.",
    "illness.",
    "turn.",
    "question.",
)


def _rings_badly(word: str) -> bool:
    lexicon = default_lexicon()
    form = lexicon.word(word).form
    hits = (*scan([form], lexicon.judged), *scan([form], lexicon.alarms))
    return any(role.startswith(_BAD) for hit in hits for role in hit.roles)


@cache
def _data() -> Mapping[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


@cache
def _name_words() -> tuple[frozenset[str], frozenset[str]]:
    """Titles before a name, and words of accounts that are no person."""
    names = _data()["names"]
    return frozenset(names["titles"].split()), frozenset(names["no_person"].split())


@cache
def texts() -> Mapping[str, Thanks]:
    """The thank-yous that ship with the product, by language."""
    tables = {lang: table for lang, table in _data().items() if "texts" in table}
    return {lang: Thanks(call=table["call"], texts=tuple(table["texts"])) for lang, table in tables.items()}
