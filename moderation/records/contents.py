"""What a link's digest is taken over: a row's own facts in canonical JSON, as they stand in the database.

A picture enters by the SHA-256 of its file's bytes, a message with the platform's raw JSON and the version that it had.
What moves later (states, labels, who takes care) is left out: it is in the history.
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import models

from moderation.handling.models import Handling
from moderation.models import Answer, Case, Evidence, Message
from moderation.records.models import Erasure
from offices.models import Event

Facts = dict[str, Any]


def canonical(value: object) -> bytes:
    """Sorted keys, no blanks, UTF-8; times in UTC."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain)
    return text.encode("utf-8", "surrogatepass")


def _plain(value: object) -> str:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)


def digest(value: object) -> str:
    return hashlib.sha256(canonical(value)).hexdigest()


def of_case(row: Case, version: int) -> Facts:
    return {"number": row.number, "office": row.office_id, "opened_at": row.opened_at}


def of_message(row: Message, version: int) -> Facts:
    """`version` 0 is what came in first; each earlier one is kept in its MessageChange."""
    text, raw = row.text, row.raw
    for change in row.changes.all():
        if change.number == version:
            text, raw = change.was_text, change.was_raw
    return {
        "channel": row.channel,
        "kind": row.kind,
        "remote_id": row.remote_id,
        "author": [row.author_id, row.author_handle, row.author_name],
        "permalink": row.permalink,
        "post_text": row.post_text,
        "written_at": row.written_at,
        "stored_at": row.stored_at,
        "entered_by": row.entered_by_id,
        "text": text,
        "raw": raw,
    }


def of_evidence(row: Evidence, version: int) -> Facts:
    return {
        "message": row.message_id,
        "kind": row.kind,
        "sha256": row.sha256,
        "size": row.size,
        "address": row.address,
        "captured_at": row.captured_at,
    }


def of_answer(row: Answer, version: int) -> Facts:
    return {
        "message": row.message_id,
        "kind": row.kind,
        "text": row.text,
        "author": row.author_id,
        "created_at": row.created_at,
    }


def of_event(row: Event, version: int) -> Facts:
    return {"verb": row.verb, "subject": row.subject, "at": row.at, "actor": row.actor_id, "data": row.data}


def of_handling(row: Handling, version: int) -> Facts:
    return {
        "outcome": row.outcome,
        "what": row.what,
        "unit": row.unit,
        "where": row.where,
        "done_on": row.done_on,
        "final": row.final,
        "by": row.by_id,
        "noted_at": row.noted_at,
    }


def of_erasure(row: Erasure, version: int) -> Facts:
    return {"asked_by": row.asked_by, "reason": row.reason, "by": row.by_id, "at": row.at, "covers": row.covers}


@dataclass(frozen=True)
class Content:
    """How rows of one table are loaded, and what of one counts."""

    rows: Callable[[], models.QuerySet[Any]]
    facts: Callable[[Any, int], Facts]


CONTENTS: dict[str, Content] = {
    "case": Content(Case.objects.all, of_case),
    "message": Content(lambda: Message.objects.prefetch_related("changes"), of_message),
    "evidence": Content(lambda: Evidence.objects.select_related("message"), of_evidence),
    "answer": Content(Answer.objects.all, of_answer),
    "event": Content(Event.objects.all, of_event),
    "handling": Content(Handling.objects.all, of_handling),
    "erasure": Content(Erasure.objects.all, of_erasure),
}
"""By what `about` begins with."""


def load(names: Iterable[str]) -> dict[str, models.Model]:
    """The rows of these names ("message:12"), a query a table; one that is gone is left out."""
    by_table: dict[str, list[int]] = {}
    for name in names:
        table, _, pk = name.partition(":")
        by_table.setdefault(table, []).append(int(pk))
    found: dict[str, models.Model] = {}
    for table, ids in by_table.items():
        if table in CONTENTS:
            found |= {f"{table}:{row.pk}": row for row in CONTENTS[table].rows().filter(pk__in=ids)}
    return found


def facts_of(name: str, row: models.Model, version: int) -> Facts:
    return CONTENTS[name.partition(":")[0]].facts(row, version)
