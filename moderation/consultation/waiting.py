"""No answer yet: a reminder, then the next in line; and what an officer taps instead of answering."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from connectors import outgoing
from connectors.base import Kind
from connectors.models import Outgoing
from moderation import steps
from moderation.consultation import asking, line, patience, reaching
from moderation.consultation.asking import copy_of, last_heard, officers_for
from moderation.consultation.models import Consultation, Nudge
from moderation.consultation.taps import BUTTONS
from moderation.models import Case, Evidence
from offices.models import Event, Officer

REMINDER = "Pengingat, mohon arahannya. "
WHOM = "Kepada siapa pertanyaan kasus {number} diteruskan? Bila tidak ada di daftar, balas pesan ini dengan namanya."
CHOICES_MAX = 10
PASS_ON = "teruskan"  # noqa: S105  what the key of a chosen line begins with


def look(at: datetime) -> None:
    """The tick: who has said nothing for too long. Index: consultation_to_look_at."""
    rows = Consultation.objects.to_look_at(at).select_related("case__office__parent", "message", "officer", "asked_by")
    for one in rows.select_related("outgoing__account", "picture")[:50]:
        look_at(one, at)


@transaction.atomic
def look_at(one: Consultation, at: datetime) -> None:
    """Once each: the first look reminds, the second asks the next in line."""
    mine = Consultation.objects.filter(id=one.id, looked=one.looked, next_look_at=one.next_look_at)
    if patience.over(one):
        mine.update(next_look_at=None)
        return
    again = max(patience.limit_at(one.case, one.sent_at or at), patience.reminder_at(one.case, at))
    if not mine.update(looked=F("looked") + 1, next_look_at=again if one.looked == 0 else None):
        return
    if one.looked == 0:
        remind(one, at)
    else:
        ask_next(one, at)


def remind(one: Consultation, at: datetime) -> None:
    Event.write(one.office_id, "consultation.reminded", one.case, at=at, consultation=one.id)
    if one.way == Consultation.Way.EMAIL:
        Consultation.objects.filter(id=one.id).update(mail_due_at=at, mail_tries=0)
    elif one.outgoing is not None and one.picture is not None and one.picture.state == Evidence.State.TAKEN:
        medium = {"path": copy_of(one.picture), "mime": "image/png", "alt_text": ""}
        say(one, Nudge.Kind.REMINDER, at, text=REMINDER + one.question, media=[medium], buttons=list(BUTTONS))
    else:
        tell(one, "consultation_silent")


def ask_next(one: Consultation, at: datetime) -> None:
    """Nobody is left: whoever asked has to find another way."""
    officer = line.next_in_line(one)
    new = reaching.hand_on(one, officer, at) if officer else None
    if new is None:
        tell(one, "consultation_silent")
        return
    Event.write(one.office_id, "consultation.next", one.case, at=at, consultation=one.id, officer=new.officer_id)
    tell(one, "consultation_next", to=str(officer))


def say(one: Consultation, kind: str, at: datetime, **payload: object) -> None:
    """One more message by WhatsApp, from the number that asked."""
    assert one.outgoing is not None
    heard_at = last_heard(one)
    whole = {"thread": one.number, "heard_at": heard_at.isoformat() if heard_at else "", **payload}
    row = outgoing.queue(one.outgoing.account, Kind.DM, whole, at, state=Outgoing.State.QUEUED)
    Nudge.objects.create(consultation=one, outgoing=row, kind=kind)


def tell(one: Consultation, kind: str, to: str = "") -> None:
    """Each only once a question."""
    asking.tell(one, kind, kind, officer_name=str(one.officer or ""), to=to)


# --- instead of an answer


@transaction.atomic
def need_time(one: Consultation, at: datetime) -> bool:
    """ "I need time": nobody is reminded until the limit has passed once more. Once a question."""
    waiting = Consultation.objects.expected().filter(id=one.id, needs_time_at=None, answered_at=None)
    if not waiting.update(needs_time_at=at, looked=0, next_look_at=patience.limit_at(one.case, at)):
        return False
    Event.write(one.office_id, "consultation.needs_time", one.case, actor=one.officer, at=at, consultation=one.id)
    tell(one, "consultation_needs_time")
    return True


def candidates(one: Consultation) -> list[Officer]:
    """To whom it may be passed on: those who can be reached, programme owners and heads first."""
    rows = [officer for officer in officers_for(one.case) if officer.id != one.officer_id]
    rank = {role: place for place, role in enumerate(line.ASKED)}
    rows.sort(key=lambda officer: rank.get(Officer.Role(officer.role), len(rank)))
    return [officer for officer in rows if reaching.can_reach(one.case, officer)]


def ask_whom(one: Consultation, at: datetime) -> None:
    """ "Pass on to …": a list to choose from comes back by WhatsApp; without anybody in it the moderator chooses."""
    if one.case.state != Case.State.OPEN:
        return
    rows = candidates(one)[:CHOICES_MAX]
    if not rows or one.passed_at is not None:
        tell(one, "consultation_pass")
        return
    choices = [[f"{PASS_ON}:{one.id}:{row.id}", str(row)[:24], row.get_role_display()[:72]] for row in rows]
    say(one, Nudge.Kind.WHOM, at, text=WHOM.format(number=one.case.number), choices=choices)


def chosen_officer(one: Consultation, key: str) -> Officer | None:
    """Whom a chosen line names, where it is a line of this very question."""
    word, _, rest = key.partition(":")
    question, _, officer = rest.partition(":")
    if word != PASS_ON or question != str(one.id):
        return None
    return next((row for row in candidates(one) if str(row.id) == officer), None)


@transaction.atomic
def pass_on(one: Consultation, officer: Officer, at: datetime) -> bool:
    """The question goes to that officer (SOP-2 step 4: another section head), and nothing more is expected here."""
    waiting = Consultation.objects.expected().filter(id=one.id)
    if not waiting.update(passed_at=at, next_look_at=None):
        return False
    Event.write(one.office_id, "consultation.passed_on", one.case, actor=one.officer, at=at, officer=officer.pk)
    steps.reached(one.case, steps.Output.PASSED_ON, at, one.officer, consultation=one.id)
    reached = reaching.hand_on(one, officer, at)
    tell(one, "consultation_passed" if reached else "consultation_pass", to=str(officer))
    return True
