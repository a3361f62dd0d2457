"""The register: which cases, what stands in a line, and files that nothing of a citizen's words can break out of."""

import csv
import io
import threading
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from moderation.capture.photographer import Photographer
from moderation.capture.shots import Failed, Failure, Order, Printed
from moderation.handling import noting
from moderation.handling.models import Handling
from moderation.models import Case, Evidence, Message
from moderation.register import making, printing
from moderation.register.cells import harmless
from moderation.register.choosing import Chosen, RegisterFilter, cases_of
from moderation.register.models import Export
from moderation.register.rows import rows_of
from moderation.satisfaction.models import Satisfaction
from offices.letterhead.models import Letterhead
from offices.models import Event, Office, Officer, Unit
from tests import console
from tests.desk import Desk, make_answer, make_case, make_desk, make_message
from tests.desk import picture as make_picture

pytestmark = pytest.mark.django_db
EVIL = '=cmd|"/C calc"!A1'
YEAR = Chosen(since="2026-01-01", until="2026-12-31")


@pytest.fixture(autouse=True)
def folders(settings: LazySettings, tmp_path: Path) -> Path:
    settings.EXPORT_ROOT = tmp_path / "exports"
    return tmp_path


@pytest.fixture
def desk() -> Desk:
    return make_desk()


class Printer(Photographer):
    """A stand-in for the browser: keeps what it is told to print."""

    def __init__(self, *outcomes: Printed | Failure) -> None:
        super().__init__()
        self.outcomes = list(outcomes)
        self.pages: list[str] = []

    def print(self, order: Order) -> Printed | Failure:
        assert order.paper
        assert not order.hosts
        self.pages.append(order.html)
        return self.outcomes.pop(0) if self.outcomes else Printed(b"%PDF " + order.html.encode(), 1)


def opened(desk: Desk, text: str, at: datetime, **more: Any) -> Case:
    case = make_case(desk, text, **more)
    Case.objects.filter(id=case.pk).update(opened_at=at)
    return case


def made(desk: Desk, kind: str, printer: Photographer | None = None) -> Export:
    row = making.ask(desk.officer, kind, timezone.now(), chosen=YEAR, whole=True)
    assert row is not None
    making.make_wanted(timezone.now(), printer or Printer())
    row.refresh_from_db()
    return row


DAY = datetime(2026, 3, 5, 2, tzinfo=UTC)


# --- which cases


def test_a_period_is_of_days_in_the_offices_own_time(desk: Desk) -> None:
    opened(desk, "sebelum", datetime(2026, 2, 28, 16, 59, tzinfo=UTC))  # 23.59 WIB
    inside = opened(desk, "awal", datetime(2026, 2, 28, 17, 0, tzinfo=UTC))
    last = opened(desk, "akhir", datetime(2026, 3, 31, 16, 59, 59, tzinfo=UTC))
    opened(desk, "sesudah", datetime(2026, 3, 31, 17, 0, tzinfo=UTC))
    chosen = Chosen(since="2026-03-01", until="2026-03-31")
    assert set(cases_of(desk.officer, chosen)) == {inside, last}


def test_each_limit_narrows(desk: Desk) -> None:
    unit = Unit.objects.create(office=desk.office, name="Farmasi")
    Officer.objects.filter(id=desk.officer.pk).update(unit=unit)
    first = opened(desk, "obat habis", DAY, topic="obat", officer=desk.officer)
    second = opened(desk, "usul kursi", DAY, label="suggestion", topic="parkir")
    by_hand = opened(desk, "lewat telepon", DAY, label="question")
    Case.objects.filter(id=by_hand.pk).update(account=None)
    for limit, found in (
        ({"topic": "obat"}, {first}),
        ({"label": "suggestion"}, {second}),
        ({"unit": unit.pk}, {first}),
        ({"channel": "instagram"}, {first, second}),
        ({"channel": "lain"}, {by_hand}),
        ({"office": desk.office.slug}, {first, second, by_hand}),
        ({"office": "tidak-ada"}, set()),
    ):
        assert set(cases_of(desk.officer, Chosen("2026-01-01", "2026-12-31", **limit))) == found, limit


