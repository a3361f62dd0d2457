"""Resumable uploads (developers.google.com/youtube/v3/guides/using_resumable_upload_protocol) and covers.

The address that is given out is all that a part needs: whoever has it may go on. Nothing exists before the last byte.
"""

import json
import re
import secrets
from dataclasses import dataclass, field, replace
from typing import Any

from sandbox.ledger import Account, Picture, Post
from sandbox.wire import BadCall, Call, Reply, as_json
from sandbox.youtube import shapes
from sandbox.youtube.channel import own_video
from sandbox.youtube.oauth import token_of
from sandbox.youtube.refusals import refuse

RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")
STEP = 256 * 1024
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
COVER_MAX = 2 * 1024 * 1024
GONE = Reply(404, b"Not Found", "text/plain; charset=utf-8")


@dataclass(slots=True)
class Upload:
    account: Account
    snippet: dict[str, Any]
    privacy: str
    mime: str
    size: int
    data: bytearray = field(default_factory=bytearray)
    answer: dict[str, Any] | None = None
    """What was said when the film was whole; said again whatever becomes of the video (guess)."""


def begin(call: Call, account: Account) -> Reply:
    """The metadata first; the answer names the address for the bytes."""
    try:
        body = json.loads(call.body or b"{}")
    except ValueError as error:
        raise BadCall("the body is no JSON") from error
    snippet, status = body.get("snippet") or {}, body.get("status") or {}
    wrong = _wrong(snippet)
    if call.query.get("uploadType") != "resumable" or wrong:
        return refuse(wrong or "mediaBodyRequired", 400)
    audited = call.world.details[token_of(call)]["audited"]
    privacy = str(status.get("privacyStatus") or "public") if audited else "private"
    mime = call.headers.get("x-upload-content-type", "video/mp4")
    number = secrets.token_urlsafe(30)
    size = int(call.headers.get("x-upload-content-length") or 0)
    call.world.details[f"upload {number}"] = {"upload": Upload(account, snippet, privacy, mime, size)}
    host = f"https://{call.found[0]}.googleapis.com"
    where = f"{host}/upload/youtube/v3/videos?uploadType=resumable&part=snippet%2Cstatus&upload_id={number}"
    return Reply(200, b"", "text/plain; charset=utf-8", {"Location": where})


def _wrong(snippet: dict[str, Any]) -> str:
    """What the reference says of each field."""
    title, words = str(snippet.get("title") or ""), str(snippet.get("description") or "")
    tags = snippet.get("tags") or []
    length = sum(len(tag) + 2 * (" " in tag) for tag in tags) + max(0, len(tags) - 1)
    if not title.strip() or len(title) > 100 or set(title) & set("<>"):
        return "invalidTitle"
    if len(words.encode()) > 5000 or set(words) & set("<>"):
        return "invalidDescription"
    return "invalidTags" if length > 500 else ""


def is_question(call: Call) -> bool:
    """Whether it asks how far the upload came, and brings nothing."""
    return call.headers.get("content-range", "").startswith("bytes */")


def _upload(call: Call) -> Upload | None:
    found: Upload | None = call.world.details.get(f"upload {call.query.get('upload_id')}", {}).get("upload")
    return found


def tell(call: Call) -> Reply:
    upload = _upload(call)
    return GONE if upload is None else _so_far(call, upload)


def take(call: Call) -> Reply:
    """A part of the film. All but the last are multiples of 256 KiB and follow upon what is there."""
    upload, said = _upload(call), RANGE.fullmatch(call.headers.get("content-range", ""))
    if upload is None:
        return GONE
    if upload.answer:
        return _so_far(call, upload)
    if said is None:
        return refuse("badRequest", 400, "Failed to parse Content-Range header.")
    first, last, size = (int(number) for number in said.groups())
    fits = len(call.body) == last - first + 1 and size == upload.size and first <= len(upload.data)
    if not fits or (last + 1 < size and len(call.body) % STEP):
        return refuse("badRequest", 400, "Invalid request. The number of bytes uploaded is wrong.")
    del upload.data[first:]
    upload.data += call.body
    if len(upload.data) == upload.size:
        _publish(call, upload)
    return _so_far(call, upload)


def _so_far(call: Call, upload: Upload) -> Reply:
    if upload.answer:
        return as_json(upload.answer)
    there = {"Range": f"bytes=0-{len(upload.data) - 1}"} if upload.data else {}
    return Reply(308, b"", "text/plain; charset=utf-8", there)


def _publish(call: Call, upload: Upload) -> None:
    number = "".join(secrets.choice(LETTERS) for _ in range(11))
    film = Picture(call.world.keep(upload.mime, bytes(upload.data)))
    said = upload.snippet
    call.world.details[number] = {
        "title": said["title"],
        "tags": list(said.get("tags") or []),
        "category": str(said.get("categoryId") or "22"),
        "privacy": upload.privacy,
    }
    text = str(said.get("description") or "")
    made = call.world.publish(Post(number, number, upload.account, text, (film,), call.world.now_us(), "video"))
    upload.answer, upload.data = shapes.video(call.world, made, call.base), bytearray()


def set_cover(call: Call, account: Account) -> Reply:
    item = own_video(call, account, call.query.get("videoId", ""))
    if item is None:
        return refuse("videoNotFound", 404, "The video that you are trying to set a thumbnail for cannot be found.")
    mime = call.headers.get("content-type", "")
    if not mime.startswith("image/") or not call.body or len(call.body) > COVER_MAX:
        return refuse("invalidImage", 400, "The provided image content is invalid.")
    item.media = (replace(item.media[0], cover=call.world.keep(mime, call.body)),)
    shown = {"kind": "youtube#thumbnailSetResponse", "etag": shapes.etag(item.pk)}
    return as_json(shown | {"items": [shapes.thumbnails(item, call.base)]})
