"""A message as the lexicon reads it: its tokens, and which lists each word or phrase stands in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from moderation.sentiment.lexicon import TWICE, Lexicon, Trie
from moderation.sentiment.normal_form import Folded, Token, cut_tokens, fold

UNREADABLE = "\0"  # the form of what is no word: it stands in no list
_GLUE = "-–—'"  # joins words: "ramah-ramah" is read as two


class Hit(NamedTuple):
    """Tokens `first` up to `last` (exclusive), and the lists they stand in; no list at all for an unknown word."""

    roles: frozenset[str]
    first: int
    last: int


class Reading(NamedTuple):
    folded: Folded
    tokens: Sequence[Token]
    forms: Sequence[str]
    clitics: Sequence[str]
    kinds: Sequence[str]  # of each token: word, number, code, mark, face, handle, hashtag, link, email, foreign
    hits: Sequence[Hit]  # cover every token, left to right, longest phrase first
    alarms: Sequence[Hit]
    topics: Sequence[Hit]
    languages: Counter[str]
    roles: frozenset[str]  # of all hits

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Where these tokens stand in the original text."""
        return self.tokens[first].start, self.tokens[last - 1].end


def read(text: str, lexicon: Lexicon) -> Reading:
    folded = fold(text)
    tokens: list[Token] = []
    forms: list[str] = []
    clitics: list[str] = []
    kinds: list[str] = []
    languages: Counter[str] = Counter()
    for token in cut_tokens(folded):
        form, clitic, kind = token.text, "", token.kind
        if kind == "word":
            form, clitic, kind, spoken = lexicon.word(token.text)
            for language in spoken:
                languages[language] += 1
            if kind == TWICE:  # "pelan2": two words over one stretch
                tokens.append(token)
                forms.append(form)
                clitics.append("")
                kinds.append("word")
                kind = "word"
        elif kind in ("mark", "face"):
            if form in _GLUE or (form == "." and tokens and _abbreviated(tokens[-1], token)):
                continue
        else:
            form = UNREADABLE
        tokens.append(token)
        forms.append(form)
        clitics.append(clitic)
        kinds.append(kind)
    hits = scan(forms, lexicon.judged, unknown=True)
    alarms, topics = scan(forms, lexicon.alarms), scan(forms, lexicon.topics)
    roles = frozenset().union(*{hit.roles for hit in hits})
    return Reading(folded, tokens, forms, clitics, kinds, hits, alarms, topics, languages, roles)


_ABBREVIATED = frozenset({"dr", "drg", "bd", "ns", "apt", "bp", "bpk", "ny", "tn", "sdr", "jl", "no"})


def _abbreviated(word: Token, point: Token) -> bool:
    """The point of "dr. Ratna" ends no clause."""
    return word.end == point.start and word.text in _ABBREVIATED


_UNKNOWN: frozenset[str] = frozenset()


def scan(forms: Sequence[str], trie: Trie, *, unknown: bool = False) -> list[Hit]:
    """The longest terms from left to right, none overlapping; with `unknown`, the words between them too."""
    hits: list[Hit] = []
    end = 0
    for index, form in enumerate(forms):
        if index < end:  # inside the phrase before
            continue
        terms = trie.get(form)
        if terms is None:
            if unknown:
                hits.append(Hit(_UNKNOWN, index, index + 1))
            continue
        following = forms[index + 1] if index + 1 < len(forms) else ""
        for term in terms:
            words = term.words
            length = len(words)
            if length == 1 or (
                words[1] == following and (length == 2 or tuple(forms[index : index + length]) == words)
            ):
                hits.append(Hit(term.roles, index, index + length))
                end = index + length
                break
        else:
            if unknown:
                hits.append(Hit(_UNKNOWN, index, index + 1))
    return hits
