"""What YouTube's JSON says, in our words, and our words as YouTube wants them."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from connectors.base import Incoming, Item, MessageKind

Json = Mapping[str, Any]

HELD = "heldForReview"
TITLE_MAX = 100
TAGS_MAX = 500
HASHTAG = re.compile(r"#(\w+)")
ANGLES = str.maketrans("<>", "‹›")
"""YouTube takes no `<` and `>` in titles and descriptions."""


def description_of(text: str) -> str:
    return text.translate(ANGLES)


def bytes_of(text: str) -> int:
    """How YouTube counts a description: in bytes of UTF-8."""
    return len(description_of(text).encode())


def title_of(item: Item) -> str:
    """The item's title, else the first line that says something; cut at a word where it is too long."""
    lines = (line.strip() for line in (item.title, *item.text.splitlines()))
    title = description_of(next((line for line in lines if line), ""))
    if len(title) <= TITLE_MAX:
        return title
    whole = title[: TITLE_MAX - 1].rpartition(" ")[0]
    return f"{whole or title[: TITLE_MAX - 1]}…"


def tags_of(text: str) -> list[str]:
    """The text's hashtags, each once, as far as YouTube takes them (it counts the commas between them)."""
    tags: list[str] = []
    for tag in dict.fromkeys(HASHTAG.findall(text)):
        if sum(map(len, tags)) + len(tags) + len(tag) > TAGS_MAX:
            break
        tags.append(tag)
    return tags


def watch(video: str, comment: str = "") -> str:
    """A video's public address; with a comment it stands on top there."""
    return f"https://www.youtube.com/watch?v={video}" + (f"&lc={comment}" if comment else "")


def thread_of(comment: str) -> str:
    """The comment on top of a thread: answers carry its number before the dot."""
    return comment.partition(".")[0]


def snippet_of(comment: Json) -> Json:
    snippet = comment.get("snippet")
    return snippet if isinstance(snippet, Mapping) else {}


def author_of(comment: Json) -> str:
    """The channel that wrote it; empty where that is gone."""
    return str((snippet_of(comment).get("authorChannelId") or {}).get("value") or "")


def written_at(thing: Json) -> datetime:
    """When it was published (whole seconds, UTC); now, where that cannot be read."""
    try:
        return datetime.fromisoformat(str(snippet_of(thing)["publishedAt"])).astimezone(UTC)
    except (KeyError, ValueError):
        return datetime.now(UTC)


def words_of(comment: Json) -> str:
    """`textOriginal` is shown to a comment's own author alone."""
    snippet = snippet_of(comment)
    return str(snippet.get("textOriginal") or snippet.get("textDisplay") or "")


def plain(text: str) -> str:
    """Without what a platform may change in a text: Unicode's composed forms, line ends, blanks around."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").strip().split("\n")
    return "\n".join(line.rstrip() for line in lines)


def comment_in(comment: Json, video: str, titles: Mapping[str, str]) -> Incoming:
    snippet, number = snippet_of(comment), str(comment.get("id") or "")
    name = str(snippet.get("authorDisplayName") or "")
    video = str(snippet.get("videoId") or video)
    return Incoming(
        kind=MessageKind.COMMENT,
        remote_id=number,
        author_id=author_of(comment),
        author_handle=name.removeprefix("@"),
        author_name=name,
        text=str(snippet.get("textDisplay") or snippet.get("textOriginal") or ""),
        written_at=written_at(comment),
        raw=comment,
        post=video,
        post_text=titles.get(video, ""),
        parent=str(snippet.get("parentId") or ""),
        permalink=watch(video, number) if video else "",
        held=snippet.get("moderationStatus") == HELD,
    )
