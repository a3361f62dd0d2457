"""A short run of the chaos harness with fixed seeds; `make chaos SEEDS=100` is the long one.

The last two show that the harness would see it: with the claim, and then the reading back, broken on purpose.
"""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from tests.chaos.__main__ import run, template

KILLED, FROZEN, FAULTY = 1, 7, 2
MORE = (3, 4)
"""Tried where what is broken was not seen with the first seed: on a slow machine things meet at other times."""
Run = Future[tuple[dict[str, Any], str]]


@pytest.fixture(scope="module")
def runs() -> Iterator[dict[str, Run]]:
    """Two side by side: they mostly wait."""
    with template() as quick, ThreadPoolExecutor(2) as pool:
        environment = {**quick, "CHAOS_SLOWNESS": "5"}
        broken_claim = {**environment, "CHAOS_BREAK": "claim"}
        broken_read_back = {**environment, "CHAOS_BREAK": "read-back"}
        yield {
            "killed": pool.submit(run, KILLED, "kill", environment),
            "frozen": pool.submit(run, FROZEN, "freeze", environment),
            "faulty": pool.submit(run, FAULTY, "faults", environment),
            "claim": pool.submit(until_seen, FROZEN, "freeze", broken_claim),
            "read-back": pool.submit(until_seen, KILLED, "kill", broken_read_back),
        }


def until_seen(seed: int, nemesis: str, environment: dict[str, str]) -> tuple[dict[str, Any], str]:
    for one in (seed, *MORE):
        result, said = run(one, nemesis, environment)
        if is_seen(result):
            break
    return result, said


def is_seen(result: dict[str, Any]) -> bool:
    return any("public" in one and "times" in one for one in result["wrong"])


@pytest.mark.parametrize("name", ["killed", "frozen", "faulty"])
def test_nothing_is_lost_and_nothing_is_sent_twice(runs: dict[str, Run], name: str) -> None:
    result, said = runs[name].result()
    assert not result["wrong"], said
    assert result["did"]
    assert result["posts"]
    assert result["messages"]


@pytest.mark.parametrize("name", ["claim", "read-back"])
def test_what_is_broken_on_purpose_is_seen(runs: dict[str, Run], name: str) -> None:
    result, _ = runs[name].result()
    assert is_seen(result), result
