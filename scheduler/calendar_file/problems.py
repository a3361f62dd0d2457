"""What can be wrong with a calendar file, in words for the people who wrote it. Pure: data and dataclasses.

One literal table holds every code with what is wrong and what to do, in Indonesian and English: the console, the
`….masalah.csv` beside the file and `manage.py check_content` all say the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal, NamedTuple, Self

Language = Literal["id", "en"]

VALUE_SHOWN = 80
"""Characters of a wrong value that a problem repeats."""


class Code(StrEnum):
    """Stable names: rows and JSON keep them."""

    EMPTY_FILE = "empty_file"
    TOO_BIG = "too_big"
    TOO_MANY_ROWS = "too_many_rows"
    UNSUPPORTED_TYPE = "unsupported_type"
    WRONG_EXTENSION = "wrong_extension"
    NOT_TEXT = "not_text"
    BROKEN_CSV = "broken_csv"
    ENCRYPTED_WORKBOOK = "encrypted_workbook"
    BROKEN_WORKBOOK = "broken_workbook"
    WORKBOOK_BOMB = "workbook_bomb"
    UNREADABLE_FILE = "unreadable_file"
    OTHER_SHEETS = "other_sheets"
    WRONG_HEADER = "wrong_header"
    DOUBLE_COLUMN = "double_column"
    UNKNOWN_COLUMN = "unknown_column"
    OPEN_QUOTE = "open_quote"
    EXTRA_CELLS = "extra_cells"
    LONG_CELL = "long_cell"
    FORMULA = "formula"
    CELL_ERROR = "cell_error"
    MISSING_VALUE = "missing_value"
    BAD_ID = "bad_id"
    BAD_DATE = "bad_date"
    SHORT_YEAR = "short_year"
    FAR_DATE = "far_date"
    BAD_TIME = "bad_time"
    OTHER_ZONE = "other_zone"
    PAST = "past"
    UNKNOWN_ACCOUNT = "unknown_account"
    AMBIGUOUS_ACCOUNT = "ambiguous_account"
    NO_ACCOUNTS_YET = "no_accounts_yet"
    UNKNOWN_THEME = "unknown_theme"
    UNKNOWN_STATUS = "unknown_status"
    CAPTION_LONG = "caption_long"
    HASHTAGS = "hashtags"
    MENTIONS = "mentions"
    MEDIA_MISSING = "media_missing"
    MEDIA_OUTSIDE = "media_outside"
    MEDIA_UNREADABLE = "media_unreadable"
    MEDIA_TYPE = "media_type"
    MEDIA_FOREIGN = "media_foreign"
    MEDIA_BIG = "media_big"
    MEDIA_PIXELS = "media_pixels"
    MEDIA_MIXED = "media_mixed"
    MEDIA_COUNT = "media_count"
    MEDIA_KIND = "media_kind"
    MEDIA_NEEDED = "media_needed"
    OUT_OF_REACH = "out_of_reach"
    DISCONNECTED = "disconnected"
    MEDIA_RATIO = "media_ratio"
    MEDIA_LENGTH = "media_length"
    TITLE_LONG = "title_long"
    ALT_COUNT = "alt_count"
    ALT_LONG = "alt_long"
    DUPLICATE_ROW = "duplicate_row"
    ALREADY_OUT = "already_out"
    ID_TAKEN = "id_taken"
    NO_OFFICE = "no_office"
    NOT_STORED = "not_stored"


class Words(NamedTuple):
    """What is wrong and what to do, in both languages; `{…}` are a problem's parameters."""

    id_what: str
    id_todo: str
    en_what: str
    en_todo: str


