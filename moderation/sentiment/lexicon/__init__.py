"""The vocabulary by which messages are judged: data files that people read and change, as one frozen Lexicon.

Each `*.toml` beside this file holds lists, by language, of words and phrases separated by commas or new lines; `#`
begins a comment. A list is named `file.table`, as in `cue.strong`; verdicts name their reasons so. Words may be written
in any form that `gloss.toml` knows: lists and messages both come down to the plain Indonesian word to which it leads
dialect, slang and typing habits.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import NamedTuple, overload

LANGUAGES = ("id", "jv", "en")
_REMEMBERED = 24_000  # words whose analysis is kept; a bound on what strangers can make us remember
_DOUBLED = re.compile(r"([a-z])\1+")
_TRIPLED = re.compile(r"([a-z])\1{2,}")
_CLITICS = ("nipun", "ipun", "nya", "nye", "ne", "ku", "mu", "e", "kah", "lah", "pun")
_AMOUNT = re.compile(r"\d+(?:rb|ribu|jt|juta|k|x|kali|jam|j|mnt|menit|m|hr|hari|th|thn|tahun|bln|bulan|am|pm|an)?")


TWICE = "twice"


class Word(NamedTuple):
    """What a written word comes down to: the gloss, the clitic taken off, and which languages it speaks for."""

    form: str
    clitic: str
    kind: (
        str  # "word", "number" (digits, with or without a unit), "code" (letters mixed with digits) or TWICE ("pelan2")
    )
    languages: tuple[str, ...]


class Term(NamedTuple):
    """A word or phrase of the lists, and every list in which it stands."""

    words: tuple[str, ...]
    roles: frozenset[str]


Trie = Mapping[str, tuple[Term, ...]]  # by first word, longest phrase first


class Begun(NamedTuple):
    """What may follow from a first word: the lists of the word alone, and the longer terms by their second word."""

    alone: frozenset[str] | None
    longer: Mapping[str, tuple[Term, ...]]


@overload
def begun(terms: tuple[Term, ...]) -> Begun: ...
@overload
def begun(terms: None) -> None: ...
@overload
def begun(terms: tuple[Term, ...] | None) -> Begun | None: ...
def begun(terms: tuple[Term, ...] | None) -> Begun | None:
    """Of terms that begin with the same word, longest first."""
    if terms is None:
        return None
    alone, longer = None, dict[str, tuple[Term, ...]]()
    for term in terms:
        if len(term.words) == 1:
            alone = term.roles
        else:
            longer[term.words[1]] = (*longer.get(term.words[1], ()), term)
    return Begun(alone, longer)


@dataclass(frozen=True)
class Lexicon:
    """One version of the vocabulary. Pure data, but for a memory of words already analysed."""

    version: str
    glosses: Mapping[str, str]
    speaks: Mapping[str, tuple[str, ...]]  # word -> the languages in which it is a marker
    judged: Trie  # cues, safe words, negations, complaints, requests, questions …
    alarms: Trie  # urgency, spam, sensitive illnesses: read apart, so that no other phrase can hide them
    topics: Trie
    posts: Trie  # what a post says under which nobody is thanked
    known: frozenset[str]  # words that are an entry of their own
    parts: frozenset[str]  # words that occur in phrases only
    inflected: frozenset[str]  # words that lose a clitic
    doubles: frozenset[str]  # words whose reduplication means the same ("ramah2")
    alarming: frozenset[str]  # words of danger by themselves: "kejang2" is no less
    first_words: Mapping[str, tuple[Begun | None, Begun | None, Begun | None]]
    """Of each word with which a term begins: the judged terms, the alarms and the topics."""
    memory: dict[str, Word] = field(default_factory=dict, repr=False, compare=False)

    def word(self, written: str) -> Word:
        found = self.memory.get(written)
        if found is None:
            found = self._analyse(written)
            if len(self.memory) < _REMEMBERED:
                self.memory[written] = found
        return found

    def _analyse(self, written: str) -> Word:
        if written in self.glosses:
            return Word(self.glosses[written], "", "word", self.speaks.get(written, ()))
        if _AMOUNT.fullmatch(written):
            return Word(written, "", "number", ())
        if not written.isalpha():
            return self._reduplicated(written) or Word(written, "", "code", ())
        for spelling in spellings(written):
            if spelling in self.glosses:
                return Word(self.glosses[spelling], "", "word", self.speaks.get(spelling, ()))
            if spelling in self.known:
                return Word(spelling, "", "word", self.speaks.get(spelling, ()))
            if bare := self._without_clitic(spelling):
                return bare
            if spelling in self.parts:
                return Word(spelling, "", "word", self.speaks.get(spelling, ()))
        return Word(written, "", "word", self.speaks.get(written, ()))

    def _reduplicated(self, written: str) -> Word | None:
        """ "ramah2", "petugas2nya": the base, where doubling it changes nothing; else it is read twice."""
        base, _, rest = written.partition("2")
        if len(base) < 3 or not base.isalpha() or (rest and rest not in _CLITICS):
            return None
        word = self.word(base)
        if word.form in self.doubles or word.form in self.alarming:
            return word._replace(clitic=rest)
        return word._replace(clitic=rest, kind=TWICE)

    def _without_clitic(self, spelling: str) -> Word | None:
        if not spelling.endswith(_CLITICS):
            return None
        for clitic in _CLITICS:
            base = spelling.removesuffix(clitic)
            if len(base) < 3 or base == spelling:
                continue
            form = self.glosses.get(base, base)
            if form in self.inflected or (clitic == "kah" and form in self.known):
                languages = self.speaks.get(base, ()) or (("jv",) if clitic in ("ipun", "nipun", "ne", "e") else ())
                return Word(form, clitic, "word", languages)
        return None


def spellings(written: str) -> Iterator[str]:
    """As written, then with lengthened letters shortened: "baguuus" is tried as baguuus, baguus, bagus."""
    yield written
    if not _DOUBLED.search(written):
        return
    yield _TRIPLED.sub(r"\1\1", written)
    yield _TRIPLED.sub(r"\1", written)
    yield _DOUBLED.sub(r"\1", written)


def _entries(text: str) -> Iterator[str]:
    for line in text.splitlines():
        for entry in line.partition("#")[0].split(","):
            if words := " ".join(entry.lower().split()):
                yield words


def _trie(lists: Iterable[tuple[str, str]], plain: Lexicon) -> Trie:
    """The terms of these lists, each word of a phrase in the form in which a message's words will be looked up."""
    roles: dict[tuple[str, ...], set[str]] = {}
    for role, entry in lists:
        words = tuple(entry.split())
        alone = len(words) == 1
        forms = tuple(plain.glosses.get(w, w) if alone or not w.isalpha() else plain.word(w).form for w in words)
        roles.setdefault(forms, set()).add(role)
    trie: dict[str, list[Term]] = {}
    for words, found in roles.items():
        trie.setdefault(words[0], []).append(Term(words, frozenset(found)))
    return {first: tuple(sorted(terms, key=lambda t: -len(t.words))) for first, terms in trie.items()}


