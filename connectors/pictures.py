"""Pictures as Instagram takes them: a JPEG, upright, in sRGB, at most 1080 wide, between 4:5 and 1.91:1, never cropped.

instagrapi cuts off what sticks out of those ratios, silently; an infographic loses its first line so. Here the picture
is padded instead, in the mean colour of the edge that it continues. What a phone wrote beside the picture (place, time,
owner's name) is left out.
"""

import io
from math import ceil
from pathlib import Path

from PIL import Image, ImageCms, ImageDraw, ImageOps, UnidentifiedImageError

from connectors.errors import Reason, Refused

WIDTH, HEIGHT = 1080, 1350
TALLEST = (4, 5)
WIDEST = (90, 47)
"""instagrapi's own bounds, as fractions: 1.91:1 is 90:47 there."""
PIXELS_MAX = 100_000_000
QUALITY = 90

COVER = (1080, 1920)
CALM = (38, 84, 96)


def prepare(path: Path, into: Path) -> Path:
    """Write the picture at `path` as Instagram takes it to `into`. Refused where it is none, or a monstrous one."""
    try:
        with Image.open(path) as opened:
            if opened.width * opened.height > PIXELS_MAX:
                raise Refused(Reason.MEDIA_REFUSED, f"{path.name}: {opened.width}x{opened.height} is too large")
            opened.draft("RGB", (2 * WIDTH, 2 * HEIGHT))  # JPEG decodes at half size and less: memory
            padded(_scaled(_plain(ImageOps.exif_transpose(opened)))).save(into, "JPEG", quality=QUALITY)
    except (OSError, ValueError, SyntaxError, UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise Refused(Reason.MEDIA_REFUSED, f"{path.name}: {type(error).__name__}") from error
    return into


def padded(image: Image.Image) -> Image.Image:
    """`image` with as much edge as it needs to be neither taller than 4:5 nor wider than 1.91:1."""
    width, height = image.size
    wanted = max(width, ceil(height * TALLEST[0] / TALLEST[1])), max(height, ceil(width * WIDEST[1] / WIDEST[0]))
    if wanted == image.size:
        return image
    sides = wanted[0] > width
    canvas = Image.new("RGB", wanted, _edge_colour(image, sides=sides))
    canvas.paste(image, ((wanted[0] - width) // 2, (wanted[1] - height) // 2))
    return canvas


def draw_cover(into: Path) -> Path:
    """A reel's cover where none was given: a calm plain field with a play mark. It says nothing it doesn't know."""
    image = Image.new("RGB", COVER, CALM)
    x, y, r = COVER[0] / 2, COVER[1] / 2, 130
    draw = ImageDraw.Draw(image)
    draw.ellipse((x - r, y - r, x + r, y + r), outline="white", width=12)
    draw.polygon(((x - 40, y - 64), (x - 40, y + 64), (x + 72, y)), fill="white")
    image.save(into, "JPEG", quality=QUALITY)
    return into


def prepare_cover(path: Path, into: Path) -> Path:
    """A reel's own cover, fitted into 9:16 whole."""
    prepare(path, into)
    with Image.open(into) as image:
        canvas = Image.new("RGB", COVER, _edge_colour(image, sides=False))
        fitted = ImageOps.contain(image, COVER)
    canvas.paste(fitted, ((COVER[0] - fitted.width) // 2, (COVER[1] - fitted.height) // 2))
    canvas.save(into, "JPEG", quality=QUALITY)
    return into


def _plain(image: Image.Image) -> Image.Image:
    """RGB in sRGB; what is see-through lies on white."""
    profile = image.info.get("icc_profile")
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        clear = image.convert("RGBA")
        image = Image.new("RGB", clear.size, "white")
        image.paste(clear, mask=clear.getchannel("A"))
    elif profile and image.mode in {"RGB", "CMYK"}:
        image = _in_srgb(image, profile)
    return image.convert("RGB")


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """A phone's wide colours look dull once the profile is gone; a broken profile is no reason to refuse a picture."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        turned = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return turned or image


def _scaled(image: Image.Image) -> Image.Image:
    if image.width <= WIDTH and image.height <= HEIGHT:
        return image
    return ImageOps.contain(image, (WIDTH, HEIGHT))


def _edge_colour(image: Image.Image, *, sides: bool) -> tuple[int, int, int]:
    """The mean colour of the two edges that padding continues."""
    width, height = image.size
    boxes = (
        ((0, 0, 1, height), (width - 1, 0, width, height))
        if sides
        else ((0, 0, width, 1), (0, height - 1, width, height))
    )
    means = [image.crop(box).resize((1, 1), Image.Resampling.BOX).getpixel((0, 0)) for box in boxes]
    red, green, blue = ((int(a) + int(b)) // 2 for a, b in zip(*means, strict=True))
    return red, green, blue
