"""A register's rows: one a case, everything that a line of it says, read `CHUNK` cases at a time.

Nothing is asked per row: a chunk costs a fixed number of queries, and memory holds one chunk.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, OuterRef, Subquery
from django.utils.translation import get_language, gettext, pgettext_lazy

from moderation.handling.models import Handling
from moderation.judging.models import Topic
from moderation.judging.topics import NAMES
from moderation.models import Answer, Case, CaseQuerySet, Message
from moderation.records.chain import SHORT
from moderation.records.models import ChainLink
from moderation.satisfaction.models import Satisfaction
from moderation.steps.models import Procedure, Step

CHUNK = 500
TEXT_MAX = 400
"""Letters of a message or an answer in a line; the whole stands in the case's folder."""


SOLVED = {None: "", True: pgettext_lazy("satisfaction", "solved"), False: pgettext_lazy("satisfaction", "not solved")}
"""What the citizen said last, when asked."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage that the case walked."""

    key: str
    name: str
    ended_at: datetime | None
    late_minutes: int


@dataclass(frozen=True, slots=True)
class Row:
    """One line. Empty texts and None: not, or not yet."""

    number: int
    """The line's own, from 1."""
    case_id: int
    case_number: str
    office: str
    opened_at: datetime
    written_at: datetime | None
    channel: str
    author: str
    text: str
    messages: int
    label: str
    topic: str
    unit: str
    officer: str
    state: str
    stages: tuple[Stage, ...]
    answer: str
    answered_at: datetime | None
    answered_by: str
    handled: str
    handled_at: datetime | None
    satisfaction: str
    late_minutes: int
    head: str


def rows_of(cases: CaseQuerySet, *, whole: bool, first: int = 1) -> Iterator[Row]:
    """The lines of these cases, in their order. `whole`: personal data uncovered.

    Their ids are read to the end first (eight bytes each): between the lines the progress is noted, and SQLite takes no
    write from a connection whose read is still open while others write."""
    ids = array("q", cases.order_by("opened_at", "id").values_list("id", flat=True).iterator())
    for start in range(0, len(ids), CHUNK):
        yield from chunk_of(ids[start : start + CHUNK].tolist(), whole=whole, first=first + start)


def chunk_of(ids: list[int], *, whole: bool, first: int) -> list[Row]:
    head = ChainLink.objects.filter(case=OuterRef("pk")).order_by("-position")
    cases = Case.objects.filter(id__in=ids).annotate(
        first_id=Min("incoming_messages__id"),
        message_count=Count("incoming_messages"),
        head_sum=Subquery(head.values("sum")[:1]),
        head_position=Subquery(head.values("position")[:1]),
    )
    related = cases.select_related("office", "account", "officer__unit").defer("account__secrets", "account__session")
    found = {case.pk: case for case in related}
    around = Around(list(found.values()))
    there = [found[pk] for pk in ids if pk in found]
    return [row_of(case, number, around, whole) for number, case in enumerate(there, first)]


class Around:
    """What belongs to a chunk of cases, each kind by one query."""

    def __init__(self, cases: list[Case]) -> None:
        firsts = Message.objects.filter(id__in=[case.first_id for case in cases])  # type: ignore[attr-defined]
        self.message = {one.case_id: one for one in firsts}
        said = Answer.objects.filter(case__in=cases, followed_up=True).exclude(kind=Answer.Kind.THANKS)
        self.answer = first_of_each(said.select_related("author", "outgoing").order_by("id"))
        self.stages = stages_of(cases)
        self.handling = {one.case_id: one for one in Handling.objects.filter(case__in=cases).order_by("id")}
        asked = Satisfaction.objects.filter(case__in=cases, solved__isnull=False).order_by("said_at")
        self.solved = {one.case_id: one.solved for one in asked}
        topics = Topic.objects.filter(office__in={case.office_id for case in cases})
        self.topic = {(one.office_id, one.slug): one.name for one in topics}


def stages_of(cases: list[Case]) -> dict[int, list[Stage]]:
    """As plain values: a chunk has thousands of them, and a version's text stands in the procedure's row."""
    steps = Step.objects.filter(case__in=cases).order_by("case", "round", "place")
    rows = list(steps.values_list("case", "procedure", "place", "key", "ended_at", "late_minutes"))
    procedures = Procedure.objects.in_bulk({procedure for _, procedure, *_ in rows})
    stages = {pk: procedure.rules.stages for pk, procedure in procedures.items()}
    language = get_language() or "id"
    found: dict[int, list[Stage]] = defaultdict(list)
    for case, procedure, place, key, ended_at, late in rows:
        name = stages[procedure][place].name.in_language(language)
        found[case].append(Stage(key, name, ended_at, late or 0))
    return found


def first_of_each(answers: Iterable[Answer]) -> dict[int, Answer]:
    found: dict[int, Answer] = {}
    for one in answers:
        if one.case_id is not None:
            found.setdefault(one.case_id, one)
    return found


def row_of(case: Case, number: int, around: Around, whole: bool) -> Row:
    message, answer = around.message.get(case.pk), around.answer.get(case.pk)
    stages = tuple(around.stages.get(case.pk, ()))
    handling = around.handling.get(case.pk)
    position, head = case.head_position, case.head_sum  # type: ignore[attr-defined]
    return Row(
        number=number,
        case_id=case.pk,
        case_number=case.number,
        office=case.office.name,
        opened_at=case.opened_at,
        written_at=message.written_at if message else None,
        channel=case.account.get_platform_display() if case.account else (message.channel if message else ""),
        author=author_of(message, whole) if message else "",
        text=text_of(message, whole) if message else "",
        messages=case.message_count,  # type: ignore[attr-defined]
        label=str(Message.Label(case.label).label),
        topic=around.topic.get((case.office_id, case.topic)) or NAMES.get(case.topic, case.topic),
        unit=(handling.unit if handling else "") or (str(case.officer.unit or "") if case.officer else ""),
        officer=str(case.officer or ""),
        state=str(Case.State(case.state).label),
        stages=stages,
        answer=answer.text[:TEXT_MAX] if answer else "",
        answered_at=out_at(answer) if answer else None,
        answered_by=str(answer.author or "") if answer else "",
        handled=f"{handling.get_outcome_display()}: {handling.what}"[:TEXT_MAX] if handling else "",
        handled_at=handling.noted_at if handling else None,
        satisfaction=str(SOLVED[around.solved.get(case.pk)]),
        late_minutes=sum(one.late_minutes for one in stages),
        head=f"{position}-{head[:SHORT]}" if head else "",
    )


def out_at(answer: Answer) -> datetime | None:
    return answer.by_hand_at or (answer.outgoing.sent_at if answer.outgoing else None)


def text_of(message: Message, whole: bool) -> str:
    if message.erased_at:
        return gettext("[erased on request]")
    return (message.text if whole else message.masked_text)[:TEXT_MAX]


def author_of(message: Message, whole: bool) -> str:
    """A name, or its first letters: "S••• A•••"."""
    if message.erased_at:
        return gettext("[erased on request]")
    return message.author if whole else " ".join(f"{part[0]}•••" for part in message.author.split())