ALARMS = ("urgency", "danger", "spam", "illness")
INFLECTED = ("safe.noun", "safe.person", "complaint.strong", "complaint.weak", "complaint.negated", "topic")


Entry = tuple[str, str]  # a list ("safe.noun") and a word or phrase in it
WHOLE = "*"
"""Taken out: the list with all its words."""
FOR_THE_GATE = (
    *("cue.doubled", "cue.feeling", "cue.exclaim", "cue.plain", "cue.steady", "cue.felt", "cue.virtue"),
    *("cue.spared", "cue.care", "cue.family", "complaint.was"),
    *("safe.staff", "safe.state", "safe.away", "safe.two_sided", "safe.unruly", "acknowledgement.understood"),
    *(
        "safe.step",
        "safe.ailment",
        "safe.relief",
        "safe.comfort",
        "safe.body",
    ),
)
"""Lists whose words stand in others, too: they speak to the gate alone, and tell people and models nothing more."""


def build(files: Mapping[str, str], added: Iterable[Entry] = (), taken_out: Set[Entry] = frozenset()) -> Lexicon:
    """The lexicon of these TOML texts, by file name without the ending, with words added to lists and others taken out.
    ValueError names a file that can't be read."""
    tables: dict[str, dict[str, dict[str, str]]] = {}
    for name, text in sorted(files.items()):
        try:
            tables[name] = tomllib.loads(text)
        except tomllib.TOMLDecodeError as problem:
            raise ValueError(f"lexicon/{name}.toml: {problem}") from problem
    glosses: dict[str, str] = {}
    speaks: dict[str, set[str]] = {}
    for language, groups in tables.pop("gloss", {}).items():
        for plain, written in groups.items():
            for entry in _entries(written):
                glosses[entry] = plain
                if language in LANGUAGES:
                    speaks.setdefault(entry, set()).add(language)
    for language, marker in tables.pop("language", {}).get("marker", {}).items():
        for entry in _entries(marker):
            speaks.setdefault(entry, set()).add(language)
    changes = (tuple(sorted(added)), frozenset(taken_out))
    return _assemble(files, tables, glosses, {word: tuple(sorted(langs)) for word, langs in speaks.items()}, changes)


