"""What the demo publishes: a month of an invented health centre, as a calendar file with drawn pictures.

The first rows are due within the first minute from now, so that there is something to see at once; the others
follow through the month.
"""

import csv
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from config.demo import film

SIZE = (1080, 1350)
FIRST_AFTER_S = 3.0
BETWEEN_S = 6.0
SOON = 9
"""So many rows are due in the first minute."""
EVERYWHERE = ("instagram", "facebook", "x", "website")


@dataclass(frozen=True)
class Row:
    """One post: theme of SOP-1 §5B, title on its picture(s), caption, what a blind reader is told, and the channels.
    `short` is what X gets instead of the caption; a `film` is made of the picture."""

    theme: str
    title: str
    caption: str
    alt: str
    pictures: int = 1
    channels: tuple[str, ...] = ("instagram",)
    short: str = ""
    film: bool = False


ROWS = [
    Row(
        "pengumuman",
        "Imunisasi\nSabtu Sehat",
        "Ayah Bunda, imunisasi anak kembali hadir Sabtu ini pukul 08.00-11.00 WIB di aula Puskesmas Melati. "
        "Bawa Buku KIA, ya. Gratis! #PuskesmasMelati #Imunisasi",
        "Poster imunisasi Sabtu Sehat di aula, pukul 08.00 sampai 11.00",
        channels=EVERYWHERE,
        short="Imunisasi anak Sabtu ini pukul 08.00-11.00 WIB di aula Puskesmas Melati. Bawa Buku KIA. Gratis!",
    ),
    Row(
        "informasi pelayanan",
        "Alur\nPendaftaran",
        "Begini alur pendaftaran di Puskesmas Melati: ambil nomor, ke loket, lalu tunggu dipanggil. Simak videonya "
        "sampai selesai. #PuskesmasMelati #AlurPendaftaran",
        "Video alur pendaftaran dari pintu masuk sampai ruang periksa",
        channels=("youtube", "facebook", "x"),
        film=True,
    ),
    Row(
        "informasi pelayanan",
        "Jam Layanan\nPoli Umum",
        "Poli umum buka Senin-Kamis 07.30-14.00, Jumat 07.30-11.00, Sabtu 07.30-12.00 WIB. "
        "Ambil nomor antrean paling lambat satu jam sebelum tutup. #PuskesmasMelati",
        "Poster jam layanan poli umum menurut hari",
    ),
    Row(
        "kegiatan rutin",
        "Posyandu\nLansia Ceria",
        "Senam, cek tekanan darah, dan obrolan hangat bersama Eyang-Eyang RW 05. Sampai jumpa Selasa depan! "
        "#PosyanduLansia #PuskesmasMelati",
        "Poster posyandu lansia RW 05",
        channels=("instagram", "website"),
    ),
    Row(
        "dokumentasi kegiatan",
        "Kelas Ibu\nHamil",
        "Cerita dari Kelas Ibu Hamil pagi ini: belajar napas, gizi seimbang, dan tanda bahaya yang perlu segera "
        "diperiksakan. Geser untuk melihat semuanya. #KelasIbuHamil #PuskesmasMelati",
        "Gambar kegiatan kelas ibu hamil",
        pictures=3,
    ),
    Row(
        "inovasi",
        "Daftar\nLewat WA",
        "Sekarang mendaftar bisa lewat WhatsApp: kirim nama dan poli tujuan sebelum pukul 20.00, nomor antrean "
        "dikirim malam itu juga. #InovasiPuskesmas #PuskesmasMelati",
        "Poster inovasi pendaftaran lewat WhatsApp",
    ),
    Row(
        "kebijakan",
        "Kawasan\nTanpa Rokok",
        "Seluruh halaman dan gedung Puskesmas Melati adalah kawasan tanpa rokok. Terima kasih sudah ikut menjaga "
        "udara untuk semua. #KawasanTanpaRokok #PuskesmasMelati",
        "Poster kawasan tanpa rokok",
        channels=("instagram", "facebook", "x"),
    ),
    Row(
        "kegiatan insidental",
        "Fogging\nRW 03",
        "Menyusul laporan demam berdarah, petugas melakukan pengasapan di RW 03 besok mulai pukul 06.30 WIB. "
        "Tutup makanan dan jauhkan hewan peliharaan. #CegahDBD #PuskesmasMelati",
        "Poster jadwal pengasapan di RW 03",
    ),
    Row(
        "informasi pelayanan",
        "Konseling\nGizi",
        "Anak susah makan? Berat badan tidak naik? Konseling gizi tiap Rabu pukul 09.00-12.00 WIB, tanpa biaya bagi "
        "peserta JKN. #KonselingGizi #PuskesmasMelati",
        "Poster konseling gizi tiap Rabu",
    ),
    Row("pengumuman", "Vaksin\nRabies", "Vaksin anti rabies tersedia tiap hari kerja di UGD.", "Poster vaksin rabies"),
    Row("kegiatan rutin", "Senam\nJumat", "Senam tiap Jumat pukul 06.30 WIB. Ajak tetangga!", "Poster senam"),
    Row("inovasi", "Pojok\nLaktasi", "Pojok laktasi kini punya kursi menyusui.", "Gambar pojok laktasi"),
    Row("informasi pelayanan", "Poli\nGigi", "Poli gigi melayani 20 pasien sehari.", "Poster poli gigi"),
    Row("pengumuman", "Donor\nDarah", "Donor darah bersama PMI di halaman puskesmas.", "Poster donor darah"),
    Row("kegiatan rutin", "Cek Gula\nGratis", "Cek gula darah gratis bagi usia 40 ke atas.", "Poster cek gula"),
]

