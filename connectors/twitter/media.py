"""Files on their way to X: a picture in one request, a film in pieces; then their words for those who can't see.

Nobody sees an uploaded file until a post names it, and X forgets it after a day; so a failed upload is nothing done.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from connectors.base import Capability, Item, Kind, Media
from connectors.errors import Reason, Refused, Unreachable
from connectors.twitter.client import Door, Json
from connectors.twitter.errors import Ours

SEGMENT = 2 * 1024 * 1024
"""Bytes of a film in one request: X takes up to 5 MB, 1,000 of them; a village's line takes a minute for this."""
CHECK_S = 2.0
CHECK_MAX_S = 15.0
READY_S = 240.0
"""How long a film may be worked on before this attempt gives up; the account's lane is held for ten minutes."""

REFUSALS: dict[int, Ours] = {400: (Refused, Reason.MEDIA_REFUSED)}


@dataclass(frozen=True, slots=True)
class Uploaded:
    """`key` is what X's lists call the file in a post: by it a post is known to be ours."""

    id: str
    key: str


def examine(item: Item, capability: Capability) -> None:
    """Refuse what can't become a post before anything is sent."""
    films = [medium for medium in item.media if medium.mime in capability.video_types]
    pictures = [medium for medium in item.media if medium.mime in capability.image_types]
    if len(films) + len(pictures) < len(item.media):
        raise Refused(Reason.MEDIA_REFUSED, "a file of a kind that X does not take")
    fits = {
        Kind.TEXT: not item.media,
        Kind.PHOTO: len(pictures) == 1 and not films,
        Kind.CAROUSEL: capability.carousel_min <= len(pictures) <= capability.carousel_max and not films,
        Kind.VIDEO: len(films) == 1 and len(pictures) <= 1,  # a picture beside it is a cover, which X does not take
        Kind.REPLY: not item.media,
        Kind.DM: not item.media,
    }
    if not fits.get(item.kind, False):
        raise Refused(Reason.UNSUPPORTED, f"{item.kind} of {len(pictures)} pictures and {len(films)} films")
    for medium in item.media:
        most = capability.video_bytes_max if medium in films else capability.image_bytes_max
        if not medium.path.is_file() or not 0 < medium.path.stat().st_size <= most:
            raise Refused(Reason.MEDIA_REFUSED, f"{medium.path.name} is not there, empty or over {most:,} bytes")


def upload(door: Door, item: Item) -> list[Uploaded]:
    """The item's files, in order, ready to be named in a post."""
    films = [medium for medium in item.media if medium.mime.startswith("video/")]
    return [film(door, films[0])] if films else [picture(door, medium) for medium in item.media]


def picture(door: Door, medium: Media) -> Uploaded:
    with medium.path.open("rb") as content:
        files = {"media": (medium.path.name, content, medium.mime)}
        data = {"media_category": "tweet_image", "media_type": medium.mime}
        answer = door.send("POST", "/2/media/upload", REFUSALS, files=files, data=data)
    done = _uploaded(answer, "3")
    if medium.alt_text:
        words = {"id": done.id, "metadata": {"alt_text": {"text": medium.alt_text}}}
        door.send("POST", "/2/media/metadata", REFUSALS, json=words)
    return done


def film(door: Door, medium: Media) -> Uploaded:
    size = medium.path.stat().st_size
    about = {"media_category": "tweet_video", "media_type": medium.mime, "total_bytes": size}
    begun = _uploaded(door.send("POST", "/2/media/upload/initialize", REFUSALS, json=about), "7")
    for number, piece in enumerate(pieces(medium)):
        files = {"media": (medium.path.name, piece, "application/octet-stream")}
        door.send(
            "POST", f"/2/media/upload/{begun.id}/append", REFUSALS, files=files, data={"segment_index": str(number)}
        )
    wait(door, begun.id, door.send("POST", f"/2/media/upload/{begun.id}/finalize", REFUSALS))
    return begun


def pieces(medium: Media) -> Iterator[bytes]:
    with medium.path.open("rb") as content:
        while piece := content.read(SEGMENT):
            yield piece


def wait(door: Door, media_id: str, answer: Json) -> None:
    """Until X has worked the film up. It is asked as often as it says, within reason."""
    end = time.monotonic() + READY_S
    while (work := (answer.get("data") or {}).get("processing_info")) and work.get("state") != "succeeded":
        if work.get("state") == "failed":
            raise Refused(Reason.MEDIA_REFUSED, f"X could not work up the film {_why(work)}".strip())
        if time.monotonic() > end:
            raise Unreachable(Reason.TIMEOUT, "X still works on the film")
        time.sleep(min(float(work.get("check_after_secs") or CHECK_S), CHECK_MAX_S))
        asked = {"command": "STATUS", "media_id": media_id}
        answer = door.send("GET", "/2/media/upload", REFUSALS, params=asked)


def _why(work: Json) -> str:
    error: Any = work.get("error")
    return str(error.get("message") or error.get("name") or "")[:160] if isinstance(error, dict) else ""


def _uploaded(answer: Json, category: str) -> Uploaded:
    """X's numbers of the file. Its key in lists is its number behind the number of its category."""
    data = answer.get("data") or {}
    number = str(data.get("id") or "")
    if not number:
        raise Unreachable(Reason.UNREADABLE, "an upload that got no number")
    return Uploaded(number, str(data.get("media_key") or f"{category}_{number}"))
