"""Pictures reach Instagram whole, upright, and in a shape that nobody crops."""

import io
from pathlib import Path

import pytest
from instagrapi.image_util import prepare_image
from PIL import Image, ImageCms

from connectors.errors import Reason, Refused
from connectors.pictures import COVER, draw_cover, prepare, prepare_cover
from tests.connectors.instagram.conftest import draw

Colour = tuple[int, ...]


def pixel(image: Image.Image, x: float, y: float) -> Colour:
    found = image.convert("RGB").getpixel((int(x), int(y)))
    assert isinstance(found, tuple)
    return tuple(int(part) for part in found)


def near(one: Colour, other: Colour) -> bool:
    return all(abs(a - b) < 14 for a, b in zip(one, other, strict=True))


SIZES = [(600, 600), (600, 1600), (1600, 600), (1080, 1350), (1080, 566), (4000, 3000), (320, 400), (1081, 3), (3, 999)]


@pytest.mark.parametrize("size", [*SIZES, *((1080 - n, 1350 - 3 * n) for n in range(1, 200, 37))])
def test_nothing_is_left_for_instagrapi_to_crop(tmp_path: Path, size: tuple[int, int]) -> None:
    """Its own preparation, run on ours, must change nothing but the compression."""
    ready = prepare(draw(tmp_path / "a.png", size), tmp_path / "b.jpg")
    with Image.open(ready) as image:
        assert image.format == "JPEG"
        assert image.width <= 1080
        assert 0.8 <= image.width / image.height <= 90 / 47
        if image.width >= 320:
            _, after = prepare_image(str(ready), max_side=1080)
            assert after == image.size


@pytest.mark.parametrize("size", [(600, 1600), (1600, 400)])
def test_padding_goes_on_in_the_edges_colour_and_the_picture_stays_in_the_middle(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    tall = size[1] > size[0]
    picture = Image.new("RGB", size, "blue")
    for edge in ((0, 0), (size[0] - 90, 0)) if tall else ((0, 0), (0, size[1] - 90)):
        picture.paste("orange", (*edge, edge[0] + (90 if tall else size[0]), edge[1] + (size[1] if tall else 90)))
    picture.save(tmp_path / "a.png")
    with Image.open(prepare(tmp_path / "a.png", tmp_path / "b.jpg")) as image:
        assert near(pixel(image, 2, 2), (255, 165, 0))
        assert near(pixel(image, image.width - 3, image.height - 3), (255, 165, 0))
        assert near(pixel(image, image.width / 2, image.height / 2), (0, 0, 255))


def test_a_phones_turned_photo_stands_upright_and_tells_nothing_of_its_place(tmp_path: Path) -> None:
    picture = Image.new("RGB", (400, 300), "white")
    picture.paste("red", (0, 0, 400, 50))
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees
    exif[0x010F] = "Vendor"
    exif.get_ifd(0x8825)[1] = "S"
    picture.save(tmp_path / "a.jpg", exif=exif)
    with Image.open(prepare(tmp_path / "a.jpg", tmp_path / "b.jpg")) as image:
        assert pixel(image, image.width * 0.9, image.height / 2)[1] < 60  # the red top is on the right now
        assert dict(image.getexif()) == {}


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
@pytest.mark.parametrize("kind", ["png", "webp"])
def test_what_is_see_through_lies_on_white(tmp_path: Path, mode: str, kind: str) -> None:
    clear = Image.new("RGBA", (400, 400), (0, 0, 0, 0))
    if mode != "P":
        clear.convert(mode).save(tmp_path / f"a.{kind}")
    elif kind == "png":
        Image.new("P", (400, 400)).save(tmp_path / "a.png", transparency=0)
    else:
        clear.save(tmp_path / "a.webp")
    with Image.open(prepare(tmp_path / f"a.{kind}", tmp_path / "b.jpg")) as image:
        assert near(pixel(image, 200, 200), (255, 255, 255))


@pytest.mark.parametrize("mode", ["L", "CMYK", "1", "I;16"])
def test_other_kinds_of_picture_become_plain_ones(tmp_path: Path, mode: str) -> None:
    name = tmp_path / ("a.jpg" if mode == "CMYK" else "a.png")
    Image.new(mode, (400, 400)).save(name)
    with Image.open(prepare(name, tmp_path / "b.jpg")) as image:
        assert image.mode == "RGB"


def test_wide_colours_are_brought_home(tmp_path: Path) -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    draw(tmp_path / "plain.png", (400, 400), "teal")
    with Image.open(tmp_path / "plain.png") as plain:
        plain.save(tmp_path / "a.png", icc_profile=lab)
        plain.save(tmp_path / "broken.png", icc_profile=b"no profile")
    for name in ("a.png", "broken.png"):
        with Image.open(prepare(tmp_path / name, tmp_path / "b.jpg")) as image:
            assert near(pixel(image, 200, 200), (0, 128, 128))
            assert "icc_profile" not in image.info


@pytest.mark.parametrize("content", [b"", b"no picture", b"\xff\xd8\xff\xe0" + bytes(200)])
def test_no_picture_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "foto.jpg").write_bytes(content)
    with pytest.raises(Refused, match=r"foto\.jpg") as caught:
        prepare(tmp_path / "foto.jpg", tmp_path / "b.jpg")
    assert caught.value.reason is Reason.MEDIA_REFUSED


def test_half_a_picture_is_refused(tmp_path: Path) -> None:
    whole = io.BytesIO()
    Image.effect_noise((800, 800), 90).save(whole, "JPEG")
    (tmp_path / "foto.jpg").write_bytes(whole.getvalue()[:9000])
    with pytest.raises(Refused):
        prepare(tmp_path / "foto.jpg", tmp_path / "b.jpg")


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_monstrous_picture_is_not_even_decoded(tmp_path: Path) -> None:
    Image.new("1", (12_000, 9_000)).save(tmp_path / "a.png")
    with pytest.raises(Refused, match="too large"):
        prepare(tmp_path / "a.png", tmp_path / "b.jpg")


def test_covers_are_upright_and_whole(tmp_path: Path) -> None:
    with Image.open(draw_cover(tmp_path / "a.jpg")) as image:
        assert image.size == COVER
    draw(tmp_path / "wide.png", (1600, 900), "orange")
    with Image.open(prepare_cover(tmp_path / "wide.png", tmp_path / "b.jpg")) as image:
        assert image.size == COVER
        assert near(pixel(image, 5, 5), (255, 165, 0))
