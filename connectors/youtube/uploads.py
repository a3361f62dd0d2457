"""A film to YouTube, in parts, so that a lost line or a crash costs one part and never makes a second video.

Order: ask for an upload address → `remember` it → parts → `remember` again → the last part, which makes the video.
The address is a secret: who has it can go on with the upload without any token (until YouTube drops it, after a
week or so). It has to stand in the database all the same (`Outgoing.handle`), because nothing else leads back to a
half-sent film; only it, what it is for, and when it was begun are kept, and no log or error names it.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import requests
from googleapiclient.http import MediaIoBaseUpload

from connectors.base import Capability, Item, Kind, Media, Remember
from connectors.errors import OutcomeUnknown, Reason, Refused, Unreachable
from connectors.youtube.client import INCOMPLETE, Api
from connectors.youtube.reading import Json, description_of, tags_of, title_of

PART_BYTES = 4 * 1024 * 1024
"""A multiple of 256 KiB, as Google wants it. At 32 kB a second one part takes two minutes."""
EDUCATION = "27"
"""YouTube's category: it has none for health."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What an upload address says: a finished `video`, or how many bytes are there; `gone`: it knows nothing."""

    video: Json | None = None
    offset: int = 0
    gone: bool = False


def examine(item: Item, can: Capability) -> None:
    """Refuse what can't become a video before anything is sent."""
    films = [one for one in item.media if one.mime.startswith("video/")]
    if item.kind is not Kind.VIDEO or len(films) != 1 or len(item.media) > 2:
        raise Refused(Reason.UNSUPPORTED, f"{item.kind} of {len(item.media)} files, {len(films)} of them films")
    for one in item.media:
        known = one.mime in (can.video_types if one in films else can.image_types)
        if not known or not one.path.is_file() or not one.path.stat().st_size:
            raise Refused(Reason.MEDIA_REFUSED, f"{one.path.name} is not there, is empty, or is {one.mime}")
    if not title_of(item):
        raise Refused(Reason.TEXT_REFUSED, "a video without a title")


def film_of(item: Item) -> Media:
    return next(one for one in item.media if one.mime.startswith("video/"))


def cover_of(item: Item) -> Media | None:
    return next((one for one in item.media if one.mime.startswith("image/")), None)


def metadata(item: Item, privacy: str) -> dict[str, Any]:
    snippet: dict[str, Any] = {
        "title": title_of(item),
        "description": description_of(item.text),
        "categoryId": EDUCATION,
    }
    if tags := tags_of(item.text):
        snippet["tags"] = tags
    return {"snippet": snippet, "status": {"privacyStatus": privacy, "selfDeclaredMadeForKids": False}}


def fingerprint(item: Item, privacy: str) -> str:
    """What an upload is for: an item that was edited since must not go on with the old one's upload."""
    file = film_of(item).path.stat()
    said = json.dumps([metadata(item, privacy), film_of(item).path.name, file.st_size, file.st_mtime_ns])
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def progress(api: Api, address: str) -> Progress:
    """How far an upload came. Asking changes nothing."""
    head = {"Content-Range": "bytes */*", "Content-Length": "0"}
    answer, content = api.call(lambda: api.http.request(address, "PUT", headers=head))
    if answer.status in {requests.codes.ok, requests.codes.created}:
        return Progress(video=api.call(lambda: _video(json.loads(content))))
    if answer.status == INCOMPLETE:
        return Progress(offset=int(answer["range"].rpartition("-")[2]) + 1 if "range" in answer else 0)
    if answer.status in {requests.codes.not_found, requests.codes.gone}:
        return Progress(gone=True)
    raise api.refused(answer.status, content)


def _video(answer: Any) -> Json:
    if not isinstance(answer, Mapping) or not answer.get("id"):
        raise Unreachable(Reason.UNREADABLE, "an upload that answers without a video")
    return answer


def send(api: Api, item: Item, privacy: str, remember: Remember, kept: str = "", offset: int = 0) -> Json:
    """The film from `offset` on, to the address `kept` or a new one; the video that it became."""
    begun = {"upload_of": fingerprint(item, privacy), "begun": datetime.now(UTC).isoformat()}

    def before(request: requests.PreparedRequest) -> None:
        remember({"upload_url": str(request.url), **({} if kept else begun)})

    film = film_of(item)
    with film.path.open("rb") as file, api.wire.write(before):
        return api.call(
            lambda: _parts(
                api,
                item,
                privacy,
                MediaIoBaseUpload(file, film.mime, chunksize=PART_BYTES, resumable=True),
                kept,
                offset,
            )
        )


def _parts(api: Api, item: Item, privacy: str, media: Any, kept: str, offset: int) -> Json:
    request = api.service.videos().insert(part="snippet,status", body=metadata(item, privacy), media_body=media)
    if kept:
        request.resumable_uri, request.resumable_progress = kept, offset
    answer, there = None, offset - 1
    while answer is None:
        if request.resumable_progress <= there or request.resumable_progress >= media.size():
            lost = OutcomeUnknown if api.wire.left else Unreachable  # its last byte may have been taken
            raise lost(Reason.UNREADABLE, f"the upload stands still at {request.resumable_progress} bytes")
        there = request.resumable_progress
        _, answer = request.next_chunk(num_retries=0)
    if not isinstance(answer, Mapping) or not answer.get("id"):
        raise OutcomeUnknown(Reason.UNREADABLE, "an answer without a video")
    return answer


def set_cover(api: Api, video: str, cover: Media) -> None:
    with cover.path.open("rb") as file:
        api.ask("thumbnails", "set", videoId=video, media_body=MediaIoBaseUpload(file, cover.mime))