def test_a_city_reads_its_centres_and_nobody_elses(desk: Desk) -> None:
    city = make_desk("Dinas Kesehatan", "wati", kind="city")
    stranger = make_desk("Puskesmas Lain", "budi")
    Office.objects.filter(id=desk.office.pk).update(parent=city.office)
    mine = opened(desk, "antre", DAY)
    opened(stranger, "lain", DAY)
    assert set(cases_of(city.officer, YEAR)) == {mine}
    Officer.objects.filter(id=city.officer.pk).update(role=Officer.Role.PROGRAMME)
    city.officer.refresh_from_db()
    assert set(cases_of(city.officer, YEAR)) == set()  # may not read registers


def test_lines_of_several_offices_name_them_for_their_numbers_are_alike(desk: Desk) -> None:
    city = make_desk("Dinas Kesehatan", "wati", kind="city")
    Office.objects.filter(id=desk.office.pk).update(parent=city.office)
    make_case(desk, "antre")
    client = console.signed_in(city.officer)

    def rows() -> str:
        return client.get(reverse("register")).content.decode().partition('class="rows card"')[2]

    assert "Puskesmas Mawar" not in rows()
    make_case(city, "vaksin")
    assert "Puskesmas Mawar" in rows()


def test_an_unreadable_address_shows_this_year(desk: Desk) -> None:
    wrong = {"dari": "x", "sampai": "2026-99-99", "unit": "'; --", "kanal": "telegram", "kantor": "../"}
    chosen = RegisterFilter(wrong, officer=desk.officer).chosen
    assert chosen.since == timezone.localdate().replace(month=1, day=1).isoformat()
    assert (chosen.channel, chosen.unit, chosen.office) == ("", 0, "")
    turned = RegisterFilter({"dari": "2026-05-02", "sampai": "2026-05-01"}, officer=desk.officer).chosen
    assert (turned.since, turned.until) == ("2026-05-01", "2026-05-02")


# --- a line


def test_a_line_says_it_all_and_covers_what_is_personal(desk: Desk) -> None:
    case = opened(desk, "NIK saya 3573010101900001, antre lama", DAY, topic="antrian_pendaftaran", officer=desk.officer)
    nik = {"rule": "personal.nik", "text": "3573010101900001", "start": 9, "end": 25}
    Message.objects.filter(case=case).update(reasons=[nik])
    message = Message.objects.get(case=case)
    answer = make_answer(message, "Mohon maaf, kami tambah loket.", author=desk.officer)
    type(answer).objects.filter(id=answer.pk).update(followed_up=True)
    [row] = rows_of(cases_of(desk.officer, YEAR), whole=True)
    assert (row.number, row.case_number, row.author, row.officer) == (1, case.number, "Ratna Dewi", "Sari")
    assert "3573010101900001" in row.text
    assert (row.answer, row.answered_by) == ("Mohon maaf, kami tambah loket.", "Sari")
    assert row.topic == "Antrean dan pendaftaran"
    assert row.answered_at is not None
    [covered] = rows_of(cases_of(desk.officer, YEAR), whole=False)
    assert "3573010101900001" not in covered.text
    assert covered.author == "R••• D•••"
    Message.objects.filter(case=case).update(text="", author_name="", author_handle="", author_id="", erased_at=DAY)
    [erased] = rows_of(cases_of(desk.officer, YEAR), whole=True)
    assert erased.text == erased.author != ""


def test_lines_cost_the_same_queries_however_many(desk: Desk) -> None:
    opened(desk, "satu", DAY)
    with CaptureQueriesContext(connection) as one:
        list(rows_of(cases_of(desk.officer, YEAR), whole=True))
    for number in range(30):
        opened(desk, f"lagi {number}", DAY)
    with CaptureQueriesContext(connection) as many:
        assert len(list(rows_of(cases_of(desk.officer, YEAR), whole=True))) == 31
    assert len(many) == len(one)


def test_what_was_done_by_whom_and_whether_it_helped(desk: Desk) -> None:
    case = opened(desk, "obat habis", DAY)
    unit = Unit.objects.create(office=desk.office, name="Farmasi")
    noting.note(case, Handling(what="Stok ditambah", unit="Farmasi", done_on=DAY.date()), timezone.now(), desk.officer)
    message = Message.objects.get(case=case)
    Satisfaction.objects.create(
        office=desk.office, case=case, message=message, way="link", answer=make_answer(message, "Sudah selesai?"),
        expires_at=DAY, solved=True, said_at=DAY,
    )  # fmt: skip
    [row] = rows_of(cases_of(desk.officer, YEAR), whole=True)
    assert "Stok ditambah" in row.handled
    assert (row.unit, bool(row.handled_at), bool(row.satisfaction)) == ("Farmasi", True, True)
    assert list(cases_of(desk.officer, Chosen("2026-01-01", "2026-12-31", unit=unit.pk))) == [case]


