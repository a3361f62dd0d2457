"""One row for several channels: each account's words, shape and limits by its own platform's capability."""

from datetime import timedelta
from pathlib import Path
from struct import pack
from typing import Any

import pytest
from django.conf import LazySettings
from hypothesis import given
from hypothesis import strategies as st

from connectors.base import Kind
from connectors.models import PLATFORMS, Account, Outgoing, connector_class, ways_to
from offices.models import Office
from scheduler import calendar_file, intake, template
from scheduler.calendar_file import Reading, films
from scheduler.calendar_file.media_files import MediaFolders
from scheduler.calendar_file.problems import Code
from scheduler.calendar_file.rows import KnownAccount, World, caption_column, channel_of
from scheduler.models import CalendarFile, Delivery, Post
from tests.scheduler.conftest import HEADER, NOW, as_csv, film, picture, row

PUBLIC = ("instagram_graph", "facebook", "x", "youtube", "website")
WIDE = (*HEADER, "judul", "caption_x", "caption_ig", "caption_youtube")


def known(*platforms: str) -> list[KnownAccount]:
    return [
        KnownAccount(number, platform, f"pkm-{platform}.id", connector_class(platform).capability)
        for number, platform in enumerate(platforms, start=1)
    ]


def wide(**cells: str) -> list[str]:
    """A row that has the columns of channels, too."""
    more = {name: cells.pop(name, "") for name in WIDE if name not in HEADER}
    return [*row(1, **cells), *more.values()]


@pytest.fixture
def media(tmp_path: Path) -> Path:
    folder = tmp_path / "media"
    for number in range(1, 12):
        picture(folder / f"foto {number}.jpg", f"#{number:02x}{number:02x}99")
    movie(folder / "film.mp4", 20, 1080, 1920)
    movie(folder / "sekejap.mp4", 1, 1080, 1920)
    movie(folder / "lebar.mp4", 20, 4000, 1000)
    return folder


def movie(path: Path, seconds: int, width: int, height: int, *, turned: bool = False) -> None:
    """The boxes of a film, without a picture in it."""
    matrix = pack(">9i", *((0, 1, 0, -1, 0, 0, 0, 0, 1) if turned else (1, 0, 0, 0, 1, 0, 0, 0, 1)))
    track = box(b"tkhd", bytes(40) + matrix + pack(">II", width << 16, height << 16))
    moov = box(b"moov", box(b"mvhd", bytes(12) + pack(">II", 600, seconds * 600) + bytes(80)) + box(b"trak", track))
    path.write_bytes(box(b"ftyp", b"mp42" + bytes(4)) + box(b"mdat", bytes(50)) + moov)


def box(name: bytes, content: bytes) -> bytes:
    return pack(">I4s", len(content) + 8, name) + content


def read(media: Path, *rows: list[str], accounts: list[KnownAccount]) -> Reading:
    path = media.parent / "a.csv"
    path.write_bytes(as_csv(rows, WIDE if len(rows[0]) > len(HEADER) else HEADER))
    world = World(NOW, Office().zone, accounts, MediaFolders([media]))
    return calendar_file.read(path, world)


def told(reading: Reading) -> list[tuple[Code, str, Any]]:
    return [(one.code, one.column, one.more.get("account")) for one in reading.problems]


# --- shapes


def test_each_account_gets_its_own_shape(media: Path) -> None:
    accounts = known("instagram", "facebook", "x", "youtube", "website")
    (one,) = read(media, row(1, akun="ig, fb, x", media="film.mp4"), accounts=accounts).rows
    assert one.kinds == {1: Kind.REEL, 2: Kind.VIDEO, 3: Kind.VIDEO}
    (four,) = read(media, row(1, akun="fb, x, situs", media="foto 1.jpg, foto 2.jpg"), accounts=accounts).rows
    assert set(four.kinds.values()) == {Kind.CAROUSEL}
    (words,) = read(media, row(1, akun="fb, x, website", media=""), accounts=accounts).rows
    assert (set(words.kinds.values()), words.media) == ({Kind.TEXT}, ())


def test_a_film_may_bring_its_cover(media: Path) -> None:
    (one,) = read(media, row(1, akun="yt", media="film.mp4, foto 1.jpg"), accounts=known("youtube")).rows
    assert (one.kinds, len(one.media)) == ({1: Kind.VIDEO}, 2)


@pytest.mark.parametrize(
    ("akun", "names", "expected"),
    [
        ("ig, x", "", [(Code.MEDIA_NEEDED, "media", "instagram:pkm-instagram.id")]),
        ("ig", "", [(Code.MISSING_VALUE, "media", None)]),
        ("ig, yt", "foto 1.jpg", [(Code.MEDIA_KIND, "media", "youtube:pkm-youtube.id")]),
        ("fb, website", "film.mp4", [(Code.MEDIA_KIND, "media", "website:pkm-website.id")]),
        ("ig, x", "|".join(f"foto {n}.jpg" for n in range(1, 6)), [(Code.MEDIA_COUNT, "media", "x:pkm-x.id")]),
        ("ig, fb", "sekejap.mp4", [(Code.MEDIA_LENGTH, "media", "instagram:pkm-instagram.id")]),
        ("fb, x", "lebar.mp4", [(Code.MEDIA_RATIO, "media", "x:pkm-x.id")]),
    ],
)
def test_what_one_account_does_not_take_is_told_with_its_name(
    media: Path, akun: str, names: str, expected: list[Any]
) -> None:
    accounts = known("instagram", "facebook", "x", "youtube", "website")
    reading = read(media, row(1, akun=akun, media=names), accounts=accounts)
    assert told(reading) == expected
    assert "{" not in reading.problems[0].what("id") + reading.problems[0].todo("en")


