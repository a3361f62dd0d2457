"""What no documentation promises: a platform answers with something that is no answer. One table × every platform.

A hotspot's page, half an answer, an empty object, a list where there should be none: read, it is never an empty list
(whoever reads back would take that for "surely absent" and post twice), never somebody without a name (the account
would turn green), and never an error that is not ours. Written, it is of unknown outcome, and reading back finds it.
"""

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from connectors import readback
from connectors.answers import REST_MAX
from connectors.base import Absent, Batch, Connector, Found, Item
from connectors.errors import LoginNeeded, OutcomeUnknown, RateLimited, Reason, Unreachable
from sandbox.server import _Handler
from sandbox.wire import Call, Reply
from tests.connectors.stages import PUBLIC, Stage, forget, staged, use

ODD = {
    "nothing": b"",
    "a hotspot's page": b"<html>Masuk ke hotspot</html>",
    "half of it": b'{"data": [{"id": "1", "te',
    "an empty object": b"{}",
    "nothing in it": b"null",
    "a word": b'"ok"',
    "lists of nothing": b'{"status": "ok", "data": [null], "items": [null], "user": [], "comments": 7, "inbox": []}',
    "no bytes of UTF-8": b"\xff\xfe{}",
}
SAID = {Reason.UNREADABLE, Reason.FIREWALL, Reason.NO_WORDPRESS}
Verb = Callable[[Connector], Any]


