"""A short film of a poster, made without a film library: Pillow writes AV1 pictures in a row, as an animated AVIF.

That container is the one of MP4 (ISO 14496-12); where it says that it shows pictures it is told to say film instead,
in place and without moving a byte. Browsers and players show it.
"""

from io import BytesIO
from pathlib import Path
from struct import pack

from PIL import Image, ImageDraw

SECONDS = 4
A_SECOND = 5
SIZE = (360, 640)
ENDLESS = b"\xff" * 8
"""How long an animated picture lasts that is shown again and again."""


def shoot(path: Path, poster: Path) -> None:
    """The poster, with a bar that grows along its foot."""
    with Image.open(poster) as opened:
        still = opened.convert("RGB").resize(SIZE)
    frames = []
    for number in range(SECONDS * A_SECOND):
        frame = still.copy()
        done = SIZE[0] * (number + 1) // (SECONDS * A_SECOND)
        ImageDraw.Draw(frame).rectangle((0, SIZE[1] - 24, done, SIZE[1]), fill="#facc15")
        frames.append(frame)
    frames[0].save(
        avif := BytesIO(),
        "AVIF",
        save_all=True,
        append_images=frames[1:],
        duration=1000 // A_SECOND,
        quality=45,
        speed=10,
    )
    path.write_bytes(as_film(bytearray(avif.getvalue())))


def as_film(data: bytearray) -> bytes:
    """An animated AVIF → the same bytes as an MP4."""
    brands = int.from_bytes(data[:4]) - 16
    data[8:16] = b"isom" + bytes(4)
    data[16 : 16 + brands] = (b"isomav01mp42" + b"isom" * (brands // 4))[:brands]
    meta = data.index(b"meta", data.index(b"ftyp"))
    data[meta : meta + 4] = b"free"  # describes the first picture alone
    handler = data.index(b"hdlr", data.index(b"moov"))
    data[handler + 12 : handler + 16] = b"vide"
    if (again := data.find(b"edts")) > 0:
        data[again : again + 4] = b"free"  # "from the beginning, for ever"
    head = data.index(b"mvhd")
    scale = int.from_bytes(data[head + 24 : head + 28])
    for box in (b"mvhd", b"tkhd", b"mdhd"):
        place = data.index(box)
        endless = data.find(ENDLESS, place, place + 48)
        if endless > 0:
            data[endless : endless + 8] = pack(">Q", SECONDS * scale)
    return bytes(data)
