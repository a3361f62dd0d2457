"""The contract's table of writes: every platform × every kind that it declares, and what reading back says of it."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest

from connectors.base import MODERATION_KINDS, Absent, CannotTell, Connector, Found, Item, Kind, Sent
from connectors.errors import OutcomeUnknown, Unreachable
from connectors.models import connector_class
from tests.connectors.stages import PUBLIC, Stage, forget, staged, use

CELLS = [
    (platform, kind)
    for platform in PUBLIC
    for kind in Kind
    if kind in connector_class(platform).capability.kinds - MODERATION_KINDS
]
MORE = "\nKembaran"
OPERATIONS = {Kind.REPLY: "reply", Kind.DM: "dm", Kind.PRIVATE_REPLY: "dm"}


@pytest.fixture
def stage(platform: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    with staged(platform, tmp_path, monkeypatch) as stage:
        yield stage


def write(connector: Connector, item: Item) -> Sent:
    return connector.publish(item, forget) if item.kind.is_post else connector.reply(item, forget)


def lose(stage: Stage, item: Item, fault: str) -> None:
    stage.control("faults", operation=OPERATIONS.get(item.kind, "publish"), fault=fault)
    with use(stage) as connector, pytest.raises(OutcomeUnknown):
        write(connector, item)


@pytest.mark.parametrize(("platform", "kind"), CELLS)
def test_reading_back_finds_it_or_surely_does_not_or_cannot_tell(stage: Stage, kind: Kind) -> None:
    """Nothing is remembered here but when it was begun: the hardest case."""
    item, begun = stage.item(kind), datetime.now(UTC)
    before = len(stage.ours())
    lose(stage, item, "500-before")
    with use(stage) as connector:
        assert connector.find_own(item, begun) == Absent()
    lose(stage, item, "500-after")
    with use(stage) as connector:
        lookup = connector.find_own(item, begun)
        assert isinstance(lookup, Found)
        assert [lookup.sent.remote_id] == stage.ours()[before:]
    twin(stage, item)
    with use(stage) as connector:
        assert isinstance(connector.find_own(item, begun), CannotTell)


@pytest.mark.parametrize("platform", [platform for platform, kind in CELLS if kind is Kind.CAROUSEL])
@pytest.mark.parametrize("fault", ["drop-before", "drop-after"])
def test_a_carousel_that_was_sent_in_part_becomes_one_post_with_all_its_pictures(
    stage: Stage, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line breaks at the second picture, whether it arrived or not; then again with what was remembered."""
    uploads, take = count(1), stage.sandbox.faults.take
    lost = lambda platform, does: fault if does == "upload" and next(uploads) == 2 else take(platform, does)  # noqa: E731
    monkeypatch.setattr(stage.sandbox.faults, "take", lost)
    item, handle = stage.item(Kind.CAROUSEL), dict[str, str]()
    for attempt in (1, 2):
        with use(stage) as connector, suppress(*([Unreachable] if attempt == 1 else [])):
            connector.publish(replace(item, handle=dict(handle)), handle.update)
        assert len(stage.ours()) == attempt - 1
    (post,) = stage.sandbox.world.posts.values()
    assert len(post.media) == len(item.media)


def twin(stage: Stage, item: Item) -> None:
    """The same stands there a second time: an earlier attempt, or a colleague in the platform's own app. Some platforms
    take no doublets by their interface; so it is written with one line more, which is taken away there."""
    again = stage.item(item.kind) if item.kind is Kind.PRIVATE_REPLY else item  # one a comment
    with use(stage) as connector:
        write(connector, replace(again, text=item.text + MORE, nonce=item.nonce))
    stage.reword(MORE, "")
