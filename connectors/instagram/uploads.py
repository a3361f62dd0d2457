"""Posts by instagrapi's single steps: upload each file, then one configure request.

Its `photo_upload` and `album_upload` aren't used: they configure in a loop (10 and 50 times where an answer is empty),
read the feed through a call that swallows errors, choose the upload number themselves and know no alt text for a
carousel's pictures. A reel needs `clip_upload`, whose steps can't be had singly; `connectors.sessions.Wire` holds it to
one request that counts.
"""

import json
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from instagrapi.utils.video import read_video_metadata

from connectors import pictures
from connectors.base import Capability, Item, Kind, Media
from connectors.errors import Reason, Refused
from connectors.instagram.client import upload_number

SETTLE_S = 3.0
"""Between upload and configure, as instagrapi and the app wait; whether Instagram needs it is not known."""
TRANSCODE_S = 10
"""Before each configure of a reel, and as long again after "not finished yet"."""

ALT_TEXT = "custom_accessibility_caption"


def examine(item: Item, capability: Capability) -> None:
    """Refuse what can't become a post before anything is sent."""
    films = [medium for medium in item.media if medium.mime.startswith("video/")]
    count = len(item.media)
    fits = {
        Kind.PHOTO: count == 1 and not films,
        # A film among pictures is not built here; the calendar's check says so before.
        Kind.CAROUSEL: capability.carousel_min <= count <= capability.carousel_max and not films,
        Kind.REEL: len(films) == 1 and count <= 2,
    }
    if not fits.get(item.kind, False):
        raise Refused(Reason.UNSUPPORTED, f"{item.kind} of {count} files, {len(films)} of them films")
    missing = next((medium.path.name for medium in item.media if not medium.path.is_file()), "")
    if missing:
        raise Refused(Reason.MEDIA_REFUSED, f"{missing} is not there")


def photo(client: Any, item: Item) -> None:
    with TemporaryDirectory(prefix="tanggap-") as folder:
        medium = item.media[0]
        ready = pictures.prepare(medium.path, Path(folder, "photo.jpg"))
        number, width, height = client.photo_rupload(ready, upload_number(item.nonce))
    time.sleep(SETTLE_S)
    client.photo_configure(number, width, height, item.text, extra_data=_alt_text(medium))


def carousel(client: Any, item: Item) -> None:
    with TemporaryDirectory(prefix="tanggap-") as folder:
        children = [
            _child(client, medium, upload_number(item.nonce, part), Path(folder, f"{part}.jpg"))
            for part, medium in enumerate(item.media, start=1)
        ]
    time.sleep(SETTLE_S)
    number = upload_number(item.nonce)
    client.album_configure(children, item.text, extra_data={"client_sidecar_id": number, "upload_id": number})


def _child(client: Any, medium: Media, number: str, into: Path) -> dict[str, Any]:
    """One picture of a carousel, uploaded and described."""
    upload_id, width, height = client.photo_rupload(pictures.prepare(medium.path, into), number, to_album=True)
    return {
        "upload_id": upload_id,
        "edits": json.dumps({"crop_original_size": [width, height], "crop_center": [0.0, -0.0], "crop_zoom": 1.0}),
        "extra": json.dumps({"source_width": width, "source_height": height}),
        "scene_capture_type": "",
        "scene_type": None,
        **_alt_text(medium),
    }


def reel(client: Any, item: Item) -> None:
    """The film, and its cover: the item's picture where it has one, else a plain one (a frame of the film can't be
    had without ffmpeg). Given no cover, instagrapi would call for MoviePy and write beside the calendar's files."""
    film = next(medium for medium in item.media if medium.mime.startswith("video/"))
    cover = next((medium.path for medium in item.media if medium is not film), None)
    try:
        read_video_metadata(film.path)
    except (OSError, ValueError) as error:
        raise Refused(Reason.MEDIA_REFUSED, f"{film.path.name}: {error}") from error
    with TemporaryDirectory(prefix="tanggap-") as folder:
        drawn = Path(folder, "cover.jpg")
        thumbnail = pictures.prepare_cover(cover, drawn) if cover else pictures.draw_cover(drawn)
        client.clip_upload(
            film.path, item.text, thumbnail=thumbnail, configure_timeout=TRANSCODE_S, extra_data=_alt_text(film)
        )


def _alt_text(medium: Media) -> dict[str, str]:
    return {ALT_TEXT: medium.alt_text} if medium.alt_text else {}