# --- files


STARTS = ["=", "+", "-", "@", "\t=", "\r=", "\n=", " =", "\u200b=", "\ufeff=", "\u00a0=", "＝", "＋", "－", "＠"]


@pytest.mark.parametrize("start", STARTS)
def test_no_cell_can_start_a_formula(start: str) -> None:
    text = harmless(f"{start}1+1")
    assert text.startswith("'")
    assert harmless("antre = lama") == "antre = lama"
    assert "\x00" not in harmless("a\x00b\x1bc\ud800")


def test_the_excel_file_and_the_csv_hold_every_line_and_run_nothing(desk: Desk) -> None:
    opened(desk, EVIL, DAY)
    opened(desk, 'Antre;"lama"\nsekali 😡 \x0b', DAY + timedelta(days=1))
    Message.objects.update(author_name="＝HYPERLINK(1)")
    xlsx = made(desk, "xlsx")
    assert (xlsx.state, xlsx.done, xlsx.total) == ("made", 2, 2)
    sheet = load_workbook(xlsx.file).active
    assert sheet is not None
    values = [[cell.value for cell in row] for row in sheet.iter_rows()]
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
    head = next(row for row in values if "No." in row)
    lines = values[values.index(head) + 1 :]
    assert [line[7] for line in lines] == [f"'{EVIL}", 'Antre;"lama"\nsekali 😡 ']
    assert lines[0][3] == datetime(2026, 3, 5, 9, 0)  # noqa: DTZ001  a spreadsheet's times have no zone
    content = made(desk, "csv").file.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    parsed = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert [line[7] for line in parsed[1:]] == [f"'{EVIL}", 'Antre;"lama"\nsekali 😡 ']
    assert all(line[6].startswith("'＝") for line in parsed[1:])
    assert parsed[1][3] == "2026-03-05 09:00"
    assert not any(cell[:1] in "=+-@\t\r" for line in parsed for cell in line if cell)


def test_the_print_has_letterhead_signature_and_no_way_out(desk: Desk) -> None:
    opened(desk, "<img src=x onerror=alert(1)> {{ 7 }} </style>", DAY)
    Letterhead.objects.create(
        office=desk.office, agency="PEMERINTAH KOTA MALANG\nDINAS KESEHATAN", address="Jl. Mawar 1", place="Malang",
        signer_title="Kepala", signer_name="dr. Ani", signer_nip="1980", logo=make_picture(),
    )  # fmt: skip
    printer = Printer()
    row = made(desk, "pdf", printer)
    assert (row.state, row.name) == ("made", "register-puskesmas-mawar-2026-01-01-2026-12-31.pdf")
    [page] = printer.pages
    head = ["PEMERINTAH KOTA MALANG", "Jl. Mawar 1", "data:image/png;base64,"]
    for said in (*head, "dr. Ani", "NIP 1980", "1 kasus", "Malang, "):
        assert said in page, said
    assert "<img src=x" not in page
    assert "&lt;/style&gt;" in page
    assert "http://" not in page
    assert "https://" not in page


def test_a_long_register_is_printed_in_parts(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "PART_ROWS", 2)
    for number in range(5):
        opened(desk, f"kasus ke-{number}", DAY + timedelta(minutes=number))
    printer = Printer()
    row = made(desk, "pdf", printer)
    assert row.name.endswith(".zip")
    with zipfile.ZipFile(row.file) as bundle:
        names = [name.removeprefix("register-puskesmas-mawar-2026-01-01-2026-12-31-") for name in bundle.namelist()]
    assert names == [f"bagian-0{number}-dari-03.pdf" for number in (1, 2, 3)]
    assert [sum(f"kasus ke-{n}" in page for n in range(5)) for page in printer.pages] == [2, 2, 1]
    assert ["Softcopy" in page for page in printer.pages] == [False, False, True]
    monkeypatch.setattr(printing, "ROWS_MAX", 4)
    refused = made(desk, "pdf", printer)
    assert (refused.state, refused.reason) == ("failed", making.TOO_MANY_ROWS)


