"""What webhooks bring, into the rooms where it belongs: citizens' messages to be judged, officers' answers to cases."""

from datetime import datetime

from connectors import webhooks
from connectors.base import Heard
from connectors.models import Account
from moderation import poll
from moderation.consultation import asking, hearing


def read_news(at: datetime) -> int:
    """Read what waits; how many bodies were read."""
    return webhooks.read_waiting(lambda account, heard: take(account, heard, at), at)


def take(account: Account, heard: Heard, at: datetime) -> None:
    if account.platform == asking.PLATFORM:
        hearing.hear(account, heard, at)
    else:
        poll.store_messages(account, heard.messages, at)
