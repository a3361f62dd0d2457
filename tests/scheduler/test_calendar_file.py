"""Files of every odd shape → rows, and problems that say where and what to do."""

import io
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from connectors.base import Capability, Kind
from scheduler import calendar_file
from scheduler.calendar_file import Reading, bombs, sheet
from scheduler.calendar_file.media_files import MediaFolders
from scheduler.calendar_file.problems import WORDS, Code, Problem, problem
from scheduler.calendar_file.rows import KnownAccount, Status, World
from tests.scheduler.conftest import NOW, as_csv, film, picture, row

CAN = Capability(
    kinds=frozenset({Kind.PHOTO, Kind.CAROUSEL, Kind.REEL}),
    caption_max=100,
    reply_max=100,
    hashtags_max=3,
    mentions_max=2,
    carousel_min=2,
    carousel_max=4,
    image_types=frozenset({"image/jpeg", "image/png"}),
    image_bytes_max=20_000,
    video_types=frozenset({"video/mp4"}),
    video_bytes_max=1_000,
    alt_text_max=20,
    can_hide=False,
    can_delete=False,
    official=False,
    lag_s=1,
    hosts=frozenset(),
)
ACCOUNTS = [
    KnownAccount(1, "instagram", "pkm.kendalsari", CAN),
    KnownAccount(2, "facebook", "pkm.kendalsari", CAN),
    KnownAccount(3, "facebook", "promkes", CAN),
]
Read = Callable[..., Reading]


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("media")
    for number in range(1, 7):
        picture(folder / f"foto {number}.jpg", f"#{number}{number}{number}")
    picture(folder / "besar.png", size=(300, 300)).write_bytes((folder / "besar.png").read_bytes() + b"\x00" * 30_000)
    picture(folder / "gerak.gif")
    film(folder / "film.mp4")
    film(folder / "panjang.mp4").write_bytes(b"\x00\x00\x00\x18ftypmp42" + b"\x00" * 2_000)
    return folder


@pytest.fixture
def world(media: Path) -> World:
    return World(NOW, ZoneInfo("Asia/Jakarta"), ACCOUNTS, MediaFolders([media]))


@pytest.fixture
def read(tmp_path: Path, world: World) -> Read:
    def read(content: bytes, name: str = "2026-12.csv", **changed: Any) -> Reading:
        path = tmp_path / name
        path.write_bytes(content)
        values = {key: getattr(world, key) for key in ("now", "zone", "accounts", "media")} | changed
        return calendar_file.read(path, World(**values))

    return read


def xlsx(*lines: list[object], sheets: int = 1, protect: bool = False) -> bytes:
    book = openpyxl.Workbook()
    for number in range(1, sheets):
        book.create_sheet(f"Lain {number}", 0).append(["catatan", "lain"])
    for line in lines:
        book.worksheets[-1].append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def codes(reading: Reading) -> list[Code]:
    return [one.code for one in reading.problems]


# --- words


def test_every_code_has_words_in_both_languages() -> None:
    assert set(WORDS) == set(Code)
    assert all(all(words) for words in WORDS.values())