@pytest.fixture(params=PUBLIC)
def stage(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    with staged(request.param, tmp_path, monkeypatch) as stage:
        yield stage


class Odd:
    """Between the stand-in's answers and the wire: one answer says `body` instead. Which one: that to request number
    `at`, or the first after which `when` holds."""

    def __init__(self, stage: Stage, when: Callable[[], bool] = lambda: False, body: bytes = b"") -> None:
        self.stage, self.when, self.body = stage, when, body
        self.passed, self.at = 0, -1
        self.answer = stage.sandbox.answer
        stage.sandbox.answer = self  # type: ignore[method-assign]

    def __call__(self, call: Call) -> tuple[Reply, str]:
        reply, act = self.answer(call)
        if not call.path.startswith("_sandbox"):
            reply = replace(reply, body=self.body) if self.passed == self.at or self.when() else reply
            self.passed += 1
        return reply, act

    def ask(self, verb: Verb, at: int = -1, body: bytes = b"") -> Any:
        self.passed, self.at, self.body = 0, at, body
        with use(self.stage) as connector:
            return verb(connector)

    def end(self) -> None:
        self.stage.sandbox.answer = self.answer  # type: ignore[method-assign]


def test_read_it_is_unreachable_and_never_empty(stage: Stage) -> None:
    item, begun = stage.question(), datetime.now(UTC)
    with use(stage) as connector:
        sent = connector.reply(item, forget)
    odd, session = Odd(stage), stage.session
    verbs: tuple[Verb, ...] = (
        lambda connector: connector.check(),
        lambda connector: connector.find_own(item, begun),
        lambda connector: connector.still_shown([item.parent]),
    )
    for verb in verbs:
        usual = odd.ask(verb)
        assert not isinstance(usual, Found) or usual == Found(sent)
        for at in range(odd.passed):
            for body in ODD.values():
                stage.session = session
                try:
                    assert odd.ask(verb, at, body) in (usual, {}), (at, body)
                except (Unreachable, LoginNeeded) as error:
                    assert error.reason in SAID, (at, body)  # noqa: PT017


def test_a_poll_stumbles_over_none_of_it_and_hears_everybody_afterwards(stage: Stage) -> None:
    item = stage.question()
    odd, session = Odd(stage), stage.session

    def fetch(connector: Connector) -> list[Batch]:
        return list(connector.fetch({}))

    usual = odd.ask(fetch)
    for at in range(odd.passed):
        for body in (ODD["an empty object"], ODD["lists of nothing"]):
            stage.session = session
            with contextlib.suppress(Unreachable):
                for batch in odd.ask(fetch, at, body):
                    assert batch.posts_seen or batch.posts_complete_since is None  # no post is called vanished
    assert heard(odd.ask(fetch)) == heard(usual) == {"Jam berapa?"}
    assert item.post in usual[0].posts_seen


def heard(batches: list[Batch]) -> set[str]:
    return {message.text for batch in batches for message in batch.messages}


@pytest.mark.parametrize("make", [Stage.photo, Stage.question], ids=["post", "answer"])
def test_written_it_is_unknown_and_reading_back_finds_it(stage: Stage, make: Callable[..., Item]) -> None:
    first = make(stage)
    for number, body in enumerate(ODD.values()):
        item = replace(first, text=f"{first.text} ({number})", nonce=uuid4())
        begun, before, handles = datetime.now(UTC), len(stage.ours()), list[Mapping[str, str]]()
        odd = Odd(stage, lambda before=before: len(stage.ours()) > before, body)  # type: ignore[misc]
        with use(stage) as connector, pytest.raises(OutcomeUnknown):
            (connector.publish if item.kind.is_post else connector.reply)(item, handles.append)
        odd.end()
        with use(stage) as connector:
            lookup = connector.find_own(replace(item, handle=handles[-1]), begun)
        assert isinstance(lookup, Found), body
        assert stage.ours()[before:] == [lookup.sent.remote_id]


HEADERS = ["", "soon", "\u00b2", "-5", "9" * 40, "1763762400000", "3e5", "1", " 60 ", "{}", "[7]", '{"1": 7}', "NaN"]
NAMES = (
    "Retry-After",
    "x-rate-limit-reset",
    "x-rate-limit-remaining",
    "x-rate-limit-limit",
    "x-user-limit-24hour-reset",
)


def test_a_limits_end_that_makes_no_sense_silences_nobody_for_years(stage: Stage) -> None:
    """Milliseconds for seconds, a proxy's invention, nothing at all: at most a day, and then it is asked again."""
    answer, session = stage.sandbox.answer, stage.session
    odd: dict[str, str] = {}

    def with_odd(call: Call) -> tuple[Reply, str]:
        reply, act = answer(call)
        return replace(reply, headers={**reply.headers, **odd}), act

    stage.sandbox.answer = with_odd  # type: ignore[method-assign]
    for said in HEADERS:
        number = said.strip() if said.strip("- ").isdecimal() else 10**30
        usage = f'{{"1": [{{"call_count": {number}, "estimated_time_to_regain_access": {number}}}]}}'
        odd = {**dict.fromkeys(NAMES, said), "X-App-Usage": said, "X-Business-Use-Case-Usage": usage}
        stage.session = session
        stage.control("faults", operation="publish", fault="429")
        latest = datetime.now(UTC) + REST_MAX + timedelta(minutes=1)
        with use(stage) as connector:
            with pytest.raises(RateLimited) as caught:
                connector.publish(stage.photo(), forget)
            learnt = connector.allowances()
        assert caught.value.until is None or datetime.now(UTC) < caught.value.until < latest, said
        assert all(one.until < latest and one.used >= 0 for one in learnt), said


@pytest.mark.parametrize("ahead_s", [-600, 600])
@pytest.mark.parametrize("make", [Stage.photo, Stage.question], ids=["post", "answer"])
def test_a_clock_that_is_wrong_posts_nothing_twice(
    stage: Stage, make: Callable[..., Item], ahead_s: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clinic's machine without anybody to set its clock: what stands there would be older than the attempt."""
    item = make(stage)
    world = stage.sandbox.world
    now_us, date = world.now_us, _Handler.date_time_string
    monkeypatch.setattr(world, "now_us", lambda: now_us() - ahead_s * 1_000_000)
    monkeypatch.setattr(_Handler, "date_time_string", lambda self, at=None: date(self, time.time() - ahead_s))
    item = replace(item, text=f"{item.text} (lagi)")
    begun = datetime.now(UTC)
    stage.control("faults", operation="publish" if item.kind.is_post else "reply", fault="500-after")
    with use(stage) as connector, pytest.raises(OutcomeUnknown):
        (connector.publish if item.kind.is_post else connector.reply)(item, forget)
    with use(stage) as connector:
        lookup = readback.look(connector, item, begun)
    assert isinstance(lookup, Found)
    with use(stage) as connector:
        never = replace(item, text="Yang ini tidak pernah dikirim", nonce=uuid4())
        assert readback.look(connector, never, begun) == Absent()
