"""What a procedure's file becomes. Frozen: a case keeps the version that it began with."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import takewhile

from offices.working_time import Duration


class Output(StrEnum):
    """What ends a stage. A closed list: the desk must be able to tell that it happened."""

    RECEIVED = "received"
    """The message is in the desk: digital evidence."""
    SCREENSHOT = "screenshot"
    CONSULTED = "consulted"
    """The question is out to an officer."""
    PASSED_ON = "passed_on"
    """Whoever was asked passed it on to somebody whose topic it is."""
    DRAFT = "draft"
    """Words for an answer are there: written, or a reply that was adopted."""
    APPROVED = "approved"
    ANSWERED = "answered"
    """The citizen has the answer."""
    HANDLED = "handled"
    """What was done about it is noted (tindak lanjut)."""


ROLES = (
    "pengelola",
    "pj_program",
    "petugas_jaga",
    "tim_keluhan",
    "kepala_puskesmas",
    "kepala_seksi",
    "kepala_bidang",
    "kepala_dinas",
)
"""The same as `Officer.Role`, which a pure module cannot see; a test holds them together."""
APPROVERS = ("kepala_puskesmas", "kepala_seksi", "kepala_bidang")
"""Of them, who may approve at all (`offices/roles.py`): a draft that waits for another would wait for ever."""
LABELS = ("complaint", "suggestion", "question", "praise", "other")
KINDS = ("centre", "city")


@dataclass(frozen=True)
class Words:
    """The same in Indonesian and English."""

    id: str
    en: str

    def in_language(self, language: str) -> str:
        return self.en if language.startswith("en") else self.id


@dataclass(frozen=True)
class Change:
    """A line of the document's record of changes."""

    revision: str
    day: date
    what: str


@dataclass(frozen=True)
class Document:
    """Document control, as a procedure's first page has it."""

    title: Words
    number: str
    revision: str
    issued: date | None
    effective: date | None
    signer: str
    legal_bases: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Escalation:
    """So long after the limit (zero: at once) this role is told."""

    role: str
    after: Duration


@dataclass(frozen=True)
class Stage:
    """A line of the procedure: who, what, how long, with what output, and what happens when it is late."""

    key: str
    name: Words
    role: str
    ends_with: tuple[Output, ...]
    limit: Duration | None = None
    proposed: bool = False
    """The limit is our proposal: the document itself names none."""
    only: tuple[str, ...] = LABELS
    """Cases of these kinds have this stage, others go past it."""
    tell: tuple[str, ...] = ()
    """Roles that are told when it begins."""
    at_once: bool = False
    """Told urgently, whatever the hour; else with the next group of news."""
    remind_after: Duration | None = None
    """So long after its beginning its role is reminded, where it still runs."""
    escalate: tuple[Escalation, ...] = ()
    source: str = ""
    """The step of the document: "SOP-2 step 4"."""


@dataclass(frozen=True)
class Approval:
    """Who may approve a draft; nobody: an answer goes out without. `own`: also one's own draft."""

    roles: tuple[str, ...] = ()
    own: bool = False


@dataclass(frozen=True)
class Rules:
    """One procedure, read: what a row `Procedure` says."""

    kind: str
    """The kind of office that it is meant for."""
    document: Document
    stages: tuple[Stage, ...]
    extended_by: tuple[str, ...] = ()
    """Roles that may extend a limit."""
    approval: Approval = Approval()
    calendar_days: bool = False
    """ "1 day" is a calendar day, not a working day."""

    def of(self, label: str) -> tuple[tuple[int, Stage], ...]:
        """The stages of a case of this kind, each with its place in the file."""
        return tuple((place, stage) for place, stage in enumerate(self.stages) if label in stage.only)

    def after(self, place: int, label: str) -> tuple[tuple[int, Stage], ...]:
        return tuple(pair for pair in self.of(label) if pair[0] > place)

    def anew(self, label: str) -> int:
        """Where a case that is opened again goes on: after what only took it in, its evidence is kept."""
        stages = self.of(label)
        taken_in = {Output.RECEIVED, Output.SCREENSHOT}
        kept = len(list(takewhile(lambda pair: taken_in >= {*pair[1].ends_with}, stages)))
        return stages[min(kept, len(stages) - 1)][0]
