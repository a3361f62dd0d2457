"""A register's columns: one table for the page, the Excel file, the CSV and the print."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from moderation.register.rows import Row, Stage

Value = str | int | datetime | None


@dataclass(frozen=True)
class Column:
    """`width`: of an Excel column, in letters."""

    title: Any
    width: int
    value: Callable[[Row], Value]


COLUMNS = [
    Column(_("No."), 6, lambda row: row.number),
    Column(_("Case number"), 12, lambda row: row.case_number),
    Column(_("Office"), 24, lambda row: row.office),
    Column(pgettext_lazy("register", "Opened"), 17, lambda row: row.opened_at),
    Column(pgettext_lazy("register", "Written"), 17, lambda row: row.written_at),
    Column(_("Channel"), 14, lambda row: row.channel),
    Column(_("From whom"), 20, lambda row: row.author),
    Column(_("What was said"), 50, lambda row: row.text),
    Column(_("Messages"), 8, lambda row: row.messages),
    Column(_("Kind"), 12, lambda row: row.label),
    Column(_("Topic"), 20, lambda row: row.topic),
    Column(_("Unit"), 20, lambda row: row.unit),
    Column(_("Officer"), 20, lambda row: row.officer),
    Column(_("State"), 12, lambda row: row.state),
]
AFTER_STAGES = [
    Column(_("Answer"), 50, lambda row: row.answer),
    Column(pgettext_lazy("register", "Answered"), 17, lambda row: row.answered_at),
    Column(_("Answered by"), 20, lambda row: row.answered_by),
    Column(_("What was done (tindak lanjut)"), 40, lambda row: row.handled),
    Column(pgettext_lazy("register", "Handled"), 17, lambda row: row.handled_at),
    Column(_("Satisfaction"), 14, lambda row: row.satisfaction),
    Column(_("Late (working minutes)"), 12, lambda row: row.late_minutes),
    Column(_("Head of the chain"), 18, lambda row: row.head),
]


def columns(stages: dict[str, str]) -> list[Column]:
    """All of them; `stages` are the stages' keys and names, each a column of its own: when it ended."""
    walked = [Column(name, 17, _ended(key)) for key, name in stages.items()]
    return [*COLUMNS, *walked, *AFTER_STAGES]


def _ended(key: str) -> Callable[[Row], Value]:
    """The last time that this stage ended (a case that was opened again walks it once more)."""
    return lambda row: next((one.ended_at for one in reversed(row.stages) if one.key == key), None)


def late_in_words(minutes: int) -> str:
    """ "2 h 10 min" of working time; empty: in time."""
    hours, rest = divmod(minutes, 60)
    if not minutes:
        return ""
    return gettext("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest} if hours else f"{rest} min"


def short_time(value: datetime | None) -> str:
    """As in a narrow column: "21/11/26 08.00", in the current zone."""
    return timezone.localtime(value).strftime("%d/%m/%y %H.%M") if value else ""


def stage_in_words(stage: Stage) -> str:
    late = f" (+{late_in_words(stage.late_minutes)})" if stage.late_minutes else ""
    return f"{stage.name}: {short_time(stage.ended_at) or gettext('goes on')}{late}"