@pytest.mark.parametrize(
    ("cells", "code", "column"),
    [
        ({"id": "x" * 101}, Code.BAD_ID, "id"),
        ({"tanggal": ""}, Code.MISSING_VALUE, "tanggal"),
        ({"tanggal": "besok"}, Code.BAD_DATE, "tanggal"),
        ({"tanggal": "1/1/1970"}, Code.BAD_DATE, "tanggal"),
        ({"tanggal": "5/12/26"}, Code.SHORT_YEAR, "tanggal"),
        ({"tanggal": "5/12/2062"}, Code.FAR_DATE, "tanggal"),
        ({"tanggal": "5/12/9999"}, Code.FAR_DATE, "tanggal"),
        ({"jam": ""}, Code.MISSING_VALUE, "jam"),
        ({"jam": "pagi"}, Code.BAD_TIME, "jam"),
        ({"jam": "08:00 WITA"}, Code.OTHER_ZONE, "jam"),
        ({"akun": ""}, Code.MISSING_VALUE, "akun"),
        ({"akun": " , "}, Code.MISSING_VALUE, "akun"),
        ({"akun": "tiktok"}, Code.UNKNOWN_ACCOUNT, "akun"),
        ({"akun": "instagram:lain"}, Code.UNKNOWN_ACCOUNT, "akun"),
        ({"akun": "facebook"}, Code.AMBIGUOUS_ACCOUNT, "akun"),
        ({"akun": "@pkm.kendalsari"}, Code.AMBIGUOUS_ACCOUNT, "akun"),
        ({"tema": "gosip"}, Code.UNKNOWN_THEME, "tema"),
        ({"status": "terbit"}, Code.UNKNOWN_STATUS, "status"),
        ({"caption": " \n "}, Code.MISSING_VALUE, "caption"),
        ({"caption": "x" * 101}, Code.CAPTION_LONG, "caption"),
        ({"caption": "x" * 40_000}, Code.LONG_CELL, "caption"),
        ({"caption": "#a #b #c #d"}, Code.HASHTAGS, "caption"),
        ({"caption": "@a @b @c"}, Code.MENTIONS, "caption"),
        ({"media": ""}, Code.MISSING_VALUE, "media"),
        ({"media": "tidak ada.jpg"}, Code.MEDIA_MISSING, "media"),
        ({"media": "../foto 1.jpg"}, Code.MEDIA_OUTSIDE, "media"),
        ({"media": "gerak.gif"}, Code.MEDIA_FOREIGN, "media"),
        ({"media": "besar.png"}, Code.MEDIA_BIG, "media"),
        ({"media": "panjang.mp4"}, Code.MEDIA_BIG, "media"),
        ({"media": "foto 1.jpg, film.mp4, foto 2.jpg"}, Code.MEDIA_MIXED, "media"),
        ({"media": "film.mp4; film.mp4"}, Code.MEDIA_MIXED, "media"),
        ({"media": "|".join(f"foto {number}.jpg" for number in range(1, 6))}, Code.MEDIA_COUNT, "media"),
        ({"teks_alt": "satu | dua"}, Code.ALT_COUNT, "teks_alt"),
        ({"teks_alt": "x" * 21}, Code.ALT_LONG, "teks_alt"),
    ],
)
def test_what_is_wrong_with_a_cell(read: Read, cells: dict[str, str], code: Code, column: str) -> None:
    reading = read(as_csv([row(1), row(2, **cells), row(3)]))
    assert [(one.code, one.row, one.column, one.file) for one in reading.problems] == [(code, 3, column, "2026-12.csv")]
    assert [(one.number, one.key) for one in reading.rows] == [(2, "id:DES-1"), (4, "id:DES-3")]
    assert [one.number for one in reading.bad] == [3]
    (told,) = reading.problems
    for language in ("id", "en"):
        for words in (told.what(language), told.todo(language)):
            assert words.strip()
            assert "{" not in words
    assert Problem.from_json(told.as_json()) == told


def test_a_kind_that_the_platform_does_not_take(read: Read) -> None:
    from dataclasses import replace

    only_photos = [KnownAccount(1, "instagram", "a", replace(CAN, kinds=frozenset({Kind.PHOTO})))]
    assert codes(read(as_csv([row(1, media="film.mp4")]), accounts=only_photos)) == [Code.MEDIA_KIND]


def test_all_problems_of_a_row_are_told_at_once(read: Read) -> None:
    reading = read(as_csv([row(1, tanggal="?", jam="?", akun="?", tema="?", media="?.jpg", status="?")]))
    assert len(reading.problems) == 6
    assert codes(read(as_csv([row(1)]), accounts=[])) == [Code.NO_ACCOUNTS_YET]


def test_twins_name_each_other_and_neither_is_taken(read: Read) -> None:
    reading = read(as_csv([row(1), row(2), row(1, jam="10:00"), row(3, id=""), row(4, id="", tanggal="04/12/2026")]))
    told = [(one.code, one.row, one.more.get("other")) for one in reading.problems]
    twin = Code.DUPLICATE_ROW
    assert told == [(twin, 2, "4"), (twin, 4, "2"), (twin, 5, "6"), (twin, 6, "5")]
    assert [one.number for one in reading.rows] == [3]


def test_one_id_on_two_accounts_is_no_twin(read: Read) -> None:
    reading = read(as_csv([row(1, akun="instagram"), row(1, akun="promkes")]))
    assert len(reading.rows) == 2


