"""Reading a procedure's file: every mistake is told with its line, all of them at once; nothing is guessed."""

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from moderation.procedure.lines import Lines
from moderation.procedure.problems import Code, Problem, Refused
from moderation.procedure.shape import (
    APPROVERS,
    KINDS,
    LABELS,
    ROLES,
    Approval,
    Change,
    Document,
    Escalation,
    Output,
    Rules,
    Stage,
    Words,
)
from offices.working_time import Duration, Unit

LONGEST = 100_000
"""Characters of a file; the shipped ones have some 6000."""
MOST = {"minutes": 10_000, "hours": 1000, "working_days": 365, "calendar_days": 365}
"""Of a duration in each unit: whoever writes more has mistyped it."""
STAGES = 50
KEY = 60
"""Letters of a stage's key, which stands in each case's steps."""
TEXT = 300
DURATION = re.compile(r"^\s*(\d{1,5})\s*(minutes?|menit|hours?|jam|days?|hari)\s*$", re.IGNORECASE)
LINE_OF_TOML = re.compile(r"\(at line (\d+), column \d+\)$")
BOTH = '{ id = "Menerima keluhan", en = "Receive complaints" }'
NO_TIME = Duration(0, "minutes")


@lru_cache(maxsize=64)
def read(text: str) -> Rules:
    """The rules that a file says. Raises Refused with every mistake. The same text is read once."""
    if len(text) > LONGEST:
        raise Refused([Problem(1, Code.TOO_LONG, detail=str(LONGEST))])
    try:
        values = tomllib.loads(text.removeprefix("\ufeff"))  # a mark that some editors put before the first letter
    except (ValueError, RecursionError) as error:  # also of numbers and brackets without end, which name no line
        said = str(error)
        found = LINE_OF_TOML.search(said)
        lines = text.splitlines() or [""]
        ends_early = "end of document" in said
        line = int(found[1]) if found else len(lines) if ends_early else lines.index(max(lines, key=len)) + 1
        raise Refused([Problem(line, Code.NOT_TOML, detail=LINE_OF_TOML.sub("", said).strip())]) from None
    return Reading(values, Lines(text)).rules()