def test_what_breaks_is_tried_again_a_few_times_then_said(desk: Desk) -> None:
    opened(desk, "antre", DAY)
    row = making.ask(desk.officer, "pdf", timezone.now(), chosen=YEAR, whole=True)
    assert row is not None
    at = timezone.now()
    for number in range(making.TRIES):
        making.make_wanted(at + timedelta(hours=number), Printer(Failure(Failed.CRASHED)))
    row.refresh_from_db()
    assert (row.state, row.reason, row.tries) == ("failed", "crashed", making.TRIES)
    assert [path for path in row.file.parent.rglob("*") if path.is_file()] == []


def test_a_crash_leaves_it_wanted_and_who_lost_the_lease_keeps_nothing(desk: Desk) -> None:
    opened(desk, "antre", DAY)
    row = making.ask(desk.officer, "csv", timezone.now(), chosen=YEAR, whole=True)
    assert row is not None
    now = timezone.now()
    first = making.claim(now)
    assert first is not None
    assert making.claim(now) is None
    second = making.claim(now + making.LEASE)
    assert second is not None
    making.make(first, Printer(), now)
    row.refresh_from_db()
    assert row.state == "wanted"
    making.make(second, Printer(), now)
    row.refresh_from_db()
    assert row.state == "made"
    assert [path for path in row.file.parent.rglob("*") if path.is_file()] == [row.file]


def test_asked_twice_is_made_once_and_old_files_go(desk: Desk, settings: LazySettings) -> None:
    now = timezone.now()
    first = making.ask(desk.officer, "csv", now, chosen=YEAR, whole=True)
    assert making.ask(desk.officer, "csv", now, chosen=YEAR, whole=True) == first
    row = made(desk, "csv")
    path = row.file
    assert making.drop_old(now + timedelta(days=29)) == 0
    assert path.exists()
    assert making.drop_old(now + timedelta(days=31)) == 1
    row.refresh_from_db()
    assert (row.state, path.exists()) == ("dropped", False)
    assert Event.objects.filter(verb="register.made").count() == 1


# --- pages


def test_the_page_shows_lines_asks_for_files_and_gives_them_to_their_officer(desk: Desk) -> None:
    opened(desk, "Antre lama sekali", timezone.now())
    client = console.signed_in(desk.officer)
    page = client.get(reverse("register")).content.decode()
    assert "Antre lama sekali" in page
    address = reverse("register_make") + "?dari=2026-01-01&kanal=instagram"
    assert client.post(address, {"next": "/register/", "kind": "csv"}).status_code == 302
    row = Export.objects.get()
    client.post(address, {"kind": "surat_masuk"})
    assert (row.filters["channel"], row.filters["since"], row.whole) == ("instagram", "2026-01-01", True)
    part = client.get(reverse("register") + "?part=files", headers={"HX-Request": "true"}).content.decode()
    assert "hx-trigger" in part
    making.make_wanted(timezone.now(), Printer())
    part = client.get(reverse("register") + "?part=files", headers={"HX-Request": "true"}).content.decode()
    assert "hx-trigger" not in part
    response = client.get(reverse("export_file", args=[row.pk]))
    assert b"Antre lama sekali" in response.getvalue()
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert (
        console.signed_in(make_desk("Puskesmas Lain", "budi").officer)
        .get(reverse("export_file", args=[row.pk]))
        .status_code
        == 404
    )


def test_who_may_not_see_personal_data_gets_it_covered_and_no_folder(desk: Desk) -> None:
    case = opened(desk, "Antre", timezone.now())
    Officer.objects.filter(id=desk.officer.pk).update(role=Officer.Role.OFFICE_HEAD)
    client = console.signed_in(desk.officer)
    page = client.get(reverse("register")).content.decode()
    assert "Ratna" not in page
    assert "R•••" in page
    assert client.post(reverse("register_make"), {"kind": "csv"}).status_code == 403
    assert client.post(reverse("case_folder", args=[case.pk, "nota_dinas"])).status_code == 403