def test_the_past_counts_for_what_is_not_known(read: Read) -> None:
    reading = read(as_csv([row(1, tanggal="20/11/2026"), row(2, tanggal="20/11/2026", jam="09:00")]))
    past = reading.reject_past({("id:DES-1", 1)}, NOW)
    assert [(one.code, one.row, one.column) for one in past.problems] == [(Code.PAST, 3, "tanggal")]
    assert [one.key for one in past.rows] == ["id:DES-1"]
    two = read(as_csv([row(1, tanggal="20/11/2026", akun="instagram, promkes")]))
    assert two.reject_past({("id:DES-1", 1), ("id:DES-1", 3)}, NOW).is_clean
    assert codes(two.reject_past({("id:DES-1", 1)}, NOW)) == [Code.PAST]  # new on the second account
    same_minute = read(as_csv([row(1, tanggal="21/11/2026", jam="10:00")]))
    assert same_minute.reject_past(set(), datetime(2026, 11, 21, 3, 0, 40, tzinfo=UTC)).is_clean
    assert not same_minute.reject_past(set(), datetime(2026, 11, 21, 3, 1, 1, tzinfo=UTC)).is_clean


# --- what a good row may look like


@pytest.mark.parametrize(
    "name", ["instagram", "Instagram", "IG", "instagram:pkm.kendalsari", "instagram: @PKM.kendalsari"]
)
def test_account_names(read: Read, name: str) -> None:
    (found,) = read(as_csv([row(1, akun=name)])).rows
    assert found.accounts == (ACCOUNTS[0],)


@pytest.mark.parametrize(
    "names", ["instagram, promkes", "@promkes+instagram", "instagram;fb:promkes", "ig\nPROMKES, ig"]
)
def test_several_accounts(read: Read, names: str) -> None:
    (found,) = read(as_csv([row(1, akun=names)])).rows
    assert {account.key for account in found.accounts} == {1, 3}


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        ("foto 1.jpg", Kind.PHOTO),
        ("foto 1.jpg, foto 2.jpg", Kind.CAROUSEL),
        ("foto 1.jpg\nfoto 2.jpg;foto 3.jpg | foto 4.jpg,", Kind.CAROUSEL),
        ("film.mp4", Kind.REEL),
        ("film.mp4, foto 1.jpg", Kind.REEL),  # its cover
    ],
)
def test_kind_comes_from_the_media(read: Read, names: str, kind: Kind) -> None:
    (found,) = read(as_csv([row(1, media=names)])).rows
    assert found.kinds == {1: kind}


def test_captions_are_kept_as_written(read: Read) -> None:
    caption = '  Halo; "Bu", kabar baik\n\nbaris 3 🙏 cafe\u0301\r\nakhir  '
    (found,) = read(as_csv([row(1, caption=caption)])).rows
    assert found.caption == '  Halo; "Bu", kabar baik\n\nbaris 3 🙏 café\nakhir  '


@pytest.mark.parametrize("value", ["", "siap", "Ready", " SIAP "])
def test_ready(read: Read, value: str) -> None:
    assert read(as_csv([row(1, status=value)])).rows[0].status == Status.READY


@pytest.mark.parametrize("theme", ["Kegiatan_Rutin", "kegiatan  rutin", "Routine activity", "ROUTINE ACTIVITIES"])
def test_themes_in_both_languages(read: Read, theme: str) -> None:
    assert read(as_csv([row(1, tema=theme)])).rows[0].theme == "kegiatan rutin"


def test_titles_in_english_any_order_any_spelling(read: Read) -> None:
    header = ["Alt-Text", "MEDIA", "Caption *", "STATUS", " Account ", "time", "Date", "Theme", "Row ID", "Catatan", ""]
    line = ["gambar", "foto 1.jpg", "Halo", "draft", "instagram", "08.00", "5 Dec 2026", "policy", "7", "boleh", ""]
    reading = read(as_csv([line], header=header))
    assert codes(reading) == [Code.UNKNOWN_COLUMN]
    assert reading.is_clean
    (found,) = reading.rows
    assert (found.key, found.theme, found.status, found.alt_texts) == ("id:7", "kebijakan", Status.DRAFT, ("gambar",))


# --- files


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_dialects(read: Read, delimiter: str, encoding: str) -> None:
    text = as_csv([row(1, caption="Naïve; “kutip”,\n2")], delimiter=delimiter).decode("utf-8-sig")
    (found,) = read(text.encode(encoding)).rows
    assert found.caption == "Naïve; “kutip”,\n2"


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_a_text_cut_within_a_letter_or_joined_of_two_is_not_published_garbled(read: Read, bom: bytes) -> None:
    emoji = as_csv([row(1, caption="Terima kasih 🙏")]).removeprefix(b"\xef\xbb\xbf")
    cut = emoji + ";".join(row(2)).encode() + "🙏".encode()[:2]
    joined = emoji + ";".join(row(2, caption="Naïve")).encode("cp1252")
    for content in (cut, joined):
        assert codes(read(bom + content)) == [Code.NOT_TEXT]


