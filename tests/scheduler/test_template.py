"""The template reads back as it was meant: its example is a good draft."""

import io
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from django.utils import timezone

from connectors.models import Account
from offices.models import Office
from scheduler import calendar_file, intake, template
from scheduler.calendar_file.problems import Language
from scheduler.calendar_file.rows import THEMES, World
from scheduler.models import CalendarFile, Delivery
from tests.scheduler.conftest import picture

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_example_row_is_a_good_draft(content: Path, office: Office, account: Account, language: Language) -> None:
    path = content / "templat.xlsx"
    path.write_bytes(template.workbook(office, language))
    picture(content / "media" / "posyandu.jpg")
    reading = intake.import_file(path, office, CalendarFile.Source.UPLOAD, timezone.now())
    assert reading.problems == []
    delivery = Delivery.objects.get()
    assert (delivery.row_key, delivery.outgoing.state, delivery.post.theme) == ("id:CONTOH", "draft", "pengumuman")
    due = delivery.outgoing.due_at.astimezone(ZoneInfo(office.time_zone))
    assert (due.hour, due.minute) == (8, 0)


def test_drop_downs_offer_what_the_reader_takes(office: Office, account: Account) -> None:
    Account.objects.create(office=office, platform="instagram", handle="promkes")
    book = openpyxl.load_workbook(io.BytesIO(template.workbook(office)))
    lists = [[cell.value for cell in column if cell.value] for column in book["daftar"].iter_cols()]
    assert lists[0] == ["instagram:pkm.kendalsari", "instagram:promkes"]
    assert lists[1] == list(THEMES)
    assert lists[2] == ["siap", "draf"]
    rules = book["Kalender"].data_validations.dataValidation
    assert sorted(str(rule.sqref) for rule in rules) == ["D2:D501", "E2:E501", "I2:I501"]


def test_an_office_without_accounts_gets_a_template_too(content: Path) -> None:
    path = content / "templat.xlsx"
    path.write_bytes(template.workbook(None))
    world = World(timezone.now(), ZoneInfo("Asia/Jakarta"), accounts=None, media=None)
    assert calendar_file.read(path, world).problems == ()
