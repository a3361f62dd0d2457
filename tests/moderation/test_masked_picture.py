"""The picture that leaves the office, from the citizen's words to the section head's phone: nothing personal is on it.

Nobody reads pixels here. Two messages that differ in nothing but their numbers must give the very same picture, while
the sheets that stay in the office differ.
"""

import re
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from django.conf import LazySettings
from django.utils import timezone

from connectors import sending
from connectors.models import Account
from moderation import evidence, triage
from moderation.capture.photographer import Photographer
from moderation.consultation import asking
from moderation.models import Evidence, Message
from moderation.sentiment import judge
from offices.models import Officer
from sandbox.server import Sandbox
from tests.moderation.camera import image
from tests.rows import a_message, an_account, an_office, an_officer

NUMBER = "6281200001111"
SECRETS = {"phone_id": f"10{NUMBER}", "token": f"EAA.whatsapp.{NUMBER}", "app_secret": "rahasia-aplikasi"}
HEAD = "6281355557777"
ONE = "Antri lama sekali, hubungi saya di 0812-3456-7890, NIK 3573010101900001 atas nama saya"
OTHER = "Antri lama sekali, hubungi saya di 0857-1111-2222, NIK 3507124506890003 atas nama saya"


@pytest.mark.django_db(transaction=True)
def test_the_picture_on_the_section_heads_phone_is_the_same_whatever_the_numbers(
    tmp_path: Path, settings: LazySettings, stand_in: Sandbox, photographer: Photographer
) -> None:
    settings.EVIDENCE_ROOT, settings.MEDIA_ROOT = tmp_path / "evidence", tmp_path / "media"
    office = an_office()
    head = an_officer(office, "ratna", first_name="Ratna", phone="0813-5555-7777", role=Officer.Role.SECTION_HEAD)
    desk = an_officer(office, "sari")
    number = an_account(office, "whatsapp", NUMBER, remote_id=SECRETS["phone_id"], secrets=SECRETS)
    message = a_message(an_account(office), ONE)
    triage.judge_new(timezone.now())
    message.refresh_from_db()
    assert message.case is not None
    taken_at = timezone.now() + timedelta(hours=1)  # the sheet says when: both say the same

    def leaves() -> tuple[bytes, bytes]:
        """What the head's phone shows newest, and the sheet that stays in the office."""
        assert message.case is not None
        asking.ask(message.case, message, head, "Mohon arahan", uuid.uuid4(), timezone.now(), desk, number)
        Evidence.objects.update(state=Evidence.State.WANTED, token=None, next_try_at=taken_at, tries=0)
        Evidence.objects.exclude(kind__in=["masked", "rendering"]).delete()
        assert evidence.take_wanted(taken_at, photographer) == 2
        asking.follow_up(timezone.now())
        Account.objects.update(parked_until=None)
        sending.work_off(number.id)
        phone = requests.get(f"{stand_in.base}/web.whatsapp.com/{NUMBER}/{HEAD}/", timeout=5).text
        seen = re.findall(r'src="([^"]*/_sandbox/media/[^"]+)"', phone)[-1]
        stays = Evidence.objects.get(kind="rendering")
        shown = requests.get(seen if seen.startswith("http") else f"{stand_in.base}{seen}", timeout=5).content
        return image(shown).tobytes(), image((tmp_path / "evidence" / stays.path).read_bytes()).tobytes()

    out, kept = leaves()
    Message.objects.filter(id=message.id).update(text=OTHER, **triage.fields_of(judge(OTHER)))
    message.refresh_from_db()
    other_out, other_kept = leaves()
    assert out == other_out
    assert kept != other_kept
