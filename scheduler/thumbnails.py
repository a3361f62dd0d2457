"""Small pictures for lists: a phone on a slow line does not load what a platform gets."""

import hashlib
import os
import secrets
from pathlib import Path

from django.conf import settings
from PIL import Image, ImageOps, UnidentifiedImageError

SIDE = 320
"""Longest side, in pixels: sharp at the size that lists show."""


def thumbnail(picture: Path) -> Path | None:
    """The small picture of `picture`, made at its first use; None where it is no picture or is gone."""
    try:
        seen = picture.stat()
    except OSError:
        return None
    key = hashlib.sha256(f"{picture}:{seen.st_mtime_ns}:{seen.st_size}".encode()).hexdigest()
    small = Path(settings.DATA) / "thumbnails" / key[:2] / f"{key}.jpg"
    if not small.exists():
        try:
            _make(picture, small)
        except (OSError, UnidentifiedImageError, ValueError, Image.DecompressionBombError):
            return None
    return small


def _make(picture: Path, small: Path) -> None:
    """Written whole under another name first: another request may be making the same one."""
    small.parent.mkdir(parents=True, exist_ok=True)
    draft = small.with_name(f".{small.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with Image.open(picture, formats=["JPEG", "PNG", "WEBP"]) as image:
        image.draft("RGB", (SIDE * 2, SIDE * 2))
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail((SIDE, SIDE))
        flat = Image.new("RGB", upright.size, "white")
        flat.paste(upright, mask=upright.getchannel("A") if "A" in upright.getbands() else None)
        flat.save(draft, "JPEG", quality=78)
    draft.replace(small)
