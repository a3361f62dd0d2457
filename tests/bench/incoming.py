"""Messages: stored from a platform's own JSON, polled again, and judged."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.bench.stage import Stage, accounts, empty

PAGE = 50
"""Comments of one page, as the Graph hands them out at most."""
WRITTEN = Path(__file__).resolve().parents[1] / "moderation" / "written.jsonl"


def texts() -> list[str]:
    return [json.loads(line)["text"] for line in WRITTEN.read_text(encoding="utf-8").splitlines()]


def pages(number: int) -> list[str]:
    """Pages of comments as Instagram's Graph sends them."""
    words = texts()
    comments = [
        {
            "id": f"1789{one:012}",
            "text": words[one % len(words)],
            "timestamp": "2026-11-21T01:00:00+0000",
            "from": {"id": f"77{one % 9000:08}", "username": f"warga.{one % 9000}"},
            "username": f"warga.{one % 9000}",
            "like_count": one % 7,
        }
        for one in range(number)
    ]
    return [json.dumps({"data": comments[start : start + PAGE]}) for start in range(0, number, PAGE)]


def stored(stage: Stage) -> Iterator[tuple[str, float]]:
    number = stage.size(3_000, 50_000)
    empty(stage)
    accounts(1)
    told = pages(number)
    base = number / timed(lambda: bulk(told))
    empty(stage)
    accounts(1)
    fresh = number / timed(lambda: poll(told))
    again = number / timed(lambda: poll(told))
    yield "inbox_per_s", fresh
    yield "inbox_vs_bulk", fresh / base
    yield "repoll_vs_bulk", again / base


def timed(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def poll(told: list[str]) -> None:
    """The desk's own way from the wire's text to rows."""
    from django.utils import timezone

    from connectors.base import Batch
    from connectors.models import Account
    from moderation import poll as polling
    from moderation.models import Message

    account = Account.objects.select_related("office").get()
    before = Message.objects.count()
    for page in told:
        polling.store(account, Batch([read(one) for one in json.loads(page)["data"]], {}), timezone.now())
    assert before in (0, Message.objects.count()), "a message that was known was stored again"


def read(comment: dict[str, Any]) -> Any:
    from connectors.graph.reading import OwnPost
    from connectors.instagram_graph import InstagramGraph

    post = OwnPost("180", "Jadwal imunisasi bulan Desember", 0, 0, "https://www.instagram.com/p/x/")
    return InstagramGraph.comment_in(None, comment, post)  # type: ignore[arg-type]  # it asks nothing of itself


def bulk(told: list[str]) -> None:
    """The same rows made beforehand; only writing them is counted, page by page."""
    from django.db import transaction

    from moderation.models import Message
    from offices.models import Event

    for messages, events in made(told):
        with transaction.atomic():
            Message.objects.bulk_create(messages, ignore_conflicts=True)
            Event.objects.bulk_create(events, ignore_conflicts=True)


def made(told: list[str]) -> list[tuple[list[Any], list[Any]]]:
    from django.utils import timezone

    from connectors.models import Account
    from moderation.poll import message_of
    from offices.models import Event

    account, now = Account.objects.select_related("office").get(), timezone.now()
    found = []
    for page in told:
        messages = [message_of(account, read(one), None, now) for one in json.loads(page)["data"]]
        events = [Event(office_id=1, verb="message.received", subject="message:1", at=now) for _ in messages]
        found.append((messages, events))
    return found


def judged(stage: Stage) -> Iterator[tuple[str, float]]:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer  # type: ignore[import-untyped]

    from moderation.sentiment import Context, judge

    words = texts() * stage.size(2, 10)
    judge(words[0], Context())
    ours = len(words) / timed(lambda: [judge(text, Context()) for text in words] and None)
    vader = SentimentIntensityAnalyzer()
    theirs = len(words) / timed(lambda: [vader.polarity_scores(text) for text in words] and None)
    yield "judge_per_s", ours
    yield "judge_vs_vader", ours / theirs
