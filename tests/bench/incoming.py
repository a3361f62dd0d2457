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
    """Page by page in turn, so that whatever else the machine does slows all three alike."""
    from moderation.models import Message

    number = stage.size(3_000, 50_000)
    empty(stage)
    accounts(2)
    told = pages(number)
    base = fresh = again = 0.0
    for page in told:
        base += bulk(page)
        fresh += poll(page)
        again += poll(page)
    both = Message.objects.count()
    assert both == 2 * number, f"{both} rows: a message was stored twice, or not at all"
    yield "inbox_per_s", number / fresh
    yield "inbox_vs_bulk", base / fresh
    yield "repoll_vs_bulk", base / again


def poll(page: str) -> float:
    """Seconds of the desk's own way from the wire's text to rows, for account 1."""
    from django.utils import timezone

    from connectors.base import Batch
    from connectors.models import Account
    from moderation.poll import store

    account = Account.objects.select_related("office").get(id=1)
    began = time.perf_counter()
    store(account, Batch(tuple(read(one) for one in json.loads(page)["data"]), {}), timezone.now())
    return time.perf_counter() - began


def read(comment: dict[str, Any]) -> Any:
    from connectors.graph.reading import OwnPost
    from connectors.instagram_graph import InstagramGraph

    post = OwnPost("180", "Jadwal imunisasi bulan Desember", 0, 0, "https://www.instagram.com/p/x/")
    return InstagramGraph.comment_in(None, comment, post)  # type: ignore[arg-type]  # it asks nothing of itself


def bulk(page: str) -> float:
    """Seconds of writing the same rows for account 2, made beforehand."""
    from django.db import transaction
    from django.utils import timezone

    from connectors.models import Account
    from moderation.models import Message
    from moderation.poll import message_of
    from offices.models import Event

    account, now = Account.objects.select_related("office").get(id=2), timezone.now()
    messages = [message_of(account, read(one), None, now) for one in json.loads(page)["data"]]
    events = [Event(office_id=1, verb="message.received", subject="message:1", at=now) for _ in messages]
    began = time.perf_counter()
    with transaction.atomic():
        Message.objects.bulk_create(messages, ignore_conflicts=True)
        Event.objects.bulk_create(events, ignore_conflicts=True)
    return time.perf_counter() - began


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def judged(stage: Stage) -> Iterator[tuple[str, float]]:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer  # type: ignore[import-untyped]

    from moderation.sentiment import Context, judge

    words = texts() * stage.size(2, 10)
    judge(words[0], Context())
    ours = len(words) / timed(lambda: [judge(text, Context()) for text in words])
    vader = SentimentIntensityAnalyzer()
    theirs = len(words) / timed(lambda: [vader.polarity_scores(text) for text in words])
    yield "judge_per_s", ours
    yield "judge_vs_vader", ours / theirs
