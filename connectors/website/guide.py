"""How a website made with WordPress is connected: by a user of it and an application password."""

from connectors.guide import Guide

GUIDE = Guide(
    costs=("Gratis.", "Free."),
    needed=(
        (
            "Situs WordPress versi 5.6 atau lebih baru, dengan https.",
            "A WordPress site, version 5.6 or later, with https.",
        ),
        ("Pengguna di situs itu dengan peran Editor.", "A user of that site with the role Editor."),
    ),
    steps=(
        (
            "Masuk ke dasbor situs (alamat situs + /wp-admin) sebagai pengguna itu.",
            "Sign in to the site's dashboard (its address + /wp-admin) as that user.",
        ),
        (
            "Pengguna → Profil, bagian Kata Sandi Aplikasi: tulis nama “Tanggap”, lalu Tambah. Salin kata sandinya.",
            "Users → Profile, section Application Passwords: write the name “Tanggap”, then Add. Copy the password.",
        ),
        (
            "Isi alamat situs, nama pengguna, dan kata sandi aplikasi itu di bawah ini.",
            "Fill in the site's address, the user name and that application password below.",
        ),
        (
            "Supaya warga dapat menulis: Pengaturan → Diskusi → izinkan komentar.",
            "So that citizens can write: Settings → Discussion → allow comments.",
        ),
    ),
    address="",
    by_hand=(
        ("Video: unggah ke YouTube, lalu tautkan.", "Films: upload them to YouTube, then link to them."),
        (
            "Tanpa WordPress: pakai formulir pertanyaan di sistem ini.",
            "Without WordPress: use the desk's own question form.",
        ),
    ),
    checked="2026-11",
    handle=("Alamat situs", "Address of the site"),
    handle_help=("Misalnya puskesmas.example.go.id.", "For example puskesmas.example.go.id."),
    handle_pattern=r"[a-z0-9.-]+(:\d+)?(/[a-z0-9._/-]*)?",
    public_page="https://{}/",
)
