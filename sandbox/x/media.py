"""Uploads: a picture at once, a film in pieces. A file without a post is seen by nobody."""

import io
from email import message_from_bytes
from typing import Any

from PIL import Image, UnidentifiedImageError

from sandbox.ledger import Account, Blob
from sandbox.wire import BadCall, Call, Reply
from sandbox.x.doors import NAME
from sandbox.x.posts import body_of
from sandbox.x.refusals import invalid, missing
from sandbox.x.shapes import Json, answer

PICTURE_MAX = 5 * 1024 * 1024
EXPIRES_S = 86_400
CHECKS = 1
"""How often a film is "in progress" when it is asked about."""


def parts(call: Call) -> dict[str, bytes]:
    """The body's parts by name (multipart/form-data)."""
    head = f"Content-Type: {call.headers.get('content-type', '')}\r\n\r\n".encode()
    whole = message_from_bytes(head + call.body)
    if not whole.is_multipart():
        raise BadCall("the body is not multipart/form-data")
    found: dict[str, bytes] = {}
    for part in whole.walk():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes):
            found[name] = content
    return found


def take_picture(call: Call, account: Account) -> Reply:
    given = parts(call)
    content = given.get("media", b"")
    if given.get("media_category") != b"tweet_image" or len(content) > PICTURE_MAX:
        return invalid("media_category is not tweet_image, or the file is over 5 MB")
    try:
        with Image.open(io.BytesIO(content)) as image:
            size, mime = image.size, Image.MIME.get(image.format or "", "image/jpeg")
    except (UnidentifiedImageError, OSError):
        return invalid("Failed to parse the media: the media id is not valid")
    blob = call.world.keep(mime, content, *size)
    number = _number(blob)
    call.world.uploads[(account.pk, number)] = {"photo": blob}
    return _shown(call, number, f"3_{number}", len(content))


def begin(call: Call, account: Account) -> Reply:
    about = body_of(call)
    if about.get("media_category") != "tweet_video" or not isinstance(about.get("total_bytes"), int):
        return invalid("media_category is not tweet_video, or total_bytes is missing")
    number = call.world.new_id()
    _films(call)[number] = {"account": account.pk, "pieces": {}, "checks": CHECKS, **about}
    return _shown(call, number, f"7_{number}", 0)


def append(call: Call, account: Account) -> Reply:
    film = _films(call).get(call.found[0])
    given = parts(call)
    if film is None or film["account"] != account.pk:
        return missing(call, call.found[0], "media")
    film["pieces"][int(given["segment_index"])] = given["media"]
    return answer(call, {"data": {"expires_at": call.world.now_us() // 1_000_000 + EXPIRES_S}, "meta": {}})


def finish(call: Call, account: Account) -> Reply:
    """Its bytes are all there: the film is worked on, and is ready after it was asked about."""
    number = call.found[0]
    film = _films(call).get(number)
    if film is None or film["account"] != account.pk:
        return missing(call, number, "media")
    content = b"".join(film["pieces"][index] for index in sorted(film["pieces"]))
    if len(content) != film["total_bytes"]:
        return invalid("Segments do not add up to provided total file size.")
    blob = Blob(f"{number}.mp4", str(film.get("media_type") or "video/mp4"), content)
    call.world.files[blob.name] = blob
    call.world.uploads[(account.pk, number)] = {"film": blob}
    return _shown(call, number, f"7_{number}", len(content), "pending")


def show(call: Call, account: Account) -> Reply:
    """`media/upload?command=STATUS`."""
    number = call.query.get("media_id", "")
    film = _films(call).get(number)
    if film is None or film["account"] != account.pk:
        return missing(call, number, "media")
    film["checks"] -= 1
    state = "succeeded" if film["checks"] < 0 else "in_progress"
    return _shown(call, number, f"7_{number}", film["total_bytes"], state)


def describe(call: Call, account: Account) -> Reply:
    """`media/metadata`: the words for those who can't see."""
    given = body_of(call)
    number = str(given.get("id") or "")
    if (account.pk, number) not in call.world.uploads:
        return missing(call, number, "media")
    words = str(given.get("metadata", {}).get("alt_text", {}).get("text") or "")
    call.world.details[f"{NAME}:alt:{number}"] = {"text": words}
    return answer(call, {"data": {"id": number, "associated_metadata": {"alt_text": {"text": words}}}})


def _films(call: Call) -> dict[str, Any]:
    return call.world.details.setdefault(f"{NAME}:films", {})


def _number(blob: Blob) -> str:
    return blob.name.partition(".")[0]


def _shown(call: Call, number: str, key: str, size: int, state: str = "") -> Reply:
    data: Json = {"id": number, "media_key": key, "size": size, "expires_after_secs": EXPIRES_S}
    if state:
        work: Json = {"type": "video", "state": state}  # the specification wants a type, and doesn't say of what
        if state != "succeeded":
            work |= {"check_after_secs": 1, "progress_percent": 50}
        data["processing_info"] = work
    return answer(call, {"data": data, "meta": {}})
