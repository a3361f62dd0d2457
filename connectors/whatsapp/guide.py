"""How the office's WhatsApp number is connected, by which officers are asked about a case. Nothing is published "
"there."""

from connectors.guide import Guide

GUIDE = Guide(
    costs=(
        "Dibayar per pesan ke Meta. Sejak Oktober 2026 pesan templat (kategori utilitas) selalu berbayar, dan pesan "
        "bebas dalam 24 jam gratis hanya untuk 1.000 pertama per nomor dan bulan; tanpa cara bayar, selebihnya tidak "
        "sampai. Tanpa menghubungkan apa pun, tombol Bagikan di ponsel tetap gratis.",
        "Paid to Meta by the message. Since October 2026 template messages (category utility) always cost, and "
        "free-form "
        "ones within 24 hours are free only for the first 1,000 a number and month; without a way to pay, the rest "
        "does "
        "not arrive. Without connecting anything, the phone's share button stays free.",
    ),
    needed=(
        (
            "Nomor telepon yang tidak sedang dipakai di aplikasi WhatsApp.",
            "A telephone number that is not in use in the WhatsApp app.",
        ),
        ("Akun bisnis Meta (Meta Business) kantor.", "The office's Meta Business account."),
    ),
    steps=(
        (
            "developers.facebook.com/apps → Buat Aplikasi, pilih kasus penggunaan untuk WhatsApp, dan tautkan "
            "portofolio "
            "bisnis kantor.",
            "developers.facebook.com/apps → Create App, choose the use case for WhatsApp, and link the office's "
            "business "
            "portfolio.",
        ),
        (
            "WhatsApp → Penyiapan API: tambahkan nomor kantor, salin Phone number ID.",
            "WhatsApp → API Setup: add the office's number, copy the Phone number ID.",
        ),
        (
            "business.facebook.com → Pengaturan → Pengguna sistem: buat satu, beri aplikasi itu, buat token tanpa "
            "batas "
            "waktu dengan izin whatsapp_business_messaging dan whatsapp_business_management.",
            "business.facebook.com → Settings → System users: make one, give it the app, make a token that never ends "
            "with "
            "whatsapp_business_messaging and whatsapp_business_management.",
        ),
        (
            "WhatsApp Manager → Templat: buat templat utilitas berbahasa Indonesia dengan gambar di kepala, satu isian "
            "{{1}}, dan tiga tombol balasan cepat: Saya jawab, Teruskan, Butuh waktu; tunggu disetujui.",
            "WhatsApp Manager → Templates: make a utility template in Indonesian with an image on top, one gap {{1}} "
            "and three quick replies: Saya jawab, Teruskan, Butuh waktu; wait until it is approved.",
        ),
        (
            "Setelah terhubung, halaman akun menunjukkan alamat webhook yang ditempelkan di WhatsApp → Konfigurasi.",
            "Once connected, the account's page shows the webhook address to paste at WhatsApp → Configuration.",
        ),
    ),
    address="https://developers.facebook.com/apps/",
    by_hand=(
        ("Kiriman untuk umum: tidak ada di WhatsApp.", "Public posts: there are none on WhatsApp."),
        ("Grup: API tidak menyediakannya.", "Groups: the API has none."),
    ),
    checked="2026-11",
    handle=("Nomor WhatsApp kantor", "The office's WhatsApp number"),
    handle_help=("Dengan kode negara, misalnya 628123456789.", "With the country's code, 628123456789 for example."),
    handle_pattern=r"[1-9][0-9]{7,14}",
)
