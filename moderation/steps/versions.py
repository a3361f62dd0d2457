"""Which procedure an office has, and putting a new version in force."""

from datetime import datetime
from functools import cache
from pathlib import Path

from django.db import transaction

from moderation.procedure import read
from moderation.steps.models import Procedure
from offices.models import Event, Office, Officer

FOLDER = Path(__file__).parent.parent / "procedures"
BY_KIND = {Office.Kind.CENTRE: "sop1", Office.Kind.CITY: "sop2"}


@cache
def shipped_text(name: str) -> str:
    return (FOLDER / f"{name}.toml").read_text("utf-8")


def shipped(name: str) -> Procedure:
    """The row of a shipped file, made when it is first wanted; a later release's file is another row."""
    text = shipped_text(name)
    defaults = {"text": text}
    return Procedure.objects.get_or_create(office=None, sha256=Procedure.digest(text), defaults=defaults)[0]


def in_force(office: Office) -> Procedure:
    """The office's newest version, else the shipped one of its kind."""
    return Procedure.objects.of(office).first() or shipped(BY_KIND[Office.Kind(office.kind)])


@transaction.atomic
def put_in_force(office: Office, text: str, at: datetime, actor: Officer) -> Procedure | None:
    """For cases from now on. None where these very words are in force already. Raises Refused."""
    rules, digest = read(text), Procedure.digest(text)
    if in_force(office).sha256 == digest:
        return None
    row = Procedure.objects.create(office=office, text=text, sha256=digest, by=actor, at=at)
    about = {"number": rules.document.number, "revision": rules.document.revision}
    Event.write(office.id, "procedure.in_force", row, actor=actor, at=at, **about)
    return row


def all_shipped() -> list[Procedure]:
    """One of each kind of office, to be copied."""
    return [shipped(name) for name in BY_KIND.values()]
