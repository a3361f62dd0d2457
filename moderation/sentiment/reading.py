"""A message as the lexicon reads it: its tokens, and which lists each word or phrase stands in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from moderation.sentiment.lexicon import TWICE, Begun, Lexicon, Trie, begun
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
    languages: Mapping[str, int]
    roles: frozenset[str]  # of all hits

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Where these tokens stand in the original text."""
        return self.tokens[first].start, self.tokens[last - 1].end


def read(text: str, lexicon: Lexicon) -> Reading:
    """One pass over the tokens, one over their forms; the memory of words makes most of it a look-up."""
    folded = fold(text)
    tokens: list[Token] = []
    forms: list[str] = []
    clitics: list[str] = []
    kinds: list[str] = []
    languages: dict[str, int] = {}
    remembered, last = lexicon.memory.get, _NO_TOKEN
    for token in cut_tokens(folded):
        kind, form, _, _ = token
        clitic = ""
        if kind == "word":
            form, clitic, kind, spoken = remembered(form) or lexicon.word(form)
            for language in spoken:
                languages[language] = languages.get(language, 0) + 1
            if kind == TWICE:  # "pelan2": two words over one stretch
                tokens.append(token)
                forms.append(form)
                clitics.append("")
                kinds.append("word")
                kind = "word"
        elif kind == "mark" or kind == "face":
            if form in _GLUE or (form == "." and last.end == token.start and last.text in _ABBREVIATED):
                continue  # the point of "dr. Ratna" ends no clause
        else:
            form = UNREADABLE
        tokens.append(token)
        forms.append(form)
        clitics.append(clitic)
        kinds.append(kind)
        last = token
    hits, alarms, topics = scan_all(forms, lexicon)
    roles = frozenset().union(*{hit.roles for hit in hits})
    return Reading(folded, tokens, forms, clitics, kinds, hits, alarms, topics, languages, roles)


_ABBREVIATED = frozenset({"dr", "drg", "bd", "ns", "apt", "bp", "bpk", "ny", "tn", "sdr", "jl", "no"})


_NO_TOKEN = Token("", "", 0, 0)
_UNKNOWN: frozenset[str] = frozenset()


_new = tuple.__new__  # what a NamedTuple does in two steps; there are three hits for each word that is read


def scan_all(forms: Sequence[str], lexicon: Lexicon) -> tuple[list[Hit], list[Hit], list[Hit]]:
    """`scan` of the judged lists (with the words between), of the alarms and of the topics, in one walk."""
    hits: list[Hit] = []
    alarms: list[Hit] = []
    topics: list[Hit] = []
    end = alarm_end = topic_end = 0
    find = lexicon.first_words.get
    for index, form in enumerate(forms):
        found = find(form)
        if found is None:
            if index >= end:
                hits.append(_new(Hit, (_UNKNOWN, index, index + 1)))
            continue
        judged, alarming, topical = found
        if index >= end:
            hit = _longest(forms, index, judged) if judged else None
            hits.append(hit or _new(Hit, (_UNKNOWN, index, index + 1)))
            end = hits[-1][2]
        if alarming and index >= alarm_end and (hit := _longest(forms, index, alarming)):
            alarms.append(hit)
            alarm_end = hit[2]
        if topical and index >= topic_end and (hit := _longest(forms, index, topical)):
            topics.append(hit)
            topic_end = hit[2]
    return hits, alarms, topics


def _longest(forms: Sequence[str], index: int, begun: Begun) -> Hit | None:
    """The longest of the terms that begin with this word and stand here."""
    alone, longer = begun
    if longer and index + 1 < len(forms):
        for words, roles in longer.get(forms[index + 1], ()):
            length = len(words)
            if length == 2 or tuple(forms[index : index + length]) == words:
                return _new(Hit, (roles, index, index + length))
    return _new(Hit, (alone, index, index + 1)) if alone else None


def scan(forms: Sequence[str], trie: Trie) -> list[Hit]:
    """The longest terms from left to right, none overlapping."""
    hits: list[Hit] = []
    end = 0
    for index, form in enumerate(forms):
        if index >= end and (terms := trie.get(form)) and (hit := _longest(forms, index, begun(terms))):
            hits.append(hit)
            end = hit.last
    return hits