# --- words


def test_a_caption_of_its_own_goes_before_the_common_one(media: Path) -> None:
    accounts = known("instagram", "instagram_graph", "x", "facebook")
    cells = wide(akun="pkm-instagram.id, pkm-instagram_graph.id, x, fb", caption="Panjang", caption_x="Pendek")
    cells[WIDE.index("caption_ig")] = "Untuk Instagram"
    (one,) = read(media, cells, accounts=accounts).rows
    assert one.captions == {1: "Untuk Instagram", 2: "Untuk Instagram", 3: "Pendek", 4: "Panjang"}
    assert one.caption == "Panjang"


def test_every_account_with_words_of_its_own_needs_no_common_ones(media: Path) -> None:
    accounts = known("x", "facebook")
    (one,) = read(media, wide(akun="x", caption="", caption_x="Pendek"), accounts=accounts).rows
    assert (one.captions, one.caption) == ({1: "Pendek"}, "Pendek")
    lacking = read(media, wide(akun="x, fb", caption="", caption_x="Pendek"), accounts=accounts)
    assert told(lacking) == [(Code.MISSING_VALUE, "caption", None)]


def test_length_counts_as_the_platform_counts(media: Path) -> None:
    accounts = known("instagram", "x", "youtube")
    link = "https://example.id/" + "a" * 300  # 23 to X, whatever its length
    assert read(media, row(1, akun="x", caption=f"Lihat {link}"), accounts=accounts).is_clean
    emoji = read(media, row(1, akun="ig, x", caption="🙏" * 141), accounts=accounts)
    assert told(emoji) == [(Code.CAPTION_LONG, "caption", "x:pkm-x.id")]
    assert emoji.problems[0].more["length"] == 282
    long = read(media, wide(akun="ig, x", caption="x" * 300, caption_x="y" * 281), accounts=accounts)
    assert told(long) == [(Code.CAPTION_LONG, "caption_x", "x:pkm-x.id")]
    bytes_ = read(media, row(1, akun="yt", media="film.mp4", caption="é" * 2501), accounts=accounts)
    assert told(bytes_) == [(Code.CAPTION_LONG, "caption", "youtube:pkm-youtube.id")]


def test_a_title_is_measured_where_there_are_titles(media: Path) -> None:
    accounts = known("instagram", "youtube", "website")
    fits = wide(akun="ig, yt", media="film.mp4", judul="Jadwal  Posyandu")
    assert read(media, fits, accounts=accounts).rows[0].title == "Jadwal Posyandu"
    long = wide(akun="ig, website", judul="x" * 201)
    assert told(read(media, long, accounts=accounts)) == [(Code.TITLE_LONG, "judul", "website:pkm-website.id")]


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_platform_may_have_a_caption_column(media: Path, platform: str) -> None:
    accounts = known(platform)
    path = media.parent / "a.csv"
    path.write_bytes(as_csv([[*row(1, akun=platform), "Lain"]], (*HEADER, f"Caption {platform.upper()}")))
    reading = calendar_file.read(path, World(NOW, Office().zone, accounts, None))
    assert Code.UNKNOWN_COLUMN not in [one.code for one in reading.problems]
    assert caption_column(platform) in reading.titles


@given(words=st.dictionaries(st.sampled_from(["x", "facebook", "website"]), st.text("abc é🙏", min_size=1, max_size=9)))
def test_whoever_has_words_of_their_own_says_them(words: dict[str, str]) -> None:
    names = ("x", "facebook", "website")
    own = {platform: text for platform, text in words.items() if text.strip()}
    header = (*HEADER, *(f"caption_{name}" for name in names))
    line = [*row(1, akun=",".join(names), caption="Umum", media=""), *(own.get(name, "") for name in names)]
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        path = Path(folder, "a.csv")
        path.write_bytes(as_csv([line], header))
        (one,) = calendar_file.read(path, World(NOW, Office().zone, known(*names), None)).rows
    assert [one.captions[number] for number in (1, 2, 3)] == [own.get(name, "Umum") for name in names]


# --- names