def _assemble(
    files: Mapping[str, str],
    tables: Mapping[str, Mapping[str, Mapping[str, str]]],
    glosses: Mapping[str, str],
    speaks: Mapping[str, tuple[str, ...]],
    changes: tuple[tuple[Entry, ...], frozenset[Entry]] = ((), frozenset()),
) -> Lexicon:
    added, taken_out = changes
    lists = [
        (f"{name}.{table}", entry)
        for name, sections in tables.items()
        for table, languages in sections.items()
        for written in languages.values()
        for entry in _entries(written)
        if not {(f"{name}.{table}", entry), (f"{name}.{table}", WHOLE)} & taken_out
    ]
    lists += (pair for pair in added if (pair[0], WHOLE) not in taken_out)
    apart = (*ALARMS, "topic", "post")
    own = {role: [pair for pair in lists if pair[0].partition(".")[0] == role] for role in apart}
    inflected = {entry.split()[-1] for role, entry in lists if role.startswith(INFLECTED) and _bends(role, entry)}
    inflected |= {word for role, entry in lists if role.startswith(ALARMS) for word in entry.split()}  # "dadanya sakit"
    known = frozenset(entry for _, entry in lists if " " not in entry) | frozenset(glosses.values())
    digest = hashlib.sha256("".join(f"{name}\0{text}\0" for name, text in sorted(files.items())).encode())
    counted = (
        [pair for pair in added if not _of_topics(pair)],
        [pair for pair in sorted(taken_out) if not _of_topics(pair)],
    )
    digest.update(repr((tuple(counted[0]), counted[1])).encode() if any(counted) else b"")
    plain = Lexicon(
        version=digest.hexdigest()[:12],
        glosses=glosses,
        speaks=speaks,
        judged={},
        alarms={},
        topics={},
        posts={},
        first_words={},
        known=known,
        parts=frozenset(word for _, entry in lists for word in entry.split()) - known,
        inflected=frozenset(glosses.get(word, word) for word in inflected),
        doubles=frozenset(entry for role, entry in lists if role == "cue.doubled"),
        alarming=frozenset(entry for role, entry in lists if role in ("urgency.life", "danger.sign", "danger.disease")),
    )
    judged = _trie((p for p in lists if p[0].partition(".")[0] not in apart), plain)
    alarms = _trie((p for role in ALARMS for p in own[role]), plain)
    topics = _trie(own["topic"], plain)
    firsts = judged.keys() | alarms.keys() | topics.keys()
    return replace(
        plain,
        judged=judged,
        alarms=alarms,
        topics=topics,
        posts=_trie(own["post"], plain),
        first_words={w: (begun(judged.get(w)), begun(alarms.get(w)), begun(topics.get(w))) for w in firsts},
    )


def _of_topics(pair: Entry) -> bool:
    """Topics route cases: they thank nobody, and so make no new version of the vocabulary."""
    return pair[0].startswith("topic.")


def _bends(role: str, entry: str) -> bool:
    """Whether the entry's last word may carry a clitic: any single word, and the phrases that name things."""
    return " " not in entry or role in ("safe.noun", "safe.person")


@cache
def default_lexicon() -> Lexicon:
    """The vocabulary that ships with the product."""
    return shipped()


def shipped(added: Iterable[Entry] = (), taken_out: Set[Entry] = frozenset()) -> Lexicon:
    """The same, changed by an office."""
    here = Path(__file__).parent
    return build({path.stem: path.read_text("utf-8") for path in here.glob("*.toml")}, added, taken_out)