def test_pages_go_on_by_key(desk: Desk) -> None:
    for number in range(35):
        opened(desk, f"Nomor {number:02}", timezone.now() - timedelta(minutes=number))
    client = console.signed_in(desk.officer)
    first = client.get(reverse("register")).content.decode()
    assert "Nomor 29" in first
    assert "Nomor 30" not in first
    after = first.split("after=")[1].split('"')[0].replace("&amp;", "&")
    assert "Nomor 34" in client.get(f"{reverse('register')}?after={after}").content.decode()


def test_the_letterhead_keeps_a_small_logo_and_refuses_what_is_none(desk: Desk) -> None:
    client = console.signed_in(desk.officer)
    address = reverse("letterhead")
    with (Path(desk_media()) / make_picture()).open("rb") as logo:
        assert client.post(address, {"agency": "PEMERINTAH", "logo": logo}).status_code == 302
    kept = Letterhead.objects.get()
    assert (kept.lines, kept.logo_data[:22]) == (["PEMERINTAH"], "data:image/png;base64,")
    assert console.look(client, reverse("letterhead_logo")) == (200, "")
    bad = io.BytesIO(b"<svg onload=alert(1)>")
    bad.name = "logo.svg"
    refused = client.post(address, {"agency": "LAIN", "logo": bad})
    assert refused.status_code == 200
    assert "<p>LAIN</p>" not in refused.content.decode()  # the picture above shows what is printed now
    assert Letterhead.objects.get().logo.name == kept.logo.name


def test_a_logo_can_be_taken_away(desk: Desk) -> None:
    client = console.signed_in(desk.officer)
    address = reverse("letterhead")
    assert 'name="without_logo"' not in client.get(address).content.decode()
    with (Path(desk_media()) / make_picture()).open("rb") as logo:
        client.post(address, {"agency": "PEMERINTAH", "logo": logo})
    kept = Path(Letterhead.objects.get().logo.path)
    assert 'name="without_logo"' in client.get(address).content.decode()
    assert client.post(address, {"agency": "PEMERINTAH", "without_logo": "on"}).status_code == 302
    assert Letterhead.objects.get().logo_data == ""
    assert not kept.exists()


def desk_media() -> str:
    from django.conf import settings

    return str(settings.MEDIA_ROOT)


# --- by a real browser


def test_the_browser_prints_pages_with_a_repeated_head(desk: Desk, photographer: Photographer) -> None:
    for number in range(40):
        opened(desk, f"Antre lama sekali {number} 😡 " * 5, DAY + timedelta(minutes=number))
    row = made(desk, "pdf", photographer)
    content = row.file.read_bytes()
    assert content.startswith(b"%PDF-")
    assert content.count(b"/Type /Page\n") > 2
    assert Evidence.objects.exists()


def test_what_was_said_in_a_group_stands_once(desk: Desk) -> None:
    case = opened(desk, "Air mati", DAY, is_group=True)
    make_message(desk, "Sama", Message.State.CASE, case=case)
    [row] = rows_of(cases_of(desk.officer, YEAR), whole=True)
    assert (row.text, row.messages) == ("Air mati", 2)


def test_the_folded_filter_says_what_is_shown(desk: Desk) -> None:
    asked = {"dari": "2026-01-01", "sampai": "2026-01-31", "kanal": "instagram", "jenis": "complaint"}
    page = console.signed_in(desk.officer).get(reverse("register"), asked).content.decode()
    summary = page[page.index("<summary>") : page.index("</summary>")]
    assert "1 Jan 2026 – 31 Jan 2026 · Instagram" in summary
    assert "Keluhan" in summary


@pytest.mark.django_db(transaction=True)
def test_somebody_works_while_a_register_is_written(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its progress is noted between its lines. A read that is still open would stand in the way: SQLite takes no write
    from who looks at a state that others have changed since."""
    monkeypatch.setattr("moderation.register.rows.CHUNK", 1)
    for _ in range(10):
        opened(desk, "antre", DAY)

    def work() -> None:
        Office.objects.filter(pk=desk.office.pk).update(name="Puskesmas Mawar Baru")
        connection.close()

    lines = rows_of(cases_of(desk.officer, YEAR), whole=True)
    assert next(lines).number == 1
    colleague = threading.Thread(target=work)
    colleague.start()
    colleague.join()
    Office.objects.filter(pk=desk.office.pk).update(slug="mawar-baru")
    assert [line.number for line in lines] == list(range(2, 11))
