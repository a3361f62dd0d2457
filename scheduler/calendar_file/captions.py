"""The words of a post: as they are kept, and what a platform does not take of them. Pure."""

import re
import unicodedata
from collections.abc import Iterator

from connectors.base import Capability
from scheduler.calendar_file.problems import Code, Problem, problem

HASHTAG = re.compile(r"(?<!\w)#\w+")
MENTION = re.compile(r"(?<![\w.])@\w[\w.]*")
_CONTROLS = {code: None for code in (*range(32), 0x7F, *range(0xD800, 0xE000)) if code not in (9, 10)}


def clean(text: str) -> str:
    """As typed, in NFC, with plain newlines; what cannot be seen or stored (controls) is left out."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", plain.translate(_CONTROLS))


def excess(caption: str, account: str, can: Capability, row: int = 0, column: str = "") -> Iterator[Problem]:
    """What is too much of it for that account: letters, hashtags, mentions."""
    if (over := (length := can.count(caption)) - can.caption_max) > 0:
        limit = can.caption_max
        more: dict[str, str | int] = {"account": account, "length": length, "limit": limit, "over": over}
        yield Problem(Code.CAPTION_LONG, row=row, column=column, more=more)
    if (count := len(HASHTAG.findall(caption))) > can.hashtags_max:
        yield problem(Code.HASHTAGS, row=row, column=column, account=account, count=count, limit=can.hashtags_max)
    if (count := len(MENTION.findall(caption))) > can.mentions_max:
        yield problem(Code.MENTIONS, row=row, column=column, account=account, count=count, limit=can.mentions_max)
