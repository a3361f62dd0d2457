"""Why a procedure's file was refused: the line, what is wrong, what to do; in Indonesian and English.

Not by gettext: this is pure, and the words must be the same at the command line and on the page.
"""

from dataclasses import dataclass
from enum import StrEnum


class Code(StrEnum):
    NOT_TOML = "not_toml"
    TOO_LONG = "too_long"
    MISSING = "missing"
    UNKNOWN_KEY = "unknown_key"
    WRONG_TYPE = "wrong_type"
    EMPTY = "empty"
    NOT_ONE_OF = "not_one_of"
    NO_DURATION = "no_duration"
    NO_TIME = "no_time"
    NO_STAGES = "no_stages"
    TWICE = "twice"
    NOT_BEFORE_LIMIT = "not_before_limit"
    NO_LIMIT = "no_limit"
    WRONG_ORDER = "wrong_order"
    NEVER_ANSWERED = "never_answered"
    NO_STAGE_FOR = "no_stage_for"
    TOO_MANY = "too_many"
    LONG = "long"


WORDS: dict[Code, tuple[str, str]] = {
    Code.NOT_TOML: (
        "Berkas ini tidak dapat dibaca: {detail}. Periksa tanda kutip, kurung, dan tanda sama dengan di baris ini.",
        "This file cannot be read: {detail}. Look at the quotes, brackets and equal signs of this line.",
    ),
    Code.TOO_LONG: (
        "Berkas ini terlalu panjang (paling banyak {detail}). Pendekkan teksnya.",
        "This file is too long (at most {detail}). Shorten its texts.",
    ),
    Code.MISSING: (
        "“{key}” belum ada di {where}. Tambahkan, misalnya: {detail}",
        "“{key}” is missing in {where}. Add it, for example: {detail}",
    ),
    Code.UNKNOWN_KEY: (
        "“{key}” tidak dikenal di {where}. Yang dikenal: {detail}. Perbaiki ejaannya atau hapus barisnya.",
        "“{key}” is not known in {where}. Known are: {detail}. Correct its spelling, or delete the line.",
    ),
    Code.WRONG_TYPE: (
        "“{key}” di {where} ditulis dengan cara yang salah. Tulis misalnya: {detail}",
        "“{key}” in {where} is written in the wrong way. Write for example: {detail}",
    ),
    Code.EMPTY: (
        "“{key}” di {where} kosong. Isi, misalnya: {detail}",
        "“{key}” in {where} is empty. Fill it in, for example: {detail}",
    ),
    Code.NOT_ONE_OF: (
        "“{value}” tidak dapat dipakai untuk “{key}” di {where}. Pilih dari: {detail}",
        "“{value}” cannot stand for “{key}” in {where}. Choose from: {detail}",
    ),
    Code.NO_DURATION: (
        "“{value}” bukan lama waktu ({key}, {where}). Tulis misalnya “15 minutes”, “2 hours”, atau “1 day”.",
        "“{value}” is no length of time ({key}, {where}). Write for example “15 minutes”, “2 hours” or “1 day”.",
    ),
    Code.NO_TIME: (
        "“{key}” di {where} tidak boleh nol. Tulis misalnya “15 minutes”, atau hapus baris ini.",
        "“{key}” in {where} cannot be zero. Write for example “15 minutes”, or delete this line.",
    ),
    Code.NO_STAGES: (
        "Prosedur ini tidak mempunyai tahap. Tambahkan paling sedikit satu bagian [[stage]].",
        "This procedure has no stages. Add at least one part [[stage]].",
    ),
    Code.TWICE: (
        "“{value}” sudah dipakai ({key}, {where}). Beri nama lain, tiap tahap berbeda.",
        "“{value}” is taken already ({key}, {where}). Choose another one, different for each stage.",
    ),
    Code.NOT_BEFORE_LIMIT: (
        "Pengingat di {where} tidak datang sebelum batas waktunya. Buat “remind_after” lebih pendek dari “limit”.",
        "The reminder in {where} does not come before its limit. Make “remind_after” shorter than “limit”.",
    ),
    Code.NO_LIMIT: (
        "“{key}” di {where} membutuhkan batas waktu. Tambahkan “limit”, atau hapus baris ini.",
        "“{key}” in {where} wants a limit. Add “limit”, or delete this line.",
    ),
    Code.WRONG_ORDER: (
        "Urutan eskalasi di {where} terbalik: yang lebih lama ditulis sesudahnya.",
        "The escalations in {where} are in the wrong order: the longer one comes later.",
    ),
    Code.NEVER_ANSWERED: (
        "Tidak ada tahap yang berakhir dengan jawaban. Tulis “answered” pada “ends_with” di salah satu tahap.",
        "No stage ends with an answer. Write “answered” into “ends_with” of one of the stages.",
    ),
    Code.NO_STAGE_FOR: (
        "Kasus jenis “{value}” tidak mempunyai tahap. Tambahkan jenis itu pada “only” di salah satu tahap.",
        "Cases of the kind “{value}” have no stage. Add this kind to “only” of one of the stages.",
    ),
    Code.TOO_MANY: (
        "Tahapnya terlalu banyak (paling banyak {detail}). Gabungkan beberapa tahap.",
        "There are too many stages (at most {detail}). Join some of them.",
    ),
    Code.LONG: (
        "“{key}” di {where} terlalu panjang (paling banyak {detail} huruf). Pendekkan.",
        "“{key}” in {where} is too long (at most {detail} letters). Shorten it.",
    ),
}


@dataclass(frozen=True)
class Problem:
    """One mistake; `line` counts from 1, 0 where no line can be named."""

    line: int
    code: Code
    key: str = ""
    where: str = ""
    value: str = ""
    detail: str = ""

    def words(self, language: str) -> str:
        text = WORDS[self.code][language.startswith("en")]
        where = self.where if language.startswith("en") else self.where.replace("stage", "tahap")
        return text.format(key=self.key, where=where, value=self.value, detail=self.detail)


class Refused(ValueError):
    """The file is no procedure; `problems` says why, in the order of the lines."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(problems, key=lambda one: one.line)
        super().__init__("; ".join(f"{one.line}: {one.words('en')}" for one in self.problems))
