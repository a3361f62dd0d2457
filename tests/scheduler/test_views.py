"""The queue, a post and the upload page."""

import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from connectors.models import Outgoing
from scheduler import uploads
from scheduler.models import CalendarFile, Delivery
from tests import console
from tests.desk import Desk, make_delivery, make_desk, make_reading

pytestmark = pytest.mark.django_db
State = Outgoing.State


@pytest.fixture
def desk() -> Desk:
    return make_desk()


def local(at: timezone.datetime) -> str:  # type: ignore[name-defined]
    return timezone.localtime(at).strftime("%Y-%m-%dT%H:%M")


def jpeg() -> bytes:
    content = BytesIO()
    Image.new("RGB", (600, 600), "#0d5f5b").save(content, "JPEG")
    return content.getvalue()


def calendar(day: str, caption: str = "Imunisasi", media: str = "poster.jpg") -> SimpleUploadedFile:
    rows = f"tanggal;jam;akun;tema;caption;media\n{day};08:00;puskesmas_mawar;pengumuman;{caption};{media}\n"
    return SimpleUploadedFile("kalender.csv", rows.encode(), "text/csv")


def test_the_queue_shows_what_goes_out_and_filters_in_the_address(desk: Desk) -> None:
    make_delivery(desk, "yang antre")
    make_delivery(desk, "yang terlambat", state=State.LATE)
    make_delivery(desk, "yang terbit", state=State.SENT)
    make_delivery(desk, "yang ditarik", state=State.WITHDRAWN)
    client = console.signed_in(desk.officer)
    shown = {
        "": ["yang antre", "yang terlambat"],
        "asks": ["yang terlambat"],
        "sent": ["yang terbit"],
        "withdrawn": ["yang ditarik"],
    }
    for show, texts in shown.items():
        page = client.get(reverse("queue"), {"show": show}).content.decode()
        found = [text for text in ("yang antre", "yang terlambat", "yang terbit", "yang ditarik") if text in page]
        assert found == texts, show
    stranger = make_desk("Puskesmas Lain", "lain")
    assert "yang antre" in client.get(reverse("queue"), {"account": desk.account.pk}).content.decode()
    assert client.get(reverse("queue"), {"account": stranger.account.pk}).status_code == 200
    assert "WIB" in page


def test_caption_and_time_of_a_queued_post_are_changed(desk: Desk) -> None:
    row = make_delivery(desk, "lama")
    later = timezone.now() + timedelta(days=2)
    console.signed_in(desk.officer).post(
        reverse("delivery", args=[row.pk]), {"caption": "baru\r\nsekali", "due_at": local(later)}
    )
    row.outgoing.refresh_from_db()
    assert row.outgoing.text == "baru\nsekali"
    assert abs(row.outgoing.due_at - later) < timedelta(minutes=1)


@pytest.mark.parametrize(
    "wrong",
    [
        *({"caption": words} for words in ("x" * 2201, "#tagar " * 31, "@akun " * 21, " \n ", "\x01")),
        *({"due_at": at} for at in ("2020-01-01T08:00", "besok", "9999-12-31T23:59", "2062-12-01T08:00")),
    ],
)
def test_a_wrong_change_is_said_and_not_made(desk: Desk, wrong: dict[str, str]) -> None:
    row = make_delivery(desk, "lama")
    data = {"caption": "lama", "due_at": local(row.outgoing.due_at), **wrong}
    response = console.signed_in(desk.officer).post(reverse("delivery", args=[row.pk]), data)
    row.outgoing.refresh_from_db()
    assert response.status_code == 200
    assert 'class="errors"' in response.content.decode()
    assert row.outgoing.text == "lama"


def test_what_no_platform_can_store_is_left_out_as_in_a_calendar(desk: Desk) -> None:
    row = make_delivery(desk, "lama")
    data = {"caption": "Ba\u0301ru\x1b\r\nsekali", "due_at": local(row.outgoing.due_at)}
    console.signed_in(desk.officer).post(reverse("delivery", args=[row.pk]), data)
    row.outgoing.refresh_from_db()
    assert row.outgoing.text == "B\u00e1ru\nsekali"


