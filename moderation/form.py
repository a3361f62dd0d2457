"""The public question form: for an office without a website of its own, or beside it ("website" in SOP-2).

What a citizen writes becomes a Message like any other, judged and escalated by `triage.py`. They get a ticket number;
with it, and nothing else, what became of it and the answer can be read. No address of theirs is stored: the limit on
how much one line may do counts keyed digests, which go after some minutes (`FormUse`).
"""

import ipaddress
import uuid
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.crypto import salted_hmac

from connectors.base import MessageKind
from connectors.models import Outgoing
from moderation.models import Answer, FormUse, Message
from offices.models import Event, Office

CHANNEL = "Situs web"
LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""None that is taken for another: no 0 and O, no 1, I and L, no U beside V."""
TICKET_LENGTH = 12
"""30^12: nobody finds one by trying."""
WINDOW = timedelta(minutes=10)
QUESTIONS_MAX = 6
"""So many questions from one address within WINDOW: a family behind one phone, not a flood."""
LOOKUPS_MAX = 30


@dataclass(frozen=True, slots=True)
class Question:
    """What a citizen filled in. `key` is the form's own: the same form sent twice is one question."""

    text: str
    key: uuid.UUID
    name: str = ""
    contact: str = ""
    language: str = "id"


def ticket_of(key: uuid.UUID) -> str:
    """The number that belongs to a form; from a digest that only this desk can make."""
    digest = int(salted_hmac("moderation.form.ticket", key.hex, algorithm="sha256").hexdigest(), 16)
    letters = []
    for _ in range(TICKET_LENGTH):
        digest, at = divmod(digest, len(LETTERS))
        letters.append(LETTERS[at])
    return "".join(letters)


def typed(number: str) -> str:
    """A ticket number as a person types it: in groups, in small letters."""
    return "".join(letter for letter in number.upper() if letter.isalnum())


def grouped(ticket: str) -> str:
    """ "ABCD-EFGH-JKMN": easier to copy by hand."""
    return "-".join(ticket[start : start + 4] for start in range(0, len(ticket), 4))


def ask(office: Office, question: Question, at: datetime) -> str:
    """Store a question to be judged; its ticket. The same form again is the same question, sent at the same moment,
    too (`form_once`)."""
    ticket = ticket_of(question.key)
    if find(office, ticket) is None:
        with suppress(IntegrityError):
            store(office, question, ticket, at)
    return ticket


@transaction.atomic
def store(office: Office, question: Question, ticket: str, at: datetime) -> None:
    message = Message.objects.create(
        office=office,
        kind=MessageKind.FORM,
        channel=CHANNEL,
        remote_id=ticket,
        thread=ticket,
        author_name=question.name,
        text=question.text,
        written_at=at,
        stored_at=at,
        raw={"contact": question.contact, "language": question.language},
    )
    Event.write(office.id, "message.asked", message, at=at)


def find(office: Office, ticket: str) -> Message | None:
    """The question of a ticket number. Index: message_by_id."""
    if len(ticket) != TICKET_LENGTH:
        return None
    return Message.objects.filter(account=None, kind=MessageKind.FORM, remote_id=ticket, office=office).first()


def answers_to(message: Message) -> list[Answer]:
    """What the office said. There is no platform in between: an answer that was written is out."""
    said = message.answers.exclude(kind=Answer.Kind.THANKS)
    return [one for one in said.select_related("outgoing") if one.outgoing is None or is_out(one.outgoing)]


def is_out(row: Outgoing) -> bool:
    return row.state == Outgoing.State.SENT


@transaction.atomic
def too_many(what: str, address: str, limit: int, at: datetime) -> bool:
    """Count one more of `what` from an address; whether that is over the limit. What is over is swept out."""
    digest = salted_hmac(f"moderation.form.{what}", network_of(address), algorithm="sha256").hexdigest()
    FormUse.objects.filter(until__lte=at).delete()
    FormUse.objects.get_or_create(digest=digest, defaults={"until": at + WINDOW})
    line = FormUse.objects.filter(digest=digest)
    line.update(count=F("count") + 1)
    return line.values_list("count", flat=True).get() > limit


def network_of(address: str) -> str:
    """One line's address; of IPv6 the half that stays the same for a household. IPv4 in IPv6's clothes is IPv4: its
    half is the same for the whole world."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if parsed.version == 4:
        return str(parsed)
    return str(parsed.ipv4_mapped or ipaddress.ip_network(f"{parsed}/64", strict=False))
