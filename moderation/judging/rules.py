"""The rules of the judgement in plain words, for people who read why a message was judged so."""

from django.utils.translation import gettext_lazy as _

_EXACT = {
    "gate.open": _("every word is known as safe, and one praises"),
    "gate.unknown": _("a word that the vocabulary does not know"),
    "gate.no_praise": _("nothing praises by itself"),
    "gate.states": _("a part states something without praising"),
    "gate.name": _("the word may be a name"),
    "gate.time": _("a time, and nothing good is named"),
    "gate.elsewhere": _("another place may be meant"),
    "gate.whom": _("kind to whom is not clear"),
    "gate.long": _("very long"),
    "gate.disguised": _("letters in disguise"),
    "gate.thanks_for_answer": _("thanks for an answer, perhaps to somebody else"),
    "turn.negation": _("negation"),
    "turn.contrast": _("contrast"),
    "turn.duration": _("duration"),
    "turn.number": _("number"),
    "turn.time": _("time"),
    "turn.scoff": _("scoffing"),
    "turn.little": _("less than praise"),
    "emoji.sneer": _("sneering emoji"),
    "emoji.angry": _("angry emoji"),
    "context.open_case": _("an open case of this person"),
    "context.post": _("the post is no occasion for thanks"),
    "context.addressed_to_other": _("written to somebody else"),
    "context.acknowledges_our_answer": _("acknowledges our answer"),
    "urgency.self_harm": _("self-harm"),
    "urgency.violence": _("violence"),
    "urgency.outbreak": _("outbreak, poisoning"),
    "urgency.child": _("a child in danger"),
    "question.reproach": _("reproach"),
    "complaint.suffered": _("something was done to somebody"),
    "label.nothing": _("no word of the vocabulary speaks for anything"),
}
_FAMILIES = {
    "gate.": _("a word out of its place"),
    "cue.mock": _("sounds like praise, is none"),
    "cue.trap": _("sounds like praise, is none"),
    "cue.thanks": _("thanks"),
    "cue.": _("praise"),
    "emoji.praise": _("praise"),
    "emoji.": _("emoji"),
    "safe.": _("known as safe"),
    "name.": _("name"),
    "turn.": _("turns what is said"),
    "complaint.": _("complaint"),
    "suggestion.": _("suggestion"),
    "question.": _("question"),
    "acknowledgement.": _("acknowledgement"),
    "urgency.": _("danger to life"),
    "danger.": _("signs of danger together"),
    "personal.": _("personal data"),
    "illness.": _("an illness that nobody else may learn of"),
    "spam.": _("advert"),
    "clash.": _("words that scoff together"),
    "ranking.": _("likeness with earlier messages"),
    "topic.": _("topic"),
}


def words_for(rule: str) -> str:
    """The rule in plain words; a rule without any keeps its name."""
    if rule in _EXACT:
        return str(_EXACT[rule])
    return next((str(name) for start, name in _FAMILIES.items() if rule.startswith(start)), rule)