def test_row_numbers_are_the_spreadsheets(read: Read) -> None:
    text = "sep=;\r\nKalender Desember;;\r\n" + as_csv([row(1, caption="a\nb\nc")]).decode("utf-8-sig")
    text += ";;;;;;;;\r\n\r\n" + ";".join(row(2, jam="?")) + "\r\n"
    reading = read(text.encode())
    assert [one.number for one in reading.rows] == [3]
    assert [one.row for one in reading.problems] == [6]


def test_a_cut_text_is_told_not_published(read: Read) -> None:
    good, cut = row(1, status="siap"), row(2, status="siap", caption="Halo; apa kabar")
    text = as_csv([good, cut]).decode("utf-8-sig").replace('"', "")  # as somebody's own program writes it
    reading = read(text.encode())
    assert Code.EXTRA_CELLS in codes(reading)
    assert [one.number for one in reading.rows] == [2]


def test_an_open_quotation_loses_no_row_in_silence(read: Read) -> None:
    text = as_csv([row(1), row(2), row(3)]).decode("utf-8-sig").replace("Kabar ke-2", '"Kabar ke-2')
    reading = read(text.encode())
    assert [(one.code, one.row) for one in reading.problems] == [(Code.OPEN_QUOTE, 3)]
    assert [one.number for one in reading.rows] == [2]
    assert [(one.number, one.key) for one in reading.bad] == [(3, "")]


def test_real_cells_of_a_workbook(read: Read) -> None:
    header: list[object] = ["ID", "Tanggal", "Jam", "Akun", "Caption", "Media"]
    content = xlsx(
        ["KALENDER PUSKESMAS"],
        [],
        header,
        [12.0, date(2026, 12, 5), time(8, 30), "instagram", "Satu", "foto 1.jpg", None, "catatan di samping"],
        [13, datetime(2026, 12, 6), 0.5, "instagram", 2026, "foto 1.jpg"],  # noqa: DTZ001
        [None, "7 Desember 2026", "16.30", "instagram", "Tiga_x000D_\nbaris", "film.mp4"],
        sheets=3,
    )
    reading = read(content, "2026-12.xlsx")
    assert codes(reading) == []
    assert [(one.number, one.key, f"{one.at:%d %H:%M}", one.caption) for one in reading.rows] == [
        (4, "id:12", "05 01:30", "Satu"),
        (5, "id:13", "06 05:00", "2026"),
        (6, "at:2026-12-07T09:30:00Z", "07 09:30", "Tiga\nbaris"),
    ]


def test_a_sheet_for_each_month_is_told_not_passed_over(read: Read) -> None:
    book = openpyxl.Workbook()
    for place, month in enumerate(("Desember", "Januari", "Arsip", "Kosong", "Ide")):
        page = book.create_sheet(month)
        page.append(
            ["id", "judul", "status"] if month == "Ide" else ["id", "tanggal", "jam", "akun", "caption", "media"]
        )
        if month != "Kosong":
            page.append([place, "5 Desember 2026", "08:00", "instagram", month, "foto 1.jpg"])
    book["Arsip"].sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    reading = read(out.getvalue(), "kalender.xlsx")
    assert [one.caption for one in reading.rows] == ["Desember"]
    (told,) = reading.problems
    assert (told.code, told.value, told.is_warning) == (Code.OTHER_SHEETS, "Januari", False)
    assert "«Desember»" in told.what("id")


def test_a_hidden_sheet_is_nobodys_calendar(read: Read) -> None:
    book = openpyxl.Workbook()
    for place, state in enumerate(("visible", "hidden", "visible")):
        page = book.create_sheet(state)
        page.append(["id", "tanggal", "jam", "akun", "caption", "media", "tema"] if place else ["petunjuk"])
        page.append([place, "5 Desember 2026", "08:00", "instagram", state, "foto 1.jpg"])
        page.sheet_state = state
    out = io.BytesIO()
    book.save(out)
    reading = read(out.getvalue(), "kalender.xlsx")
    assert [(one.key, one.caption) for one in reading.rows] == [("id:2", "visible")]
    assert reading.is_clean


