"""How an account on X is connected: an app at X's developer console, and four values from it."""

from connectors.base import Guide

GUIDE = Guide(
    costs=(
        "Bayar per pemakaian: tiap kiriman dan tiap bacaan dipotong dari saldo di console.x.com. Tetapkan batas "
        "bulanan di "
        "sana.",
        "Paid by use: each post and each reading is taken from a balance at console.x.com. Set a monthly limit there.",
    ),
    needed=(
        ("Akun X kantor.", "The office's account on X."),
        ("Kartu pembayaran untuk saldo.", "A payment card for the balance."),
    ),
    steps=(
        (
            "Buka console.x.com dan masuk dengan akun kantor; buat aplikasi (Apps → Create App).",
            "Open console.x.com and sign in as the office's account; create an app (Apps → Create App).",
        ),
        (
            "Di aplikasi: User authentication settings → Set up; pilih “Read and write and Direct message”, jenis “Web "
            "App”. Simpan.",
            "In the app: User authentication settings → Set up; choose “Read and write and Direct message”, type “Web "
            "App”. Save.",
        ),
        (
            "Bagian Keys and tokens: buat (ulang) API Key dan Secret, lalu Access Token dan Secret. Salin keempatnya.",
            "Section Keys and tokens: (re)generate API Key and Secret, then Access Token and Secret. Copy all four.",
        ),
        ("Tempelkan keempat nilai itu di bawah ini.", "Paste these four values below."),
    ),
    address="https://console.x.com/",
    by_hand=(
        (
            "Membalas orang yang tidak menyebut akun kantor: X menolaknya lewat API.",
            "Answering somebody who did not mention the office's account: X refuses that by API.",
        ),
    ),
    handle=("Nama pengguna di X", "User name on X"),
    handle_pattern=r"[a-z0-9_]{1,20}",
    public_page="https://x.com/{}",
)