COLOURS = [("#0f766e", "#ccfbf1"), ("#9a3412", "#ffedd5"), ("#1d4ed8", "#dbeafe"), ("#7e22ce", "#f3e8ff")]


def draw(path: Path, title: str, number: int) -> None:
    """A poster: the title large, shapes drawn from the number, so that no two look alike."""
    dark, light = COLOURS[number % len(COLOURS)]
    picture = Image.new("RGB", SIZE, light)
    pen = ImageDraw.Draw(picture)
    dice = random.Random(number)  # noqa: S311  # the same demo each time
    for _ in range(7):
        x, y, r = dice.randrange(SIZE[0]), dice.randrange(700, SIZE[1]), dice.randrange(60, 220)
        pen.ellipse((x - r, y - r, x + r, y + r), outline=dark, width=10)
    pen.rounded_rectangle((60, 60, SIZE[0] - 60, 640), 48, fill=dark)
    pen.multiline_text((120, 130), title, fill=light, font=ImageFont.load_default(150), spacing=20)
    pen.text((120, 540), "Puskesmas Melati", fill=light, font=ImageFont.load_default(52))
    picture.save(path, "JPEG", quality=85)


def write(folder: Path, begin: datetime) -> Path:
    """The calendar file and its pictures in `folder` (an office's, in content/); times in `begin`'s zone."""
    media = folder / "media"
    media.mkdir(parents=True, exist_ok=True)
    path = folder / f"{begin:%Y-%m}.csv"
    columns = ["id", "tanggal", "jam", "akun", "tema", "judul", "caption", "caption_x", "media", "teks_alt", "status"]
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, delimiter=";")
        table.writerow(columns)
        for number, row in enumerate(ROWS):
            names = shoot(media, number, row)
            due = due_at(begin, number)
            alt = " | ".join(row.alt if len(names) == 1 else f"{row.alt} ({p})" for p in range(1, len(names) + 1))
            status = "draf" if number == len(ROWS) - 1 else "siap"
            table.writerow(
                [
                    *(f"melati-{number + 1:02}", f"{due:%d/%m/%Y}", f"{due:%H:%M:%S}", ", ".join(row.channels)),
                    *(row.theme, row.title.replace("\n", " "), row.caption, row.short, ", ".join(names), alt, status),
                ]
            )
    return path


def shoot(media: Path, number: int, row: Row) -> list[str]:
    """A row's pictures, or its film; their names."""
    names = [f"melati-{number + 1:02}-{page}.jpg" for page in range(1, row.pictures + 1)]
    for page, name in enumerate(names):
        draw(media / name, row.title, number * 10 + page)
    if not row.film:
        return names
    film.shoot(media / f"melati-{number + 1:02}.mp4", media / names[0])
    return [f"melati-{number + 1:02}.mp4"]


def due_at(begin: datetime, number: int) -> datetime:
    if number < SOON:
        return begin + timedelta(seconds=FIRST_AFTER_S + number * BETWEEN_S)
    day = begin + timedelta(days=2 * (number - SOON + 1))
    return day.replace(hour=8, minute=0, second=0, microsecond=0)