WORDS: Mapping[Code, Words] = {
    Code.EMPTY_FILE: Words(
        "File ini tidak berisi satu baris pun.",
        "Isi minimal satu baris di bawah judul kolom, lalu simpan lagi.",
        "This file holds no row at all.",
        "Fill in at least one row under the column titles and save again.",
    ),
    Code.TOO_BIG: Words(
        "File terlalu besar ({size} MB; batasnya {limit} MB).",
        "Hapus gambar dari dalam file, atau bagi kalender menjadi beberapa file.",
        "The file is too big ({size} MB; the limit is {limit} MB).",
        "Take pictures out of the file, or split the calendar into several files.",
    ),
    Code.TOO_MANY_ROWS: Words(
        "File berisi lebih dari {limit} baris.",
        "Bagi kalender menjadi beberapa file, misalnya satu file per bulan.",
        "The file has more than {limit} rows.",
        "Split the calendar into several files, one a month for example.",
    ),
    Code.UNSUPPORTED_TYPE: Words(
        "Jenis file ini tidak dapat dibaca ({value}).",
        "Buka di Excel, pilih Simpan Sebagai, lalu pilih «Excel Workbook (.xlsx)» atau «CSV».",
        "This kind of file cannot be read ({value}).",
        "Open it in Excel, choose Save As, then “Excel Workbook (.xlsx)” or “CSV”.",
    ),
    Code.WRONG_EXTENSION: Words(
        "Nama file berakhiran {value}, tetapi isinya {found}.",
        "Ganti akhiran namanya menjadi {expected}, atau simpan ulang dari Excel.",
        "The file's name ends in {value}, but inside it is {found}.",
        "Change the ending to {expected}, or save it again from Excel.",
    ),
    Code.NOT_TEXT: Words(
        "File CSV ini bukan teks yang dapat dibaca, atau tersalin sebagian.",
        "Salin sekali lagi. Kalau tetap begini, buka di Excel dan simpan ulang sebagai «CSV UTF-8» atau «.xlsx».",
        "This CSV file is not readable text, or only a part of it was copied.",
        "Copy it once more. If that does not help, open it in Excel and save it again as “CSV UTF-8” or “.xlsx”.",
    ),
    Code.BROKEN_CSV: Words(
        "Susunan file CSV ini rusak.",
        'Buka di Excel, periksa tanda kutip (") pada baris ini, lalu simpan ulang.',
        "This CSV file's structure is broken.",
        'Open it in Excel, check the quotation marks (") in this row and save it again.',
    ),
    Code.ENCRYPTED_WORKBOOK: Words(
        "File Excel ini dikunci dengan kata sandi.",
        "Hapus kata sandinya di Excel (File › Info › Proteksi), lalu simpan lagi.",
        "This workbook is locked with a password.",
        "Remove the password in Excel (File › Info › Protect) and save it again.",
    ),
    Code.BROKEN_WORKBOOK: Words(
        "File Excel ini rusak atau belum tersalin seluruhnya.",
        "Salin ulang file aslinya, atau buka di Excel dan simpan lagi.",
        "This workbook is damaged or was not copied completely.",
        "Copy the original again, or open it in Excel and save it again.",
    ),
    Code.WORKBOOK_BOMB: Words(
        "Isi file Excel ini jauh lebih besar daripada kalender biasa, jadi tidak dibuka demi keamanan.",
        "Salin baris kalender ke templat baru, lalu simpan sebagai file baru.",
        "What this workbook unpacks to is far bigger than any calendar, so for safety it was not opened.",
        "Copy the calendar's rows into a new template and save that as a new file.",
    ),
    Code.UNREADABLE_FILE: Words(
        "File tidak dapat dibuka ({reason}).",
        "Tutup file di program lain dan periksa izin foldernya, lalu simpan lagi.",
        "The file cannot be opened ({reason}).",
        "Close it in other programs, check the folder's permissions, and save it again.",
    ),
    Code.OTHER_SHEETS: Words(
        "Hanya lembar «{sheet}» yang dibaca. Lembar lain yang juga berisi kalender belum: {value}.",
        "Simpan tiap lembar sebagai file sendiri, atau kumpulkan barisnya di satu lembar. Lembar lama: sembunyikan.",
        "Only the sheet “{sheet}” was read. Other sheets that hold a calendar, too, were not: {value}.",
        "Save each sheet as a file of its own, or bring the rows together on one sheet. Old sheets: hide them.",
    ),
    Code.WRONG_HEADER: Words(
        "Judul kolom tidak lengkap. Belum ada: {missing}. Yang ditemukan: {found}.",
        "Tulis judul kolom di baris pertama: tanggal, jam, akun, tema, caption, media.",
        "The column titles are incomplete. Missing: {missing_en}. Found: {found}.",
        "Write the column titles in the first row: date, time, account, theme, caption, media.",
    ),
    Code.DOUBLE_COLUMN: Words(
        "Kolom ini ada dua kali: {value}.",
        "Hapus atau ganti nama salah satunya.",
        "This column is there twice: {value}.",
        "Delete or rename one of them.",
    ),
    Code.UNKNOWN_COLUMN: Words(
        "Kolom «{value}» tidak dikenal dan diabaikan.",
        "Boleh dibiarkan; kalau salah ketik, perbaiki judulnya.",
        "Column “{value}” is unknown and is left out.",
        "It may stay; if it is a typing mistake, correct the title.",
    ),
    Code.OPEN_QUOTE: Words(
        'Tanda kutip (") di baris ini tidak ditutup, sehingga baris-baris sesudahnya ikut termakan.',
        "Tutup tanda kutipnya, atau simpan ulang dari Excel.",
        'A quotation mark (") in this row is never closed and swallows the rows after it.',
        "Close the quotation mark, or save the file again from Excel.",
    ),
    Code.EXTRA_CELLS: Words(
        "Baris ini punya lebih banyak kolom daripada judulnya; lebihnya: {value}.",
        'Apit teks yang memuat koma atau titik koma dengan tanda kutip ("…"), atau simpan dari Excel.',
        "This row has more cells than there are column titles; too much: {value}.",
        'Put text that holds commas or semicolons in quotation marks ("…"), or save from Excel.',
    ),
    Code.LONG_CELL: Words(
        "Isi sel terlalu panjang ({length} huruf; batasnya {limit}).",
        "Pendekkan isinya.",
        "The cell is too long ({length} characters; the limit is {limit}).",
        "Shorten it.",
    ),
    Code.FORMULA: Words(
        "Sel ini berisi rumus: {value}.",
        "Salin sel itu, lalu Tempel Spesial › Nilai, supaya isinya tetap.",
        "This cell holds a formula: {value}.",
        "Copy the cell, then Paste Special › Values, so that its content is fixed.",
    ),
    Code.CELL_ERROR: Words(
        "Sel ini menampilkan kesalahan Excel: {value}.",
        "Ketik ulang isinya.",
        "This cell shows an Excel error: {value}.",
        "Type its content again.",
    ),
    Code.MISSING_VALUE: Words(
        "Kolom ini kosong.",
        "Isi kolom ini.",
        "This cell is empty.",
        "Fill it in.",
    ),
    Code.BAD_ID: Words(
        "Kode baris terlalu panjang ({length} huruf; batasnya {limit}).",
        "Pakai kode pendek, misalnya DES-01.",
        "The row's id is too long ({length} characters; the limit is {limit}).",
        "Use a short one, DEC-01 for example.",
    ),
    Code.BAD_DATE: Words(
        "Tanggal ini tidak dapat dibaca: {value}.",
        "Tulis hari dulu, misalnya 05/12/2026 atau 5 Desember 2026.",
        "This date cannot be read: {value}.",
        "Write the day first, 05/12/2026 or 5 December 2026 for example.",
    ),
    Code.SHORT_YEAR: Words(
        "Tahun ditulis dua angka: {value}.",
        "Tulis tahun lengkap, misalnya 2026.",
        "The year has two digits: {value}.",
        "Write the whole year, 2026 for example.",
    ),
    Code.FAR_DATE: Words(
        "Tanggal ini lebih dari {years} tahun lagi: {value}.",
        "Periksa tahunnya.",
        "This date is more than {years} years ahead: {value}.",
        "Check the year.",
    ),
    Code.BAD_TIME: Words(
        "Jam ini tidak dapat dibaca: {value}.",
        "Tulis misalnya 08:00 atau 08.00.",
        "This time cannot be read: {value}.",
        "Write 08:00 or 08.00, for example.",
    ),
    Code.OTHER_ZONE: Words(
        "Jam ini memakai zona waktu lain ({value}); kantor ini memakai {zone}.",
        "Tulis jam menurut {zone}, tanpa nama zona.",
        "This time names another time zone ({value}); this office uses {zone}.",
        "Write the time in {zone}, without a zone's name.",
    ),
    Code.PAST: Words(
        "Waktu terbit sudah lewat: {value}.",
        "Ganti tanggal atau jamnya ke waktu yang akan datang.",
        "The time of publication has passed: {value}.",
        "Change the date or time to one that is still to come.",
    ),
    Code.UNKNOWN_ACCOUNT: Words(
        "Akun tidak dikenal: {value}. Akun kantor ini: {known}.",
        "Pakai salah satu nama akun itu, atau tambahkan akunnya di halaman Akun.",
        "Unknown account: {value}. This office's accounts: {known}.",
        "Use one of these names, or add the account on the Accounts page.",
    ),
    Code.AMBIGUOUS_ACCOUNT: Words(
        "Nama akun ini bisa berarti lebih dari satu: {value} ({known}).",
        "Tulis lengkap, misalnya {example}.",
        "This account name may mean more than one: {value} ({known}).",
        "Write it in full, {example} for example.",
    ),
    Code.NO_ACCOUNTS_YET: Words(
        "Kantor ini belum punya akun.",
        "Tambahkan akun di halaman Akun, lalu simpan file ini lagi.",
        "This office has no account yet.",
        "Add one on the Accounts page, then save this file again.",
    ),
    Code.UNKNOWN_THEME: Words(
        "Tema tidak dikenal: {value}.",
        "Pilih salah satu: {known}.",
        "Unknown theme: {value}.",
        "Choose one of: {known_en}.",
    ),
    Code.UNKNOWN_STATUS: Words(
        "Status tidak dikenal: {value}.",
        "Tulis «siap» (terbit sesuai jadwal) atau «draf» (belum terbit).",
        "Unknown status: {value}.",
        "Write “ready” (goes out on time) or “draft” (does not go out yet).",
    ),
    Code.CAPTION_LONG: Words(
        "Caption terlalu panjang untuk {account}: {length} huruf menurut hitungannya, batasnya {limit}.",
        "Pendekkan {over} huruf, atau beri akun itu caption sendiri (kolom caption_…).",
        "The caption is too long for {account}: {length} characters as it counts them, the limit is {limit}.",
        "Shorten it by {over}, or give that channel a caption of its own (a column caption_…).",
    ),
    Code.HASHTAGS: Words(
        "Terlalu banyak tagar untuk {account}: {count}, batasnya {limit}.",
        "Hapus beberapa tagar (#).",
        "Too many hashtags for {account}: {count}, the limit is {limit}.",
        "Remove some hashtags (#).",
    ),
    Code.MENTIONS: Words(
        "Terlalu banyak sebutan akun (@) untuk {account}: {count}, batasnya {limit}.",
        "Hapus beberapa sebutan (@).",
        "Too many mentions (@) for {account}: {count}, the limit is {limit}.",
        "Remove some mentions (@).",
    ),
    Code.OUT_OF_REACH: Words(
        "{account} mengambil gambar dari alamat publik sistem ini, dan alamat itu tidak dapat dicapai.",
        "Buka halaman akun itu: di sana tertulis sebabnya dan yang perlu dilakukan. Lalu tekan «Periksa lagi».",
        "{account} fetches pictures from this desk's public address, and that cannot be reached.",
        "Open that account's page: it says why and what to do. Then tap “Check again”.",
    ),
    Code.DISCONNECTED: Words(
        "{account} sudah diputuskan dari sistem ini.",
        "Tulis akun lain di baris ini, atau sambungkan lagi akun itu di halamannya.",
        "{account} was disconnected from this desk.",
        "Name another account in this row, or connect that one again on its page.",
    ),
    Code.MEDIA_MISSING: Words(
        "Gambar atau video tidak ditemukan: {value}.",
        "Salin file itu ke folder {folder} (lewat ponsel: unggah bersama kalendernya), atau perbaiki namanya.",
        "Picture or video not found: {value}.",
        "Copy the file into the folder {folder} (by phone: upload it with the calendar), or correct its name.",
    ),
    Code.MEDIA_OUTSIDE: Words(
        "File ini menunjuk ke luar folder media: {value}.",
        "Salin file ke folder {folder} dan tulis hanya namanya.",
        "This file points outside the media folder: {value}.",
        "Copy the file into the folder {folder} and write only its name.",
    ),
    Code.MEDIA_UNREADABLE: Words(
        "File rusak atau belum tersalin seluruhnya: {value}.",
        "Salin ulang file itu, atau simpan ulang sebagai JPG (gambar) atau MP4 (video).",
        "The file is damaged or was not copied completely: {value}.",
        "Copy it again, or save it again as JPG (picture) or MP4 (video).",
    ),
    Code.MEDIA_TYPE: Words(
        "Jenis file ini tidak diterima: {value} ({type}).",
        "Simpan gambar sebagai JPG dan video sebagai MP4.",
        "This type of file is not accepted: {value} ({type}).",
        "Save pictures as JPG and videos as MP4.",
    ),
    Code.MEDIA_FOREIGN: Words(
        "Jenis file ini tidak diterima {account}: {value} ({type}).",
        "Simpan gambar sebagai JPG dan video sebagai MP4, atau hapus akun itu dari baris ini.",
        "This type of file is not accepted by {account}: {value} ({type}).",
        "Save pictures as JPG and videos as MP4, or take the account out of this row.",
    ),
    Code.MEDIA_BIG: Words(
        "File terlalu besar untuk {account}: {value} ({size} MB; batasnya {limit} MB).",
        "Perkecil gambar atau pendekkan videonya.",
        "The file is too big for {account}: {value} ({size} MB; the limit is {limit} MB).",
        "Make the picture smaller or the video shorter.",
    ),
    Code.MEDIA_PIXELS: Words(
        "Gambar punya terlalu banyak piksel: {value} ({pixels} juta; batasnya {limit} juta).",
        "Perkecil gambar, lebar 1440 piksel sudah cukup.",
        "The picture has too many pixels: {value} ({pixels} million; the limit is {limit} million).",
        "Make it smaller; a width of 1440 pixels is enough.",
    ),
    Code.MEDIA_MIXED: Words(
        "Gambar dan video tercampur dalam satu baris.",
        "Pisahkan: satu baris untuk gambar (sampai {limit}), satu baris untuk satu video (boleh dengan satu sampul).",
        "Pictures and videos are mixed in one row.",
        "Separate them: one row for pictures (up to {limit}), one row for one video (with one cover, if you like).",
    ),
    Code.MEDIA_COUNT: Words(
        "Jumlah file tidak sesuai untuk {account}: {count}.",
        "Pakai satu gambar, {least} sampai {most} gambar, atau satu video.",
        "The number of files does not fit {account}: {count}.",
        "Use one picture, {least} to {most} pictures, or one video.",
    ),
    Code.MEDIA_KIND: Words(
        "Akun {account} tidak menerima kiriman jenis ini ({kind}).",
        "Hapus akun itu dari baris ini, atau ganti medianya.",
        "Account {account} does not take this kind of post ({kind}).",
        "Take the account out of this row, or change the media.",
    ),
    Code.MEDIA_NEEDED: Words(
        "Akun {account} tidak menerima kiriman tanpa gambar atau video.",
        "Tambahkan gambar, atau hapus akun itu dari baris ini.",
        "Account {account} takes no post without a picture or video.",
        "Add a picture, or take the account out of this row.",
    ),
    Code.MEDIA_RATIO: Words(
        "Bentuk {value} ({shape}) tidak diterima {account}: lebar dibagi tinggi harus {least} sampai {most}.",
        "Potong atau beri tepi, supaya tidak terlalu lebar atau terlalu tinggi.",
        "The shape of {value} ({shape}) is not taken by {account}: width divided by height must be {least} to {most}.",
        "Crop it or add a border, so that it is neither too wide nor too tall.",
    ),
    Code.MEDIA_LENGTH: Words(
        "Lama video {value} ({seconds} detik) tidak diterima {account}: {least} sampai {most} detik.",
        "Potong videonya, atau hapus akun itu dari baris ini.",
        "The length of {value} ({seconds} s) is not taken by {account}: {least} to {most} seconds.",
        "Cut the video, or take the account out of this row.",
    ),
    Code.TITLE_LONG: Words(
        "Judul terlalu panjang untuk {account}: {length} huruf, batasnya {limit}.",
        "Pendekkan judulnya.",
        "The title is too long for {account}: {length} characters, the limit is {limit}.",
        "Shorten it.",
    ),
    Code.ALT_COUNT: Words(
        "Ada {count} teks alternatif untuk {media} file.",
        "Tulis satu teks untuk tiap gambar, dipisah dengan tanda |.",
        "There are {count} alt texts for {media} files.",
        "Write one text a picture, separated by |.",
    ),
    Code.ALT_LONG: Words(
        "Teks alternatif terlalu panjang untuk {account}: {length} huruf, batasnya {limit}.",
        "Pendekkan teksnya.",
        "The alt text is too long for {account}: {length} characters, the limit is {limit}.",
        "Shorten it.",
    ),
    Code.DUPLICATE_ROW: Words(
        "Baris ini kembar dengan baris {other} ({value}). Keduanya tidak dimasukkan.",
        "Hapus salah satu, atau beri id, tanggal, atau jam yang berbeda.",
        "This row has the same key as row {other} ({value}). Neither was taken in.",
        "Delete one, or give it another id, date or time.",
    ),
    Code.ALREADY_OUT: Words(
        "Baris ini diubah, tetapi kirimannya sudah atau sedang terbit di {account}. Yang sudah terbit tidak diubah.",
        "Kalau perlu, ubah langsung di {account}.",
        "This row was changed, but its post is out already, or going out, on {account}. What is out stays as it is.",
        "Where it matters, change it on {account} itself.",
    ),
    Code.ID_TAKEN: Words(
        "Id «{value}» milik kiriman lain ({other}, baris {there}). Baris ini tidak dimasukkan, kiriman itu tetap.",
        "Beri baris ini id yang belum pernah dipakai, misalnya dengan bulannya di depan. Untuk mengubah kiriman yang "
        "masih antre itu: di filenya sendiri atau di halaman Antrean.",
        "The id “{value}” belongs to another post ({other}, row {there}). This row was not taken in; that post stays.",
        "Give this row an id that was never used, with its month in front for example. To change that post while it is "
        "still queued, use its own file or the page Queue.",
    ),
    Code.NO_OFFICE: Words(
        "Tidak jelas file ini milik kantor mana (folder «{folder}»).",
        "Pindahkan file ke folder kantornya. Folder yang dikenal: {known}.",
        "It is not clear which office this file belongs to (folder “{folder}”).",
        "Move it into its office's folder. Known folders: {known}.",
    ),
    Code.NOT_STORED: Words(
        "Baris ini benar, tetapi gagal disimpan ({reason}).",
        "Simpan file ini sekali lagi; kalau terulang, hubungi pengelola sistem.",
        "This row is right but could not be stored ({reason}).",
        "Save the file once more; if it happens again, tell whoever looks after the system.",
    ),
}

