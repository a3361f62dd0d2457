"""How an Instagram account is connected without Meta's leave: by its password, as the app on a phone does."""

from connectors.guide import Field, Guide

FIELDS = (
    Field(
        "password",
        ("Kata sandi akun", "Password of the account"),
        (
            "Disimpan terenkripsi di mesin ini dan tidak diperlihatkan kepada siapa pun.",
            "Kept encrypted on this machine and shown to nobody.",
        ),
    ),
    Field(
        "code",
        ("Kode dua langkah", "Two-factor code"),
        (
            "Hanya kalau Instagram memintanya: kode terbaru dari aplikasi autentikator atau SMS.",
            "Only if Instagram asks for one: the newest code from the authenticator app or the SMS.",
        ),
        required=False,
        once=True,
    ),
)
GUIDE = Guide(
    costs=("Gratis.", "Free."),
    needed=(
        ("Nama pengguna dan kata sandi akun kantor.", "User name and password of the office's account."),
        ("Ponsel akun itu, untuk mengizinkan masuknya.", "The account's phone, to allow the sign-in."),
    ),
    steps=(
        (
            "Di aplikasi Instagram, periksa bahwa surel dan nomor telepon akun masih benar.",
            "In Instagram's app, check that the account's e-mail address and phone number are still right.",
        ),
        (
            "Isi nama pengguna dan kata sandi di bawah ini, lalu pilih Hubungkan.",
            "Fill in user name and password below, and choose Connect.",
        ),
        (
            "Kalau Instagram bertanya “Apakah ini Anda?”, izinkan di ponsel, lalu coba lagi di sini.",
            "If Instagram asks “Was this you?”, allow it on the phone and try again here.",
        ),
    ),
    address="",
    by_hand=(
        ("Menyembunyikan komentar.", "Hiding a comment."),
        ("Kiriman yang hanya teks: Instagram tidak punya.", "Posts of text alone: Instagram has none."),
    ),
    handle=("Nama pengguna di Instagram", "User name on Instagram"),
    handle_help=("Misalnya puskesmas_dinoyo, tanpa @.", "For example puskesmas_dinoyo, without the @."),
    handle_pattern=r"[a-z0-9._]+",
    public_page="https://www.instagram.com/{}/",
)
