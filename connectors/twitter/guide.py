"""How an account on X is connected: an app at X's developer console, and four values from it."""

from connectors.guide import Guide

GUIDE = Guide(
    costs=(
        "Bayar per pemakaian, dipotong dari saldo di console.x.com. Menurut daftar harga X: satu kiriman atau jawaban "
        "$0,015, tetapi $0,20 bila memuat tautan; membaca $0,005 per kiriman dan $0,010 per pesan langsung.",
        "Paid by use, from a balance at console.x.com. By X's price list: a post or an answer $0.015, but $0.20 with a "
        "link in it; reading $0.005 a post and $0.010 a direct message.",
    ),
    needed=(
        ("Akun X kantor.", "The office's account on X."),
        ("Kartu pembayaran untuk saldo.", "A payment card for the balance."),
    ),
    steps=(
        (
            "Buka console.x.com, masuk dengan akun kantor, dan setujui perjanjian pengembang; beli saldo (Credits); "
            "buat aplikasi dengan New App.",
            "Open console.x.com, sign in as the office's account and accept the developer agreement; buy credits; "
            "create an app with New App.",
        ),
        (
            "Di aplikasi: User authentication settings → Set up; pilih “Read and write and Direct message”, jenis “Web "
            "App”. Simpan.",
            "In the app: User authentication settings → Set up; choose “Read and write and Direct message”, type “Web "
            "App”. Save.",
        ),
        (
            "Bagian Keys and tokens: buat (ulang) API Key dan Secret, lalu Access Token dan Secret. Salin keempatnya: "
            "X hanya menampilkannya sekali.",
            "Section Keys and tokens: (re)generate API Key and Secret, then Access Token and Secret. Copy all four: X "
            "shows them only once.",
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
    checked="2026-11",
    handle=("Nama pengguna di X", "User name on X"),
    handle_pattern=r"[a-z0-9_]{1,20}",
    public_page="https://x.com/{}",
)
