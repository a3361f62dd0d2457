"""A short run of the chaos harness with fixed seeds; `make chaos SEEDS=100` is the long one.

The last two show that the harness would see it: with the claim, and then the reading back, broken on purpose.
"""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from tests.chaos.__main__ import run, template

KILLED, FROZEN, FAULTY = 1, 7, 2
Run = Future[tuple[dict[str, Any], str]]


@pytest.fixture(scope="module")
def runs() -> Iterator[dict[str, Run]]:
    """All of them side by side: they mostly wait."""
    with template() as environment, ThreadPoolExecutor(3) as pool:
        broken_claim = {**environment, "CHAOS_BREAK": "claim"}
        broken_read_back = {**environment, "CHAOS_BREAK": "read-back"}
        yield {
            "killed": pool.submit(run, KILLED, "kill", environment),
            "frozen": pool.submit(run, FROZEN, "freeze", environment),
            "faulty": pool.submit(run, FAULTY, "faults", environment),
            "claim": pool.submit(run, FROZEN, "freeze", broken_claim),
            "read-back": pool.submit(run, KILLED, "kill", broken_read_back),
        }


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
    assert any("public" in one and "times" in one for one in result["wrong"]), result
