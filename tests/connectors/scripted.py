"""A platform that does what a test says: for the state machine, which must hold whatever a connector does.

The connectors themselves are tested over the wire, against the sandbox.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.utils import timezone

from connectors import sending
from connectors.base import (
    Absent,
    Batch,
    Capability,
    Connector,
    Identity,
    Item,
    Kind,
    Lookup,
    Remember,
    Sent,
)

Act = Callable[[Item, Remember], Sent]


def accept(item: Item, remember: Remember) -> Sent:
    """As platforms do: remember, then it is out."""
    remember({"token": str(item.nonce)})
    Scripted.written.append(item)
    return Sent(f"r{len(Scripted.written)}", "https://example.invalid/p/1/")


def fails_before(error: Exception) -> Act:
    def act(item: Item, remember: Remember) -> Sent:
        raise error

    return act


def fails_after(error: Exception, *, accepted: bool) -> Act:
    """The irreversible request left; whether it was accepted, only the test knows."""

    def act(item: Item, remember: Remember) -> Sent:
        remember({"token": str(item.nonce)})
        if accepted:
            Scripted.written.append(item)
        raise error

    return act


def tick() -> None:
    """What the timetable does each second."""
    for account_id in sending.accounts_with_work(timezone.now()):
        sending.work_off(account_id)


def written() -> list[str]:
    return [item.text for item in Scripted.written]


class Scripted(Connector):
    platform = "scripted"
    capability = Capability(
        kinds=frozenset(Kind),
        caption_max=2200,
        reply_max=2200,
        hashtags_max=30,
        mentions_max=20,
        carousel_min=2,
        carousel_max=10,
        image_types=frozenset({"image/jpeg"}),
        image_bytes_max=8_000_000,
        video_types=frozenset({"video/mp4"}),
        video_bytes_max=100_000_000,
        alt_text_max=100,
        can_hide=False,
        can_delete=True,
        official=True,
        lag_s=60,
        hosts=frozenset({"example.invalid"}),
    )
    acts: ClassVar[list[Act]] = []
    """What the next writes do, first to last; after them `accept`."""
    written: ClassVar[list[Item]] = []
    sees: ClassVar[list[Lookup | Exception]] = []
    batches: ClassVar[list[Batch]] = []
    who: ClassVar[list[Identity | Exception]] = []

    @classmethod
    def forget(cls) -> None:
        for told in (cls.acts, cls.written, cls.sees, cls.batches, cls.who):
            told.clear()

    def check(self) -> Identity:
        said = self.who.pop(0)
        if isinstance(said, Exception):
            raise said
        return said

    def publish(self, item: Item, remember: Remember) -> Sent:
        return (self.acts.pop(0) if self.acts else accept)(item, remember)

    reply = publish

    def fetch(self, cursor: Mapping[str, Any]) -> Iterator[Batch]:
        yield from self.batches

    def find_own(self, item: Item, since: datetime) -> Lookup:
        seen = self.sees.pop(0) if self.sees else Absent()
        if isinstance(seen, Exception):
            raise seen
        return seen

    def permalink(self, remote_id: str) -> str:
        return ""

    def delete_own(self, item: Item, remote_id: str) -> None:
        raise NotImplementedError

    def session(self) -> Mapping[str, Any]:
        return {"uses": int(self.login.session.get("uses", 0)) + 1}


class ScriptedToo(Scripted):
    """The same pages by another way."""

    platform = "scripted_too"
    channel = "scripted"