def test_two_people_at_one_post_do_not_undo_each_other_unawares(desk: Desk) -> None:
    row = make_delivery(desk, "lama")
    address = reverse("delivery", args=[row.pk])
    client = console.signed_in(desk.officer)
    due_at = local(row.outgoing.due_at)

    def fields(page: str) -> dict[str, str]:
        (seen,) = re.findall(r'name="seen" value="(\w+)"', page)
        return {"due_at": due_at, "seen": seen}

    opened = fields(client.get(address).content.decode())
    client.post(address, {"caption": "dari Sari", **opened})
    answer = client.post(address, {"caption": "dari Budi", **opened}).content.decode()
    row.outgoing.refresh_from_db()
    assert row.outgoing.text == "dari Sari"
    assert "“dari Sari”" in answer
    assert ">dari Budi</textarea>" in answer.replace("\n", "")
    client.post(address, {"caption": "dari Budi", **fields(answer)})
    row.outgoing.refresh_from_db()
    assert row.outgoing.text == "dari Budi"


def test_what_is_being_sent_can_no_longer_be_changed(desk: Desk) -> None:
    row = make_delivery(desk, "lama", state=State.SENT)
    data = {"caption": "baru", "due_at": local(timezone.now() + timedelta(days=1))}
    page = console.signed_in(desk.officer).post(reverse("delivery", args=[row.pk]), data, follow=True)
    row.outgoing.refresh_from_db()
    assert row.outgoing.text == "lama"
    assert "bar-warning" in page.content.decode()


def test_pictures_come_with_their_type_sandboxed_and_small_for_lists(desk: Desk) -> None:
    row = make_delivery(desk, "bergambar")
    client = console.signed_in(desk.officer)
    address = reverse("delivery_media", args=[row.pk, 0])
    whole, small = client.get(address), client.get(address, {"kecil": ""})
    for response in (whole, small):
        assert response.headers["Content-Type"] == "image/jpeg"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in response.headers["Content-Security-Policy"]
    with Image.open(BytesIO(small.getvalue())) as image:
        assert max(image.size) == 320
    whole.getvalue()
    assert client.get(reverse("delivery_media", args=[row.pk, 1])).status_code == 404


@pytest.mark.parametrize("path", ["../../secret.key", "/etc/passwd", "posts/gone.jpg", ""])
def test_no_path_in_a_row_leads_out_of_the_media_folder(desk: Desk, path: str) -> None:
    Path(settings.DATA, "secret.key").touch()
    row = make_delivery(desk, "jahat")
    row.outgoing.payload["media"][0]["path"] = path
    row.outgoing.save()
    client = console.signed_in(desk.officer)
    address = reverse("delivery_media", args=[row.pk, 0])
    assert client.get(address).status_code == 404
    assert client.get(address, {"kecil": ""}).status_code == 404


def test_a_calendar_with_its_picture_is_queued_at_once(desk: Desk) -> None:
    day = (timezone.localdate() + timedelta(days=3)).isoformat()
    data = {"calendar": calendar(day), "pictures": [SimpleUploadedFile("poster.jpg", jpeg(), "image/jpeg")]}
    client = console.signed_in(desk.officer)
    response = client.post(reverse("calendar_files"), data, follow=True)
    reading = CalendarFile.objects.get()
    assert (reading.created, reading.problems, reading.source) == (1, [], "upload"), reading.problems
    assert response.redirect_chain[-1][0] == reverse("calendar_file", args=[reading.pk])
    assert Delivery.objects.get().outgoing.state == State.QUEUED
    client.post(reverse("calendar_files"), {"calendar": calendar(day)})  # the picture is here already
    assert Delivery.objects.count() == 1