def test_formulas_and_errors_in_cells(read: Read) -> None:
    header: list[object] = ["no", "tanggal", "jam", "akun", "caption", "media"]
    content = xlsx(
        header,
        ["=ROW()", date(2026, 12, 5), time(8), "instagram", '=CONCATENATE("a","b")', "foto 1.jpg"],
        [2, date(2026, 12, 6), "#REF!", "instagram", "b", "foto 1.jpg"],
        [3, date(2026, 12, 7), time(8), "instagram", "c", "foto 1.jpg"],
    )
    reading = read(content, "2026-12.xlsx")
    wrong = [(one.code, one.row, one.column) for one in reading.problems if not one.is_warning]
    assert wrong == [(Code.FORMULA, 2, "caption"), (Code.CELL_ERROR, 3, "jam")]
    assert [one.number for one in reading.rows] == [4]


def bomb(part: str, text: bytes, times: int) -> bytes:
    out = io.BytesIO(xlsx(["tanggal"]))
    with (
        zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open(part, "w", force_zip64=True) as stream,
    ):
        for _ in range(times):
            stream.write(text)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        bomb("xl/worksheets/sheet9.xml", b" " * 1_000_000, 100),  # many bytes
        bomb("xl/media/gambar.png", b" " * 1_000_000, 10),  # far smaller packed
        bomb("xl/worksheets/sheet9.xml", b"<row/>" * 10_000, 90),  # many elements, few bytes… but for the ratio
        bomb("xl/sharedStrings2.xml", bytes(range(60)) * 1000 + b"<si/>" * 200_000, 2),
    ],
)
def test_a_workbook_bomb_is_not_unpacked(read: Read, content: bytes) -> None:
    assert len(content) < sheet.FILE_BYTES_MAX
    tracemalloc.start()
    reading = read(content, "bom.xlsx")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert codes(reading) == [Code.WORKBOOK_BOMB]
    assert peak < 20 * 1024**2


def test_many_parts_that_are_each_small(read: Read) -> None:
    out = io.BytesIO(xlsx(["tanggal"]))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        for number in range(bombs.TOTAL_BYTES_MAX // bombs.RATIO_FROM + 1):
            archive.writestr(f"xl/{number}.xml", b" " * bombs.RATIO_FROM)
    assert codes(read(out.getvalue(), "banyak.xlsx")) == [Code.WORKBOOK_BOMB]


def test_many_elements_that_are_hardly_packed(read: Read) -> None:
    out = io.BytesIO(xlsx(["tanggal"]))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_STORED) as archive:
        archive.writestr("xl/worksheets/sheet9.xml", b"<row/>" * (bombs.ELEMENTS_MAX + 1))
    assert codes(read(out.getvalue(), "banyak.xlsx")) == [Code.WORKBOOK_BOMB]


def test_a_directory_that_lies_about_sizes(read: Read) -> None:
    """The declared size says little, the stream holds much: what is handed out is bounded, and then it is broken."""
    content = bytearray(bomb("xl/worksheets/sheet9.xml", b" " * 1_000_000, 30))
    true = (30_000_000).to_bytes(4, "little")
    while (place := content.find(true)) >= 0:
        content[place : place + 4] = (1_000).to_bytes(4, "little")
    assert codes(read(bytes(content), "bohong.xlsx")) == [Code.BROKEN_WORKBOOK]


def test_too_many_parts(read: Read) -> None:
    out = io.BytesIO(xlsx(["tanggal"]))
    with zipfile.ZipFile(out, "a") as archive:
        for number in range(bombs.ENTRIES_MAX):
            archive.writestr(f"xl/{number}.xml", b"")
    assert codes(read(out.getvalue(), "banyak.xlsx")) == [Code.WORKBOOK_BOMB]


def with_sheet(change: Callable[[bytes], bytes]) -> bytes:
    """A workbook of titles only, its sheet's XML changed."""
    out = io.BytesIO()
    source = zipfile.ZipFile(io.BytesIO(xlsx(["tanggal", "jam", "akun", "caption", "media"])))
    with source, zipfile.ZipFile(out, "w") as archive:
        for name in source.namelist():
            part = source.read(name)
            archive.writestr(name, change(part) if name.endswith("sheet1.xml") else part)
    return out.getvalue()


def test_entities_are_not_expanded(read: Read) -> None:
    declared = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet'
    content = with_sheet(lambda xml: xml.replace(b"<worksheet", declared).replace(b"tanggal", b"&b;"))
    assert codes(read(content, "entitas.xlsx")) == [Code.BROKEN_WORKBOOK]