class Part:
    """One table of the file: its keys are asked for one by one, and what was never asked for is unknown."""

    def __init__(self, reading: "Reading", values: Any, part: str, number: int, where: str, key: str = "") -> None:
        self.reading, self.part, self.number, self.where, self.inside = reading, part, number, where, key
        self.asked: set[str] = set()
        self.values: Mapping[str, Any] = values if isinstance(values, dict) else {}

    def wrong(self, code: Code, key: str, value: object = "", detail: str = "") -> None:
        line = self.reading.lines.of(self.part, self.number, self.inside or key)
        self.reading.problems.append(Problem(line, code, key, self.where, str(value), detail))

    def get(self, key: str, kind: type, example: str, *, needed: bool = False) -> Any:
        """The value of that kind; None where it is not there, or not so."""
        self.asked.add(key)
        value = self.values.get(key)
        if value is None:
            if needed:
                self.wrong(Code.MISSING, key, detail=f"{key} = {example}")
            return None
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            self.wrong(Code.WRONG_TYPE, key, detail=f"{key} = {example}")
            return None
        return value

    def text(self, key: str, example: str, *, needed: bool = False, most: int = TEXT) -> str:
        value = self.get(key, str, f'"{example}"', needed=needed)
        if value is not None and len(value.strip()) > most:
            self.wrong(Code.LONG, key, detail=str(most))
        if value is not None and needed and not value.strip():
            self.wrong(Code.EMPTY, key, detail=f'{key} = "{example}"')
        return (value or "").strip()

    def words(self, key: str) -> Words:
        """{ id = …, en = … }; a plain text stands for both."""
        self.asked.add(key)
        value = self.values.get(key)
        if isinstance(value, str) and value.strip():
            return Words(value.strip(), value.strip())
        both = self.get(key, dict, BOTH, needed=True)
        if both is None:
            return Words("", "")
        inner = Part(self.reading, both, self.part, self.number, f"{self.where} {key}", key)
        indonesian, english = inner.text("id", "Menerima keluhan", needed=True), inner.text("en", "Receive complaints")
        inner.end()
        return Words(indonesian, english or indonesian)

    def one_of(self, key: str, choices: tuple[str, ...], *, needed: bool = True) -> str:
        value = self.text(key, choices[0], needed=needed)
        if value and value not in choices:
            self.wrong(Code.NOT_ONE_OF, key, value, ", ".join(choices))
        return value if value in choices else ""

    def some_of(self, key: str, choices: tuple[str, ...], *, needed: bool = False) -> tuple[str, ...]:
        example = f'["{choices[0]}"]'
        value = self.get(key, list, example, needed=needed)
        if value is None:
            return ()
        if needed and not value:
            self.wrong(Code.EMPTY, key, detail=f"{key} = {example}")
        for one in value:
            if one not in choices:
                self.wrong(Code.NOT_ONE_OF, key, one, ", ".join(choices))
        return tuple(dict.fromkeys(one for one in value if one in choices))

    def texts(self, key: str, example: str) -> tuple[str, ...]:
        value = self.get(key, list, f'["{example}"]') or []
        if any(not isinstance(one, str) for one in value):
            self.wrong(Code.WRONG_TYPE, key, detail=f'{key} = ["{example}"]')
        return tuple(one for one in value if isinstance(one, str))

    def parts(self, key: str, example: str) -> list["Part"]:
        """A list of small tables in one key."""
        value = self.get(key, list, example) or []
        if any(not isinstance(one, dict) for one in value):
            self.wrong(Code.WRONG_TYPE, key, detail=f"{key} = {example}")
        tables = [one for one in value if isinstance(one, dict)]
        return [Part(self.reading, one, self.part, self.number, f"{self.where} {key}", key) for one in tables]

    def day(self, key: str) -> date | None:
        """A date without a time (`datetime` is a `date` to Python, not here)."""
        value = self.get(key, date, "2026-01-31")
        if value is not None and type(value) is not date:
            self.wrong(Code.WRONG_TYPE, key, detail=f"{key} = 2026-01-31")
        return value if type(value) is date else None

    def duration(self, key: str, *, zero: bool = False) -> Duration | None:
        value = self.text(key, "1 day")
        if not value:
            return None
        found = DURATION.match(value)
        unit: Unit = self.reading.units[found[2].lower()[0]] if found else "minutes"
        if found is None or int(found[1]) > MOST[unit]:
            self.wrong(Code.NO_DURATION, key, value)
            return None
        if not int(found[1]) and not zero:
            self.wrong(Code.NO_TIME, key)
            return None
        return Duration(int(found[1]), unit)

    def end(self) -> None:
        for key in self.values:
            if key not in self.asked:
                self.wrong(Code.UNKNOWN_KEY, key, detail=", ".join(sorted(self.asked)))