def test_an_upload_that_finds_no_room_is_told_and_leaves_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(uploads, "_write", full)
    monkeypatch.setattr(settings, "DATA", tmp_path)
    data = {"calendar": calendar("2030-01-01"), "pictures": [SimpleUploadedFile("poster.jpg", jpeg(), "image/jpeg")]}
    response = console.signed_in(desk.officer).post(reverse("calendar_files"), data)
    assert response.status_code == 200
    assert "bar-error" in response.content.decode()
    assert "tidak dapat menyimpan" in response.content.decode()
    assert not CalendarFile.objects.exists()
    assert not [path for path in (tmp_path / "uploads").rglob("*") if path.is_file()]


def test_a_name_that_no_disk_takes_is_refused(desk: Desk) -> None:
    long = SimpleUploadedFile("字" * 90 + ".jpg", jpeg(), "image/jpeg")
    response = console.signed_in(desk.officer).post(
        reverse("calendar_files"), {"calendar": calendar("2030-01-01"), "pictures": [long]}
    )
    assert 'class="errors"' in response.content.decode()
    assert not CalendarFile.objects.exists()


def test_problems_of_an_upload_are_listed_with_row_column_and_what_to_do(desk: Desk) -> None:
    data = {"calendar": calendar("2020-01-01", media="tidak-ada.jpg")}
    page = console.signed_in(desk.officer).post(reverse("calendar_files"), data, follow=True).content.decode()
    assert "tidak-ada.jpg" in page
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("name", ["kalender.pdf", "kalender.exe", ".csv", "kalender"])
def test_a_file_that_is_no_calendar_is_refused(desk: Desk, name: str) -> None:
    data = {"calendar": SimpleUploadedFile(name, b"%PDF", "text/csv")}
    response = console.signed_in(desk.officer).post(reverse("calendar_files"), data)
    assert 'class="errors"' in response.content.decode()
    assert not CalendarFile.objects.exists()


def test_a_calendar_beyond_what_is_read_is_refused_at_the_door(desk: Desk) -> None:
    large = SimpleUploadedFile("kalender.csv", b"x" * (5 * 1024 * 1024 + 1), "text/csv")
    page = console.signed_in(desk.officer).post(reverse("calendar_files"), {"calendar": large}).content.decode()
    assert "5.0 MB" in page
    assert not CalendarFile.objects.exists()


@pytest.mark.parametrize("name", ["../../naik.jpg", "jahat.svg", "jahat.html"])
def test_an_uploaded_picture_lands_nowhere_else(desk: Desk, name: str) -> None:
    day = (timezone.localdate() + timedelta(days=3)).isoformat()
    data = {"calendar": calendar(day), "pictures": [SimpleUploadedFile(name, jpeg(), "image/jpeg")]}
    console.signed_in(desk.officer).post(reverse("calendar_files"), data)
    kept = Path(settings.DATA) / "uploads" / str(desk.office.pk) / "media"
    assert not (Path(settings.DATA) / "naik.jpg").exists()
    assert not list(kept.glob("jahat*")) if kept.exists() else True


@pytest.mark.parametrize(("verb", "state"), [("missing_withdraw", State.WITHDRAWN), ("missing_keep", State.QUEUED)])
def test_rows_that_are_gone_are_withdrawn_only_when_a_person_says_so(desk: Desk, verb: str, state: str) -> None:
    rows = [make_delivery(desk, f"hilang {number}") for number in range(4)]
    reading = make_reading(desk, asks=True, missing=[row.pk for row in rows])
    client = console.signed_in(desk.officer)
    assert "hilang 3" in client.get(reverse("calendar_file", args=[reading.pk])).content.decode()
    client.post(reverse(verb, args=[reading.pk]))
    assert {row.state for row in Outgoing.objects.all()} == {state}


def test_the_template_is_a_workbook(desk: Desk) -> None:
    response = console.signed_in(desk.officer).get(reverse("calendar_template"))
    assert response.content[:2] == b"PK"
    assert "attachment" in response.headers["Content-Disposition"]