def test_a_row_far_down_costs_nothing(read: Read) -> None:
    """Else this would take hours: nothing is made of the empty rows above it."""
    far = b'<row r="99999999"><c r="A99999999"><v>1</v></c></row></sheetData>'
    content = with_sheet(lambda xml: xml.replace(b"</sheetData>", far))
    assert codes(read(content, "jauh.xlsx")) == [Code.EMPTY_FILE]


LOCKED = sheet.OLE + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\x00" * 600
HEADER = b"tanggal;jam;akun;caption;media\n"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.csv", b"", Code.EMPTY_FILE),
        ("a.csv", b"\r\n \r\n", Code.EMPTY_FILE),
        ("a.csv", b"\xef\xbb\xbf", Code.EMPTY_FILE),
        ("a.csv", HEADER, Code.EMPTY_FILE),
        ("a.xlsx", b"", Code.EMPTY_FILE),
        ("a.xlsx", xlsx(), Code.EMPTY_FILE),
        ("a.csv", b"satu;dua\n1;2\n", Code.WRONG_HEADER),
        ("a.csv", b"tanggal;jam\n1;2\n", Code.WRONG_HEADER),
        ("a.xlsx", xlsx(["satu", "dua"]), Code.WRONG_HEADER),
        ("a.csv", b"tanggal;jam;Tanggal;akun;caption;media\n", Code.DOUBLE_COLUMN),
        ("a.csv", b"\x00\x01\x02", Code.NOT_TEXT),
        ("a.csv", HEADER + b'"' + b"x" * 140_000 + b'";\n', Code.BROKEN_CSV),
        ("a.csv", xlsx(["tanggal"]), Code.WRONG_EXTENSION),
        ("a.xlsx", HEADER, Code.WRONG_EXTENSION),
        ("a.xlsx", LOCKED, Code.ENCRYPTED_WORKBOOK),
        ("a.csv", LOCKED, Code.ENCRYPTED_WORKBOOK),
        ("a.xlsx", sheet.OLE + b"\x00" * 600, Code.UNSUPPORTED_TYPE),
        ("a.xls", sheet.OLE, Code.UNSUPPORTED_TYPE),
        ("a.ods", b"PK\x03\x04", Code.UNSUPPORTED_TYPE),
        ("a.xlsx", b"PK\x03\x04rusak", Code.BROKEN_WORKBOOK),
        ("a.xlsx", b"\x89PNG\r\n\x1a\n\x00\xff", Code.BROKEN_WORKBOOK),
        ("a.xlsx", xlsx(["tanggal"])[:-200], Code.BROKEN_WORKBOOK),
        ("a.csv", HEADER + b"x" * sheet.FILE_BYTES_MAX, Code.TOO_BIG),
        ("a.csv", HEADER + b"1;2;3;4;5\n" * (sheet.ROWS_MAX + 1), Code.TOO_MANY_ROWS),
        ("a.csv", HEADER + b"1;2;3;4;5\n" * (sheet.ROWS_MAX * 3), Code.TOO_MANY_ROWS),
    ],
)
def test_files_that_cannot_be_read(read: Read, name: str, content: bytes, code: Code) -> None:
    reading = read(content, name)
    assert [one.code for one in reading.problems if not one.is_warning] == [code]
    assert reading.rows == ()
    (told,) = [one for one in reading.problems if not one.is_warning]
    assert told.file == name
    assert all("{" not in words for words in (told.what("id"), told.todo("id"), told.what("en"), told.todo("en")))


def test_a_wrong_header_says_what_is_missing_and_what_was_found(read: Read) -> None:
    (told,) = read(b"tanggal;jamm;akun;isi\n").problems
    assert told.what("id").startswith("Judul kolom tidak lengkap. Belum ada: jam, caption, media.")
    assert "Missing: time, caption, media. Found: tanggal, jamm, akun, isi" in told.what("en")


def test_a_file_that_is_not_there_or_may_not_be_read(tmp_path: Path, world: World) -> None:
    assert codes(calendar_file.read(tmp_path / "a.csv", world)) == [Code.UNREADABLE_FILE]
    assert codes(calendar_file.read(tmp_path, world)) == [Code.UNREADABLE_FILE]


def test_a_shown_value_is_one_short_line() -> None:
    assert problem(Code.BAD_DATE, value="a\n\x1b[31m" + "b" * 200).value == "a [31m" + "b" * 73 + "…"