class Reading:
    """One file on its way to Rules."""

    def __init__(self, values: dict[str, Any], lines: Lines) -> None:
        self.values, self.lines = values, lines
        self.problems: list[Problem] = []
        self.units: dict[str, Any] = {"m": "minutes", "h": "hours", "j": "hours", "d": "working_days"}

    def rules(self) -> Rules:
        top = Part(self, self.values, "", 0, "file")
        calendar = top.one_of("day", ("working", "calendar"), needed=False) == "calendar"
        self.units |= {"d": "calendar_days" if calendar else "working_days"}
        found = Rules(
            kind=top.one_of("kind", KINDS),
            document=self.document(top.get("document", dict, "[document]", needed=True)),
            stages=self.stages(top.get("stage", list, "[[stage]]") or []),
            extended_by=top.some_of("extended_by", ROLES),
            approval=self.approval(Part(self, top.get("approval", dict, "[approval]"), "approval", 0, "approval")),
            calendar_days=calendar,
        )
        top.end()
        self.check_whole(found)
        if self.problems:
            raise Refused(self.problems)
        return found

    def document(self, values: dict[str, Any] | None) -> Document:
        if values is None:  # said already that it is missing
            return Document(Words("", ""), "", "", None, None, "")
        part = Part(self, values, "document", 0, "document")
        changes = part.parts("changes", '[{ revision = "1", date = 2026-01-31, what = "Batas waktu baru" }]')
        found = Document(
            title=part.words("title"),
            number=part.text("number", "800/12/2026", needed=True),
            revision=part.text("revision", "0"),
            issued=part.day("date"),
            effective=part.day("effective"),
            signer=part.text("signer", "Kepala Puskesmas"),
            legal_bases=part.texts("legal_bases", "Undang-Undang Nomor 14 Tahun 2008"),
            changes=tuple(one for one in map(self.change, changes) if one),
        )
        part.end()
        return found

    def change(self, part: Part) -> Change | None:
        day = part.day("date")
        what, revision = part.text("what", "Batas waktu baru", needed=True), part.text("revision", "1")
        if day is None and "date" not in part.values:
            part.wrong(Code.MISSING, "date", detail="date = 2026-01-31")
        part.end()
        return Change(revision, day, what) if day else None

    def approval(self, part: Part) -> Approval:
        found = Approval(part.some_of("roles", APPROVERS), bool(part.get("own", bool, "false")))
        part.end()
        return found

    def stages(self, tables: list[Any]) -> tuple[Stage, ...]:
        if not tables:
            self.problems.append(Problem(1, Code.NO_STAGES))
        if len(tables) > STAGES:
            self.problems.append(Problem(self.lines.of("stage", STAGES), Code.TOO_MANY, detail=str(STAGES)))
        keys: set[str] = set()
        found = []
        for number, table in enumerate(tables):
            part = Part(self, table, "stage", number, f"stage {number + 1}")
            stage = self.stage(part)
            if stage.key and stage.key in keys:
                part.wrong(Code.TWICE, "key", stage.key)
            keys.add(stage.key)
            found.append(stage)
        return tuple(found)

    def stage(self, part: Part) -> Stage:
        escalations = part.parts("escalate", '[{ after = "0 minutes", role = "kepala_seksi" }]')
        found = Stage(
            key=part.text("key", "terima", needed=True, most=KEY),
            name=part.words("name"),
            role=part.one_of("role", ROLES),
            ends_with=tuple(Output(one) for one in part.some_of("ends_with", tuple(Output), needed=True)),
            limit=part.duration("limit"),
            proposed=bool(part.get("proposed", bool, "true")),
            only=part.some_of("only", LABELS, needed="only" in part.values) or LABELS,
            tell=part.some_of("tell", ROLES),
            at_once=bool(part.get("at_once", bool, "true")),
            remind_after=part.duration("remind_after"),
            escalate=tuple(one for one in map(self.escalation, escalations) if one),
            source=part.text("source", "SOP-2 step 4"),
        )
        part.end()
        self.check_clock(part, found)
        return found

    def escalation(self, part: Part) -> Escalation | None:
        role, after = part.one_of("role", ROLES), part.duration("after", zero=True)
        part.end()
        return Escalation(role, after or NO_TIME) if role else None

    def check_clock(self, part: Part, stage: Stage) -> None:
        for key, given in (("remind_after", stage.remind_after), ("escalate", stage.escalate)):
            if given and stage.limit is None and "limit" not in part.values:
                part.wrong(Code.NO_LIMIT, key)
        if stage.remind_after and stage.limit and _longest(stage.remind_after) >= _longest(stage.limit):
            part.wrong(Code.NOT_BEFORE_LIMIT, "remind_after")
        waits = [_longest(one.after) for one in stage.escalate]
        if waits != sorted(waits):
            part.wrong(Code.WRONG_ORDER, "escalate")

    def check_whole(self, found: Rules) -> None:
        if not found.stages:
            return
        if not any(Output.ANSWERED in stage.ends_with for stage in found.stages):
            self.problems.append(Problem(self.lines.of("stage"), Code.NEVER_ANSWERED))
        for label in LABELS:
            if not found.of(label):
                self.problems.append(Problem(self.lines.of("stage", 0, "only"), Code.NO_STAGE_FOR, value=label))


def _longest(duration: Duration) -> int:
    """Minutes for comparing limits of different units: a working day may be as short as an hour, but is told apart."""
    return duration.amount * {"minutes": 1, "hours": 60, "working_days": 480, "calendar_days": 1440}[duration.unit]