def test_instagram_is_one_channel_however_the_desk_speaks_to_it(media: Path) -> None:
    accounts = known("instagram", "instagram_graph", "website")
    assert told(read(media, row(1, akun="instagram"), accounts=accounts)) == [(Code.AMBIGUOUS_ACCOUNT, "akun", None)]
    (official,) = read(media, row(1, akun="instagram_graph"), accounts=accounts).rows
    assert [one.key for one in official.accounts] == [2]
    (alone,) = read(media, row(1, akun="instagram"), accounts=accounts[1:]).rows
    assert [one.key for one in alone.accounts] == [2]
    port = [KnownAccount(1, "website", "localhost:8080/blog", accounts[2].capability)]
    (site,) = read(media, row(1, akun="localhost:8080/blog"), accounts=port).rows
    assert [one.key for one in site.accounts] == [1]


# --- films


def test_platforms_are_one_channel_where_they_reach_the_same_pages() -> None:
    """Else a row for a page that is connected by another way now would not find it."""
    for platform in PLATFORMS:
        assert ways_to(platform) == [one for one in PLATFORMS if channel_of(one) == channel_of(platform)]


def test_a_film_says_how_long_and_how_large_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    movie(path, 20, 1080, 1920)
    assert films.measure(path) == films.Film(20, 1080, 1920)
    movie(path, 20, 1920, 1080, turned=True)
    assert films.measure(path) == films.Film(20, 1080, 1920)
    whole = path.read_bytes()
    for end in range(len(whole)):  # cut anywhere: a Film, never an error
        path.write_bytes(whole[:end])
        films.measure(path)
    assert films.measure(film(tmp_path / "b.mp4")) == films.Film()
    assert films.measure(tmp_path / "none.mp4") == films.Film()


# --- what becomes of it


@pytest.fixture
def accounts(content: Path, office: Office, settings: LazySettings) -> dict[str, Account]:
    return {
        platform: Account.objects.create(office=office, platform=platform, handle=f"pkm-{platform}.id", state="green")
        for platform in PLATFORMS
        if platform != "instagram"
    }


def drop(content: Path, office: Office, *rows: list[str]) -> CalendarFile:
    path = content / "a.csv"
    path.write_bytes(as_csv(rows, WIDE))
    return intake.import_file(path, office, CalendarFile.Source.FOLDER, NOW)


def test_a_row_is_one_post_and_a_delivery_an_account(
    content: Path, office: Office, accounts: dict[str, Account]
) -> None:
    cells = wide(akun="ig, fb, x, situs", caption="Umum", caption_x="Pendek", judul="Judul")
    reading = drop(content, office, cells)
    assert (reading.problems, reading.created, Post.objects.count()) == ([], 1, 1)
    rows = {one.account.platform: one for one in Outgoing.objects.select_related("account")}
    assert {name: (one.kind, one.text, one.payload.get("title")) for name, one in rows.items()} == {
        "instagram_graph": ("photo", "Umum", None),
        "facebook": ("photo", "Umum", None),
        "x": ("photo", "Pendek", None),
        "website": ("photo", "Umum", "Judul"),
    }
    item = rows["website"].item()
    assert (item.title, len(item.media)) == ("Judul", 1)
    assert drop(content, office, cells).unchanged == 1


def test_new_words_for_one_channel_change_its_delivery_alone(
    content: Path, office: Office, accounts: dict[str, Account]
) -> None:
    drop(content, office, wide(akun="fb, x", caption="Umum", caption_x="Pendek"))
    before = {one.account.platform: one.outgoing.revision for one in Delivery.objects.all()}
    assert drop(content, office, wide(akun="fb, x", caption="Umum", caption_x="Lebih pendek")).updated == 1
    after = {one.account.platform: (one.outgoing.revision, one.outgoing.text) for one in Delivery.objects.all()}
    assert after == {"facebook": (before["facebook"], "Umum"), "x": (before["x"] + 1, "Lebih pendek")}


def test_words_without_pictures_are_not_alike_for_having_none(
    content: Path, office: Office, accounts: dict[str, Account]
) -> None:
    drop(content, office, wide(id="a", akun="x", caption="Satu", media=""))
    Outgoing.objects.update(state="sent", sent_at=NOW + timedelta(days=12))
    other = drop(content, office, wide(id="b", akun="x", caption="Dua", media="", jam="09:00"))
    assert (other.created, other.held) == (1, 0)
    same = drop(content, office, wide(id="c", akun="x", caption="satu", media="", jam="10:00"))
    assert same.held == 1


def test_whatsapp_is_no_channel_of_the_calendar(content: Path, office: Office, accounts: dict[str, Account]) -> None:
    named = [account.platform for account in template.publishing(office)]
    assert "whatsapp" not in named
    assert set(named) == set(PUBLIC)
    codes = [one["code"] for one in drop(content, office, wide(akun="whatsapp")).problems]
    assert codes == [Code.UNKNOWN_ACCOUNT]
    assert template.columns_for(template.publishing(office)).count("caption_x") == 1


@given(text=st.text(st.sampled_from("ab1 .,:/#@\n\t-~") | st.characters(max_codepoint=127), max_size=40))
def test_the_short_way_of_counting_is_the_rules_own(text: str) -> None:
    from twitter_text import parse_tweet

    assert connector_class("x").capability.count(text) == parse_tweet(text).weightedLength
