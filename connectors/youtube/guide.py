"""How a YouTube channel is connected: a project at Google, and the channel's consent to it."""

from connectors.guide import Guide

GUIDE = Guide(
    costs=(
        "Gratis, dengan jatah harian per proyek Google: sekitar 100 unggahan dan 10.000 satuan panggilan.",
        "Free, with a day's allowance for each Google project: some 100 uploads and 10,000 units of calls.",
    ),
    needed=(
        ("Kanal YouTube kantor dan akun Google-nya.", "The office's channel and its Google account."),
        (
            "Selama proyek belum diaudit Google, video yang diunggah lewat API terkunci sebagai privat.",
            "Until Google has audited the project, videos uploaded by API are locked as private.",
        ),
    ),
    steps=(
        (
            "Buka console.cloud.google.com, buat proyek, lalu API & Layanan → Library → aktifkan YouTube Data API v3.",
            "Open console.cloud.google.com, create a project, then APIs & Services → Library → enable YouTube Data "
            "API v3.",
        ),
        (
            "Google Auth Platform → Get started: isi nama dan surel, jenis External; lalu Audience → Publish app "
            "(selama masih Testing, token mati setelah 7 hari).",
            "Google Auth Platform → Get started: name and e-mail, External; then Audience → Publish app (while it "
            "is in "
            "Testing, the token dies after 7 days).",
        ),
        (
            "Google Auth Platform → Clients → Create client, jenis Web application, dengan alamat pengalihan "
            "https://developers.google.com/oauthplayground. Salin ID klien dan rahasianya saat itu juga.",
            "Google Auth Platform → Clients → Create client, type Web application, with the redirect address "
            "https://developers.google.com/oauthplayground. Copy the client ID and its secret right then.",
        ),
        (
            "Buka OAuth 2.0 Playground; di roda gigi isi ID klien tadi; izinkan youtube.force-ssl sebagai kanal "
            "kantor; "
            "tukar kodenya, lalu salin Refresh token.",
            "Open OAuth 2.0 Playground; in its cogwheel enter that client ID; allow youtube.force-ssl as the office's "
            "channel; exchange the code, and copy the Refresh token.",
        ),
        ("Tempelkan ketiga nilai itu di bawah ini.", "Paste these three values below."),
    ),
    address="https://console.cloud.google.com/",
    by_hand=(
        (
            "Kiriman gambar atau teks (Community): API tidak menyediakannya.",
            "Posts of pictures or text (Community): the API has none.",
        ),
        ("Pesan langsung: YouTube tidak punya.", "Direct messages: YouTube has none."),
    ),
    checked="2026-11",
    handle=("Nama kanal", "Name of the channel"),
    handle_help=("Seperti di alamatnya: youtube.com/@nama, tanpa @.", "As in youtube.com/@name, without the @."),
    public_page="https://www.youtube.com/@{}",
)
