"""The checker sees what it is there to see: each rule by the smallest world that breaks it."""

import os
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from sandbox import faults
from tests.chaos import people as living
from tests.chaos.checker import Desk, Write, check
from tests.chaos.people import People
from tests.chaos.plan import ACTS, CLASSES, FAULTS, FAULTS_AFTER, class_of, plan
from tests.chaos.stage import Stage

SENT = Write(1, "pkm", True, "Kabar", "", "sent", False, "p1", True, False)
FAILED = replace(SENT, state="failed", reason="refused")
ANSWER = Write(2, "pkm", False, "Terima kasih", "c1", "sent", False, "r1", True, False)


def entry(kind: str, id: str, text: str, parent: str = "", author: str = "pkm") -> dict[str, Any]:
    return {"account": "pkm", "kind": kind, "id": id, "text": text, "parent": parent, "author": author}


POST, COMMENT = entry("post", "p1", "Kabar"), entry("comment", "c1", "antre", "p1", "warga")
REPLY = entry("reply", "r1", "Terima kasih", "c1")
LEDGER = [POST, COMMENT, REPLY]
DESK = Desk([SENT, ANSWER], ["c1"], 0, [7], {7})


def test_a_world_in_order_has_nothing_wrong() -> None:
    assert check(LEDGER, DESK) == []


@pytest.mark.parametrize(
    ("ledger", "desk", "said"),
    [
        ([*LEDGER, entry("post", "p2", "Kabar")], DESK, "public 2 times"),
        ([COMMENT, REPLY], DESK, "is not there"),
        (LEDGER, replace(DESK, writes=[replace(SENT, remote_id="p9"), ANSWER]), "does not know"),
        (LEDGER, replace(DESK, writes=[replace(SENT, state="withdrawn"), ANSWER]), "withdrawn and is public"),
        (LEDGER, replace(DESK, writes=[replace(SENT, again=True), ANSWER]), "tried again, though"),
        (LEDGER, replace(DESK, writes=[ANSWER]), "no row wants it"),
        ([COMMENT, REPLY], replace(DESK, writes=[replace(SENT, state="queued"), ANSWER]), "neither out nor"),
        (LEDGER, replace(DESK, writes=[replace(SENT, state="sending"), ANSWER]), "neither out nor"),
        ([COMMENT, REPLY], replace(DESK, writes=[replace(SENT, state="late"), ANSWER]), "nobody was told"),
        (LEDGER, replace(DESK, writes=[replace(FAILED, told=True), ANSWER]), "as if it were not"),
        ([COMMENT, REPLY], replace(DESK, writes=[replace(FAILED, told=True, reason=""), ANSWER]), "without a reason"),
        ([*LEDGER, {**REPLY, "id": "r2"}], DESK, "public 2 times"),
        ([POST, COMMENT], DESK, "is not there"),
        ([*LEDGER, entry("comment", "c2", "halo", "p1", "warga")], DESK, "message c2 is stored 0 times"),
        (LEDGER, replace(DESK, messages=["c1", "c1"]), "stored 2 times"),
        (LEDGER, replace(DESK, messages=["c1", "c9"]), "nobody wrote it"),
        (LEDGER, replace(DESK, unjudged=1), "never judged"),
        (LEDGER, replace(DESK, pictured=set()), "case 7 has no picture"),
        (LEDGER, replace(DESK, unsound=("case 7: file_missing (evidence:1)",)), "file_missing"),
        (LEDGER, replace(DESK, promised=("Terima kasih", "Baik, Bu")), "no row has it"),
        (LEDGER, replace(DESK, writes=[SENT, ANSWER, replace(ANSWER, id=3)]), "has 2 rows"),
    ],
)
def test_each_wrong_is_seen_alone(ledger: list[dict[str, Any]], desk: Desk, said: str) -> None:
    wrong = check(ledger, desk)
    assert len(wrong) == 1
    assert said in wrong[0]


@pytest.mark.parametrize("public", [True, False])
def test_of_unknown_outcome_before_a_person_both_may_be(public: bool) -> None:
    asked = replace(SENT, state="unknown", asks=True, told=True, reason="timeout")
    assert check(LEDGER if public else LEDGER[1:], replace(DESK, writes=[asked, ANSWER])) == []


def test_what_is_not_due_may_wait() -> None:
    waits = replace(SENT, state="queued", due=False)
    assert check(LEDGER[1:], replace(DESK, writes=[waits, ANSWER])) == []


def test_a_seed_says_everything() -> None:
    assert all(plan(seed) == plan(seed) for seed in range(50))
    assert plan(1).posts != plan(2).posts


def test_a_hundred_seeds_have_every_class_in_its_share() -> None:
    counted = [class_of(seed) for seed in range(1, 101)]
    assert {name: counted.count(name) for name in CLASSES} == CLASSES
    assert CLASSES.keys() == ACTS.keys()


def test_every_fault_of_the_stand_in_may_happen() -> None:
    assert (set(FAULTS), set(FAULTS_AFTER)) == (set(faults.BEFORE), set(faults.AFTER))
    kinds = [act.what[1] for seed in range(1, 101) for act in plan(seed).acts if act.do == "fault"]
    assert set(kinds) == set(faults.FAULTS)


def test_a_hundred_seeds_reach_everything_that_can_go_wrong() -> None:
    done = {act.do for seed in range(1, 101) for act in plan(seed).acts}
    assert done == {
        *("kill", "freeze", "fault", "freeze the platform", "disk full", "clock"),
        *("restart the database", "kill the database", "cut connections"),
        *("stop the broker", "restart the broker empty", "wipe the broker"),
    }


def test_recovery_is_counted_from_the_last_act(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """One that comes at a boundary may come while the others are being got over."""
    now = [1_000.0]
    clock = SimpleNamespace(time=lambda: now[0], sleep=lambda s: now.append(now.pop() + s))
    monkeypatch.setattr(living, "time", clock)
    monkeypatch.setattr(living, "close_old_connections", lambda: None)
    people = People(cast(Stage, SimpleNamespace(plan=plan(1), folder=tmp_path)))
    assert people.last_act_at() == 0
    fired = tmp_path / "fired-0"
    fired.touch()
    os.utime(fired, (1_006, 1_006))
    assert people.wait("in time", lambda: now[0] >= 1_008, 5, anew=people.last_act_at)
    assert not people.wrong
    now[0] = 1_000.0
    assert not people.wait("too late", lambda: now[0] >= 1_012, 5, anew=people.last_act_at)
    assert people.wrong == ["not within 5.0 s: too late"]