WARNINGS = frozenset({Code.UNKNOWN_COLUMN, Code.ALREADY_OUT})
"""What is only mentioned: the file is good in spite of it."""


WAITS_FOR_MEDIA = frozenset(
    {
        Code.MEDIA_MISSING,
        Code.MEDIA_UNREADABLE,
        Code.MEDIA_OUTSIDE,
        Code.MEDIA_TYPE,
        Code.MEDIA_FOREIGN,
        Code.MEDIA_BIG,
        Code.MEDIA_PIXELS,
        Code.MEDIA_RATIO,
        Code.MEDIA_LENGTH,
    }
)
WAITS_FOR_ACCOUNT = frozenset(
    {Code.NO_ACCOUNTS_YET, Code.UNKNOWN_ACCOUNT, Code.AMBIGUOUS_ACCOUNT, Code.OUT_OF_REACH, Code.DISCONNECTED}
)
WAITING = frozenset({code.value for code in WAITS_FOR_MEDIA | WAITS_FOR_ACCOUNT | {Code.NOT_STORED}})
"""What may come right without the file itself being changed."""


def shorten(value: str) -> str:
    """A wrong value as a problem shows it: one line, not longer than VALUE_SHOWN."""
    line = " ".join("".join(c if c.isprintable() else " " for c in value).split())
    return line if len(line) <= VALUE_SHOWN else line[: VALUE_SHOWN - 1] + "…"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where, and in which words. `row` is the number that the spreadsheet shows (0: the
    whole file), `column` the title as the file writes it."""

    code: Code
    file: str = ""
    row: int = 0
    column: str = ""
    value: str = ""
    more: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def is_warning(self) -> bool:
        return self.code in WARNINGS

    def what(self, language: Language) -> str:
        words = WORDS[self.code]
        return self._fill(words.id_what if language == "id" else words.en_what)

    def todo(self, language: Language) -> str:
        words = WORDS[self.code]
        return self._fill(words.id_todo if language == "id" else words.en_todo)

    def _fill(self, text: str) -> str:
        # An empty value is the one thing that would leave a hole in the sentence.
        return text.format(**{**self.more, "value": self.value or "–"})

    def as_json(self) -> dict[str, Any]:
        """For a row's JSON field and `check_content --format json`: codes for machines, words for people."""
        return {
            "file": self.file,
            "row": self.row,
            "column": self.column,
            "code": self.code.value,
            "value": self.value,
            "params": dict(self.more),
            "warning": self.is_warning,
            "what_id": self.what("id"),
            "todo_id": self.todo("id"),
            "what_en": self.what("en"),
            "todo_en": self.todo("en"),
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """What `as_json` kept."""
        code = Code(kept["code"])
        return cls(code, kept["file"], kept["row"], kept["column"], kept["value"], kept.get("params", {}))


def problem(code: Code, *, row: int = 0, column: str = "", value: str = "", **more: str | int) -> Problem:
    """A Problem with its value made fit to be shown; the file's name is added by whoever knows it."""
    return Problem(code, "", row, column, shorten(value), more)
