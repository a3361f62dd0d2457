"""How a Facebook Page and an Instagram business account are connected: both by an app at Meta and a Page's token."""

from connectors.guide import Guide, Words

APP: tuple[Words, ...] = (
    (
        "Buka developers.facebook.com/apps, masuk sebagai admin Halaman, lalu Buat Aplikasi. Pilih kasus penggunaan "
        "“Kelola semua hal di Halaman Anda”; untuk Instagram juga “Kelola pesan & konten di Instagram”, dengan "
        "penyiapan API lewat Login Facebook.",
        "Open developers.facebook.com/apps, sign in as an admin of the Page, then Create App. Choose the use case "
        "“Manage everything on your Page”; for Instagram also “Manage messaging and content on Instagram”, with the "
        "API setup by Facebook Login.",
    ),
    (
        "Di aplikasi itu: Pengaturan aplikasi → Dasar. Salin Nomor Aplikasi dan Kunci Rahasia.",
        "In the app: App settings → Basic. Copy the App ID and the App secret.",
    ),
)
TOKEN: tuple[Words, ...] = (
    (
        "Buka Alat → Graph API Explorer, pilih aplikasi itu, lalu “Dapatkan Token Halaman”, dan centang semua izin "
        "yang "
        "diminta.",
        "Open Tools → Graph API Explorer, choose the app, then “Get Page access token”, and tick all permissions that "
        "are "
        "asked for.",
    ),
    (
        "Tempelkan token dan kedua nilai tadi di bawah ini. Desk menukarnya dengan token yang tahan lama.",
        "Paste the token and both values below. The desk changes the token into one that lasts.",
    ),
)
REVIEW: Words = (
    "Supaya komentar warga umum terbaca, aplikasi harus tertaut ke portofolio bisnis yang sudah diverifikasi dan "
    "ditinjau Meta (App Review); untuk orang yang punya peran di aplikasi ia langsung jalan.",
    "To read what the public writes, the app must be linked to a verified business portfolio and reviewed by Meta (App "
    "Review); for people with a role in the app it works at once.",
)
FACEBOOK = Guide(
    costs=("Gratis.", "Free."),
    needed=(
        ("Halaman Facebook kantor, dan Anda adminnya.", "The office's Facebook Page, of which you are an admin."),
        REVIEW,
    ),
    steps=(*APP, *TOKEN),
    address="https://developers.facebook.com/apps/",
    by_hand=(
        (
            "Membalas pesan langsung yang lebih tua dari 24 jam: Meta tidak mengizinkannya.",
            "Answering a direct message older than 24 hours: Meta does not allow it.",
        ),
    ),
    checked="2026-11",
    handle=("Nama atau nomor Halaman", "Name or number of the Page"),
    handle_help=(
        "Seperti di alamatnya: facebook.com/puskesmasdinoyo → puskesmasdinoyo.",
        "As in its address: facebook.com/puskesmasdinoyo → puskesmasdinoyo.",
    ),
    public_page="https://www.facebook.com/{}",
)
INSTAGRAM = Guide(
    costs=("Gratis.", "Free."),
    needed=(
        (
            "Akun Instagram jenis Bisnis atau Kreator, tertaut ke Halaman Facebook kantor (di aplikasi Instagram: "
            "Pengaturan → Jenis akun; Halaman: Pengaturan → Akun tertaut).",
            "An Instagram account of the kind Business or Creator, linked to the office's Facebook Page (in "
            "Instagram's "
            "app: Settings → Account type; on the Page: Settings → Linked accounts).",
        ),
        (
            "Desk yang dapat dicapai dari luar: Instagram mengambil gambar dari alamat publiknya.",
            "A desk that can be reached from outside: Instagram fetches pictures from its public address.",
        ),
        REVIEW,
    ),
    steps=(*APP, *TOKEN),
    address="https://developers.facebook.com/apps/",
    by_hand=(
        (
            "Membalas pesan langsung yang lebih tua dari 24 jam: Meta tidak mengizinkannya.",
            "Answering a direct message older than 24 hours: Meta does not allow it.",
        ),
        ("Kiriman yang hanya teks: Instagram tidak punya.", "Posts of text alone: Instagram has none."),
    ),
    checked="2026-11",
    handle=("Nama pengguna di Instagram", "User name on Instagram"),
    handle_help=("Misalnya puskesmas_dinoyo, tanpa @.", "For example puskesmas_dinoyo, without the @."),
    handle_pattern=r"[a-z0-9._]+",
    public_page="https://www.instagram.com/{}/",
)
