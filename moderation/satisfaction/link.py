"""The link of a question: signed, so that nobody finds another's by trying, and good for as long as the question is.

It holds a random key and no personal data. Only whoever got it (in private) can vote; the row says until when.
"""

import re
import uuid
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.urls import reverse

from moderation.satisfaction.models import Satisfaction

SALT = "moderation.satisfaction"
LINK = re.compile(r"https?://\S+")


def address_of(key: uuid.UUID) -> str:
    """The whole address, for the message to the citizen."""
    return settings.PUBLIC_URL + reverse("solved", args=[signing.Signer(salt=SALT).sign(key.hex)])


def find(token: str, at: datetime) -> Satisfaction | None:
    """The question of a link that still holds."""
    try:
        key = uuid.UUID(signing.Signer(salt=SALT).unsign(token))
    except (signing.BadSignature, ValueError):
        return None
    rows = Satisfaction.objects.open(at).filter(way=Satisfaction.Way.LINK).select_related("case__office")
    return rows.filter(key=key).first()


def without_link(text: str) -> str:
    """As the desk shows a question that was sent: the link is for the citizen alone."""
    return LINK.sub("…", text)


def reaches_citizens() -> bool:
    """A desk without a public address can send no link that opens."""
    return settings.DEMO or urlsplit(settings.PUBLIC_URL).scheme == "https"
