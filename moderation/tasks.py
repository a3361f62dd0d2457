"""What the timetable wakes: ids only, a few lines each."""

from celery import shared_task
from django.utils import timezone

from moderation import evidence, news, poll, reply, triage
from moderation.consultation import asking, attachments, mailing, waiting
from moderation.drafting import window
from moderation.figures import counting
from moderation.records import checking, erasing
from moderation.register import making
from moderation.steps import looking


@shared_task
def fetch_due() -> None:
    """Each second: whose messages are due? A doubled message finds the lane taken."""
    for account_id in poll.to_fetch(timezone.now()):
        fetch_account.apply_async([account_id], expires=5)


@shared_task
def fetch_account(account_id: int) -> None:
    poll.fetch(account_id)
    triage.judge_new(timezone.now())


@shared_task
def judge_new() -> None:
    triage.judge_new(timezone.now())


@shared_task
def take_evidence() -> None:
    evidence.take_wanted(timezone.now())


@shared_task
def follow_up() -> None:
    reply.follow_up(timezone.now())
    asking.follow_up(timezone.now())
    waiting.look(timezone.now())


@shared_task
def mail_questions() -> None:
    mailing.send_due(timezone.now())


@shared_task
def fetch_attachments() -> None:
    attachments.fetch_wanted(timezone.now())


@shared_task
def take_stock() -> None:
    """Each minute: count the months in which something happened (`figures/counting.py` says which)."""
    counting.take_stock(timezone.now())


@shared_task
def read_news() -> None:
    news.read_news(timezone.now())


@shared_task
def look_at_steps() -> None:
    looking.look(timezone.now())


@shared_task
def go_through_records() -> None:
    erasing.remove_files(timezone.now())
    checking.go_round(timezone.now())


@shared_task
def make_files() -> None:
    making.make_wanted(timezone.now())


@shared_task
def drop_old_files() -> None:
    making.drop_old(timezone.now())


@shared_task
def look_at_windows() -> None:
    window.look(timezone.now())
