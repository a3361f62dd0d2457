"""The desk and a real website, from a queued post to the picture of a citizen's comment under it."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from django.conf import LazySettings
from django.utils import timezone
from PIL import Image

from connectors import outgoing, sending
from connectors.base import Kind
from connectors.lane import check
from connectors.models import Account, Outgoing
from moderation import evidence, poll, reply, triage
from moderation.capture.photographer import Photographer
from moderation.models import Case, Evidence, Message
from tests.rows import an_account, an_office
from tests.wordpress import Wordpress

pytestmark = [pytest.mark.servers, pytest.mark.django_db]
COMPLAINT = "Antre dari jam 6 pagi, petugas loket kasar & pelayanannya lama sekali"


@pytest.fixture
def account(website: Wordpress, settings: LazySettings, tmp_path: Path) -> Account:
    settings.SANDBOX_URL = ""
    settings.MEDIA_ROOT = tmp_path
    settings.EVIDENCE_ROOT = tmp_path / "evidence"
    Image.new("RGB", (640, 480), "teal").save(tmp_path / "poster.jpg")
    secrets = {"user": website.user, "password": website.application_password}
    account = an_account(an_office(), "website", urlsplit(website.url).netloc, secrets=secrets, state=Account.State.NEW)
    check(account.id, timezone.now())
    account.refresh_from_db()
    assert (account.state, account.name, account.reason) == (Account.State.GREEN, "Puskesmas Uji", "")
    return account


def comment(website: Wordpress, post: str) -> str:
    """A visitor writes by the form, and somebody at the site lets it through; its number."""
    form = {"author": "Bu Ratna", "email": "ratna@warga.example", "comment": COMPLAINT, "comment_post_ID": post}
    written = requests.post(f"{website.url}/wp-comments-post.php", data=form, allow_redirects=False, timeout=120)
    number = written.headers["Location"].rpartition("#comment-")[2]
    address = f"{website.url}/wp-json/wp/v2/comments/{number}"
    requests.post(address, json={"status": "approved"}, auth=website.login, timeout=120).raise_for_status()
    return number


def test_a_post_goes_out_at_its_time_and_a_complaint_under_it_becomes_a_case_with_a_picture(
    account: Account, website: Wordpress, photographer: Photographer
) -> None:
    media = [{"path": "poster.jpg", "mime": "image/jpeg", "alt_text": "Poster posyandu"}]
    later = timezone.now() + timedelta(hours=1)
    row = outgoing.queue(account, Kind.PHOTO, {"text": "Posyandu di desa\nBawa buku KIA", "media": media}, later)
    assert sending.work_off(account.id) == 0
    Outgoing.objects.update(due_at=timezone.now())
    assert sending.work_off(account.id) == 1
    row.refresh_from_db()
    assert row.state == Outgoing.State.SENT
    assert 'alt="Poster posyandu"' in requests.get(row.permalink, timeout=120).text

    number = comment(website, row.remote_id)
    poll.fetch(account.id)
    row.refresh_from_db()
    assert row.confirmed_at is not None
    triage.judge_new(timezone.now())
    message = Message.objects.get(remote_id=number)
    assert (message.author_name, message.label) == ("Bu Ratna", "complaint")
    evidence.take_wanted(timezone.now(), photographer)
    taken = Evidence.objects.get(kind=Evidence.Kind.PUBLIC_PAGE, message=message)
    assert (taken.state, taken.reason) == (Evidence.State.TAKEN, "")
    assert taken.address.startswith(row.permalink)

    Outgoing.objects.all().update(not_before=None)
    sent = outgoing.queue(account, reply.way_of(message), reply.address_of(message, "Mohon maaf, Bu."), timezone.now())
    assert sending.work_off(account.id) == 1
    sent.refresh_from_db()
    assert "Mohon maaf, Bu." in requests.get(sent.permalink, timeout=120).text
    about_it = Case.objects.filter(incoming_messages__text=COMPLAINT, account=account).distinct()
    assert about_it.count() == 1  # what else stands on a fresh site is not ours to count
