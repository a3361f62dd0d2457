"""The normal form of a message: letters folded, cut into tokens, each knowing where it stood in the original.

Order: fold (compatibility forms, accents, look-alike letters, invisible characters), then cut. What a word *means*
(slang, clitics, elongation) is the lexicon's business, because only the lexicon knows which words exist.
Time is linear: what lies behind `LONGEST` characters isn't read at all, and `Folded.cut` says so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

LONGEST = 12_000
"""Characters read of one message; no platform lets a citizen write more than 10,000."""

# Cyrillic and Greek letters that are drawn like Latin ones.
_LOOK_ALIKE = dict(
    zip(
        "аеорсухіјѕԁһкмтвнбгзпԛԝ" + "αερτικνοβυχω",
        "aeopcyxijsdhkmtbhbrznqw" + "aeptikvobuxw",
        strict=True,
    )
)
_ENCLOSED = ((0x1F150, 26), (0x1F170, 26))  # negative circled and squared capitals: Unicode gives them no decomposition
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f]")
_FOREIGN = re.compile(r"[^ !-_a-~]")  # not printable ASCII; the grave accent stands for an apostrophe
_INVISIBLE = {"Mn", "Me", "Cf", "Cc", "Cs", "Co", "Cn"}
_HARMLESS = "\ufe0e\ufe0f\u200d\u0300\u0301\u0302\u0308"  # parts of emoji, and accents that a phone's keyboard offers
_STYLED = ("<font>", "<circle>", "<square>", "<wide>", "<super>", "<sub>", "<compat> 0028")


class Token(NamedTuple):
    """A piece of a message. `kind`: word (letters and digits), handle, hashtag, link, email, face (emoticon),
    foreign (letters of another script) or mark (one emoji or punctuation sign). `start`, `end`: in the original."""

    kind: str
    text: str
    start: int
    end: int


class Folded(NamedTuple):
    """A message in plain lower-case letters. `offsets[i]` is where the i-th character stood, None when unmoved."""

    text: str
    offsets: list[int] | None
    disguised: bool
    cut: bool


_TOKEN = re.compile(
    r"(?P<link>(?:https?://|www\.)\S+|[a-z0-9-]{2,40}\.(?:com|net|org|info|id|xyz|me|ly|cc|io|site|online|shop|link"
    r"|club|vip|top|live|invalid)\b(?:/\S*)?)"
    r"|(?P<email>[a-z0-9._+-]{1,64}@[a-z0-9-]{1,63}\.[a-z0-9.-]{2,63})"
    r"|(?P<handle>@[a-z0-9_.]*[a-z0-9_])"
    r"|(?P<hashtag>\#\w+)"
    r"|(?P<word>[a-z0-9]+(?:'[a-z]+)?)"
    r"|(?P<face>[:;=]-?[()dpo/|'*3]+(?![a-z0-9])|\^_*\^|<3|\.{2,})"
    r"|(?P<foreign>[^\W\d_]+)"
    r"|(?P<mark>\S)"
)

_folds: dict[str, tuple[str, bool]] = {}


def _fold_character(character: str) -> tuple[str, bool]:
    """Its plain lower-case form ("" when it can't be seen) and whether it is a letter in disguise."""
    known = _folds.get(character)
    if known is None:
        known = _fold_new(character)
        if len(_folds) < 20_000:  # a bound on what strangers can make us remember
            _folds[character] = known
    return known


def _fold_new(character: str) -> tuple[str, bool]:
    if character.isspace():
        return " ", False
    code = ord(character)
    for first, count in _ENCLOSED:
        if first <= code < first + count:
            return chr(ord("a") + code - first), True
    if unicodedata.category(character) in _INVISIBLE or 0x1F3FB <= code <= 0x1F3FF:  # the latter are skin tones
        return "", not (character in _HARMLESS or 0x1F3FB <= code <= 0x1F3FF)
    plain = "".join(c for c in unicodedata.normalize("NFKD", character) if unicodedata.category(c) != "Mn").casefold()
    looks = "".join(_LOOK_ALIKE.get(c, c) for c in plain)
    styled = unicodedata.decomposition(character).startswith(_STYLED) and looks.isascii() and looks.isalnum()
    return looks.replace("’", "'").replace("‘", "'").replace("`", "'"), styled or looks != plain


def fold(text: str) -> Folded:
    """Plain lower-case letters of the first `LONGEST` characters."""
    cut = len(text) > LONGEST
    if cut:
        text = text[:LONGEST]
    if text.isascii() and not _CONTROL.search(text):
        return Folded(text.lower(), None, False, cut)
    parts: list[str] = []
    offsets: list[int] = []
    disguised = False
    at = 0
    for match in _FOREIGN.finditer(text):  # what stands between is plain already
        index = match.start()
        parts.append(text[at:index].lower())
        offsets.extend(range(at, index))
        plain, hidden = _fold_character(text[index])
        disguised = disguised or hidden
        parts.append(plain)
        offsets.extend([index] * len(plain))
        at = index + 1
    parts.append(text[at:].lower())
    offsets.extend(range(at, len(text)))
    return Folded("".join(parts), offsets, disguised, cut)


def place(folded: Folded, start: int, end: int) -> tuple[int, int]:
    """Where a stretch of the folded text stood in the original."""
    if folded.offsets is None:
        return start, end
    return folded.offsets[start], folded.offsets[end - 1] + 1


_new = tuple.__new__  # what Token() does in two steps


def cut_tokens(folded: Folded) -> Iterator[Token]:
    if folded.offsets is None:
        for match in _TOKEN.finditer(folded.text):
            yield _new(Token, (match.lastgroup, match.group(), *match.span()))
        return
    for match in _TOKEN.finditer(folded.text):
        start, end = place(folded, match.start(), match.end())
        yield Token(match.lastgroup or "mark", match.group(), start, end)
