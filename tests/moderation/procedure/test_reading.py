"""A procedure's file is read, or refused with line, reason and what to do."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.models import Message
from moderation.procedure import Output, Refused, read
from moderation.procedure.problems import WORDS, Code, Problem
from moderation.procedure.shape import APPROVERS, KINDS, LABELS, ROLES
from moderation.steps.versions import shipped_text
from offices.models import Office
from offices.roles import Permission, Role, roles_with
from offices.working_time import Duration

SHORT = """
kind = "centre"

[document]
title = "Uji"
number = "1"

[[stage]]
key = "jawab"
name = { id = "Menjawab", en = "Answer" }
role = "pengelola"
limit = "1 day"
ends_with = ["answered"]
"""


def problems(text: str) -> list[tuple[int, str]]:
    with pytest.raises(Refused) as refused:
        read(text)
    for one in refused.value.problems:
        for language in ("id", "en"):
            assert "{" not in one.words(language).replace("{ id = ", "").replace("[{ ", "")
    return [(one.line, one.code) for one in refused.value.problems]


def test_the_second_sop_has_seven_stages_with_the_times_of_the_document() -> None:
    rules = read(shipped_text("sop2"))
    day, quarter = Duration(1, "working_days"), Duration(15, "minutes")
    assert [stage.limit for stage in rules.stages] == [day, quarter, quarter, day, day, day, day]
    assert [stage.source for stage in rules.stages] == [f"SOP-2 step {n}" for n in range(1, 8)]
    assert not any(stage.proposed for stage in rules.stages)
    calendar = read(shipped_text("sop2").replace('day = "working"', 'day = "calendar"'))
    assert calendar.stages[0].limit == Duration(1, "calendar_days")


def test_the_first_sop_names_no_times_and_ours_are_marked_as_proposals() -> None:
    rules = read(shipped_text("sop1"))
    assert all(stage.proposed for stage in rules.stages if stage.limit)
    assert [stage.key for _, stage in rules.of("question")] == ["terima", "tangkapan_layar", "jawab"]
    assert rules.of("complaint")[-1][1].ends_with == (Output.HANDLED,)


def test_the_pure_lists_are_those_of_the_tables() -> None:
    assert list(ROLES) == Role.values
    assert set(APPROVERS) == set(roles_with(Permission.APPROVE))
    assert set(LABELS) == set(Message.Label.values)
    assert list(KINDS) == Office.Kind.values
    assert set(WORDS) == set(Code)


@pytest.mark.parametrize(
    ("was", "now", "line", "code"),
    [
        ('kind = "centre"', 'kind = "hospital"', 2, Code.NOT_ONE_OF),
        ('kind = "centre"', "", 1, Code.MISSING),
        ('kind = "centre"', "kind = 3", 2, Code.WRONG_TYPE),
        ("[document]", "[dokumen]", 4, Code.UNKNOWN_KEY),
        ('number = "1"', "", 4, Code.MISSING),
        ('number = "1"', 'number = " "', 6, Code.EMPTY),
        ('number = "1"', 'number = "1"\ndate = "kemarin"', 7, Code.WRONG_TYPE),
        ('number = "1"', 'number = "1"\ndate = 2026-01-31T08:00:00', 7, Code.WRONG_TYPE),
        ('number = "1"', 'number = "1"\nchanges = [{ what = "baru" }]', 7, Code.MISSING),
        ('key = "jawab"', 'kunci = "jawab"', 8, Code.MISSING),
        ('key = "jawab"', 'kunci = "jawab"', 9, Code.UNKNOWN_KEY),
        ('en = "Answer"', 'de = "Antwort"', 10, Code.UNKNOWN_KEY),
        ('role = "pengelola"', 'role = "camat"', 11, Code.NOT_ONE_OF),
        ('limit = "1 day"', 'limit = "besok"', 12, Code.NO_DURATION),
        ('limit = "1 day"', 'limit = "99999 days"', 12, Code.NO_DURATION),
        ('limit = "1 day"', 'limit = "0 days"', 12, Code.NO_TIME),
        ('limit = "1 day"', "limit = 1", 12, Code.WRONG_TYPE),
        ('limit = "1 day"', 'remind_after = "1 hour"', 12, Code.NO_LIMIT),
        ('limit = "1 day"', 'limit = "1 hour"\nremind_after = "1 hour"', 13, Code.NOT_BEFORE_LIMIT),
        ('["answered"]', '["terjawab"]', 13, Code.NOT_ONE_OF),
        ('["answered"]', "[]", 13, Code.EMPTY),
        ('["answered"]', "[[1]]", 13, Code.NOT_ONE_OF),
        ('["answered"]', '["draft"]', 8, Code.NEVER_ANSWERED),
        ('["answered"]', '["answered"]\nonly = ["question"]', 14, Code.NO_STAGE_FOR),
        ('["answered"]', '["answered"]\nescalate = [{ after = "1 day", role = "x" }]', 14, Code.NOT_ONE_OF),
        ('["answered"]', '["answered"]\nescalate = ["kepala_seksi"]', 14, Code.WRONG_TYPE),
        ('["answered"]', '["answered"', 13, Code.NOT_TOML),
        ("[[stage]]", "[stage]", 8, Code.WRONG_TYPE),
        ('limit = "1 day"', 'limit = "366 days"', 12, Code.NO_DURATION),
        ('limit = "1 day"', 'limit = "1001 jam"', 12, Code.NO_DURATION),
        ('limit = "1 day"', "limit = " + "9" * 5000, 12, Code.NOT_TOML),
        ('limit = "1 day"', "limit = " + "[" * 20_000, 12, Code.NOT_TOML),
        ('key = "jawab"', f'key = "{"j" * 61}"', 9, Code.LONG),
        ('number = "1"', f'number = "{"8" * 301}"', 6, Code.LONG),
        ('["answered"]', '["answered"]\nonly = []', 14, Code.EMPTY),
        ("[document]", '[approval]\nroles = ["pengelola"]\n[document]', 5, Code.NOT_ONE_OF),
    ],
)
def test_a_mistake_is_named_with_its_line(was: str, now: str, line: int, code: Code) -> None:
    assert was in SHORT
    assert (line, code) in problems(SHORT.replace(was, now))


def test_all_mistakes_are_told_at_once_and_in_order() -> None:
    found = problems(SHORT.replace("pengelola", "camat").replace("1 day", "besok") + '\n[[stage]]\nkey = "jawab"\n')
    assert [line for line, _ in found] == sorted(line for line, _ in found)
    assert {Code.NOT_ONE_OF, Code.NO_DURATION, Code.TWICE, Code.MISSING} <= {code for _, code in found}
    assert (16, Code.TWICE) in found


def test_escalations_the_wrong_way_round_and_files_without_end() -> None:
    both = 'escalate = [{ after = "1 day", role = "pengelola" }, { after = "1 hour", role = "pengelola" }]'
    assert problems(SHORT + both) == [(14, Code.WRONG_ORDER)]
    assert problems("#" * 100_001) == [(1, Code.TOO_LONG)]
    assert (1, Code.NO_STAGES) in problems(SHORT.split("[[stage]]")[0])


def test_too_many_stages_are_too_many_to_walk() -> None:
    stages = [SHORT.split("[[stage]]")[1].replace("jawab", f"tahap{n}") for n in range(51)]
    text = "[[stage]]".join([SHORT.split("[[stage]]")[0], *stages])
    assert problems(text) == [(8 + 50 * 6, Code.TOO_MANY)]


def test_a_mark_that_an_editor_put_before_the_first_letter_is_no_mistake() -> None:
    assert read("\ufeff" + SHORT) == read(SHORT)


def problems_of(text: str) -> list[Problem]:
    try:
        read(text)
    except Refused as refused:
        return refused.problems
    return []


@settings(max_examples=60)
@given(st.data())
def test_whatever_stands_in_a_file_it_is_read_or_refused(data: st.DataObject) -> None:
    lines = shipped_text("sop1").splitlines()
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(lines) - 1))
        junk = st.sampled_from(
            ["", "[[stage]]", "[stage]", "x = 1", "limit = []", "escalate = 3", 'name = ""', "[a.b]"]
        )
        lines[place] = data.draw(junk | st.text(max_size=20))
    text = "\n".join(lines)
    found = problems_of(text)
    assert all(1 <= one.line <= len(text.splitlines()) + 1 and one.words("id") for one in found)


def test_the_command_shows_the_stages_or_the_mistakes(tmp_path: Path) -> None:
    file = tmp_path / "sop.toml"
    file.write_text(SHORT)
    out = StringIO()
    with translation.override("id"):
        call_command("check_procedure", str(file), stdout=out)
    assert "1. Menjawab" in out.getvalue()
    file.write_text(SHORT.replace("1 day", "besok"))
    with pytest.raises(CommandError, match=r"sop\.toml:12: .*besok"):
        call_command("check_procedure", str(file))
    file.write_bytes(b"\xff")
    with pytest.raises(CommandError, match="UTF-8"):
        call_command("check_procedure", str(file))
    with pytest.raises(CommandError, match=r"tiada\.toml"):
        call_command("check_procedure", str(tmp_path / "tiada.toml"))
