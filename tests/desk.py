"""A desk with something on it: the rows that the tests of the console's pages start from."""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from PIL import Image, ImageDraw

from connectors.models import Account, Outgoing
from moderation import steps
from moderation.models import Answer, Case, CaseCounter, Evidence, Message
from offices.models import Event, Notice, Office, Officer
from scheduler.calendar_file.problems import Code, Problem
from scheduler.models import CalendarFile, Delivery, Post

PASSWORD = "kopi-tubruk-pagi"
State = Outgoing.State


@dataclass
class Desk:
    """One office with its manager and account."""

    office: Office
    officer: Officer
    account: Account


def make_desk(name: str = "Puskesmas Mawar", username: str = "sari", **office: Any) -> Desk:
    slug = name.lower().replace(" ", "-")
    place = Office.objects.create(name=name, slug=slug, **office)
    officer = Officer.objects.create_user(
        username, password=PASSWORD, office=place, first_name=username.title(), role=Officer.Role.MANAGER
    )
    account = Account.objects.create(
        office=place,
        platform="instagram",
        handle=slug.replace("-", "_"),
        name=name,
        state=Account.State.GREEN,
        last_ok_at=timezone.now(),
        secrets={"password": "a secret of the account"},
    )
    return Desk(place, officer, account)


def picture(colour: str = "#0d5f5b", words: str = "") -> str:
    """A real picture below MEDIA_ROOT; its path there."""
    path = Path(settings.MEDIA_ROOT) / "posts" / f"{uuid.uuid4().hex}.jpg"
    path.parent.mkdir(parents=True, exist_ok=True)
    image = Image.new("RGB", (640, 640), colour)
    ImageDraw.Draw(image).text((60, 300), words, fill="white")
    image.save(path, "JPEG")
    return str(path.relative_to(settings.MEDIA_ROOT))


def make_delivery(
    desk: Desk, caption: str, due_at: datetime | None = None, state: str = State.QUEUED, **more: Any
) -> Delivery:
    due_at = due_at or timezone.now() + timedelta(hours=2)
    media = [{"path": more.pop("path", "") or picture(words=caption[:30]), "mime": "image/jpeg", "alt_text": "Poster"}]
    post = Post.objects.create(
        office=desk.office, caption=caption, due_at=due_at, media=media, theme=Post.Theme.SERVICE
    )
    extra = {"sent_at": due_at} if state == State.SENT else {}
    row = Outgoing.objects.create(
        office=desk.office,
        account=desk.account,
        kind="photo",
        payload={"text": caption, "media": media},
        state=state,
        due_at=due_at,
        late_at=due_at + timedelta(hours=1),
        **{**extra, **more},
    )
    return Delivery.objects.create(post=post, account=desk.account, row_key=f"id:{uuid.uuid4().hex}", outgoing=row)


def make_message(desk: Desk, text: str, state: str = Message.State.REVIEW, **more: Any) -> Message:
    number = uuid.uuid4().hex[:12]
    values: dict[str, Any] = {
        "account": desk.account,
        "kind": "comment",
        "channel": "instagram",
        "remote_id": number,
        "post_remote_id": "post1",
        "post_text": "Jadwal imunisasi bulan Desember",
        "thread": number,
        "author_id": f"a{number}",
        "author_handle": "bu_ratna",
        "author_name": "Ratna Dewi",
        "written_at": timezone.now() - timedelta(minutes=12),
        "label": "other",
        **more,
    }
    return Message.objects.create(office=desk.office, text=text, state=state, **values)


def make_answer(message: Message, text: str, state: str = State.SENT, kind: str = "answer", **more: Any) -> Answer:
    assert message.account is not None
    row = Outgoing.objects.create(
        office=message.office,
        account=message.account,
        kind="reply",
        payload={"text": text, "post": "post1", "parent": message.remote_id},
        state=state,
        due_at=more.pop("due_at", timezone.now()),
        sent_at=timezone.now() if state == State.SENT else None,
        asks=more.pop("asks", False),
        reason=more.pop("reason", ""),
        attempted_at=timezone.now(),
    )
    return Answer.objects.create(
        office=message.office, message=message, case=message.case, kind=kind, text=text, outgoing=row, **more
    )


def make_case(desk: Desk, text: str, label: str = "complaint", *, urgent: bool = False, **more: Any) -> Case:
    """A case with one message, a picture of it as evidence, and a history."""
    now = timezone.now()
    number = CaseCounter.next_number(desk.office, now)
    case = Case.objects.create(
        office=desk.office, number=number, label=label, urgent=urgent, account=desk.account, **more
    )
    message = make_message(desk, text, Message.State.CASE, case=case, label=label, flags=["urgent"] if urgent else [])
    make_evidence(case, message)
    Event.write(desk.office.id, "case.opened", case, at=now, label=label)
    Event.write(desk.office.id, "case.message", case, at=now, message=message.id)
    return case


def make_evidence(case: Case, message: Message, state: str = Evidence.State.TAKEN, kind: str = "rendering") -> Evidence:
    path = Path(settings.EVIDENCE_ROOT) / f"{uuid.uuid4().hex}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    image = Image.new("RGB", (800, 500), "white")
    ImageDraw.Draw(image).text((40, 60), f"{message.author}: {message.text[:60]}", fill="black")
    image.save(path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    taken = {"path": path.name, "sha256": digest, "captured_at": timezone.now()} if state == "taken" else {}
    return Evidence.objects.create(office=case.office, case=case, message=message, kind=kind, state=state, **taken)


def fill(desk: Desk) -> None:
    """Something of every kind, as a manager finds it on a busy morning."""
    fill_queue(desk)
    fill_inbox(desk)
    make_case(desk, "Antri dari jam 6 pagi sampai jam 11 belum dipanggil juga, petugas loket malah main HP. Tolong!")
    make_case(desk, "Anak saya kejang dan IGD menolak karena tidak bawa kartu. TOLONG!", urgent=True)
    make_case(desk, "Usul: tolong sediakan kursi roda di pintu depan.", "suggestion")
    group = make_case(desk, "Air di toilet mati dari kemarin", is_group=True)
    make_message(desk, "Iya, kamar mandinya bau sekali", Message.State.CASE, case=group, label="complaint")
    for case in Case.objects.filter(office=desk.office).order_by("id")[:2]:
        steps.begin(case, timezone.now())
        steps.reached(case, steps.Output.SCREENSHOT, timezone.now())
    make_reading(desk)
    Notice.give(desk.office.id, "case_opened", number="2026-0002", urgent=True, address="/kasus/")


def fill_queue(desk: Desk) -> None:
    now = timezone.now()
    hour = timedelta(hours=1)
    make_delivery(desk, "Imunisasi lengkap melindungi si kecil. Datang ke posyandu terdekat, ya!", now + hour)
    make_delivery(desk, "Jam layanan poli gigi berubah mulai Senin depan.", now + 26 * hour)
    make_delivery(desk, "Senam lansia setiap Jumat pagi di halaman puskesmas.", now + 72 * hour)
    make_delivery(desk, "Pengumuman libur bersama.", now - 3 * hour, State.LATE)
    make_delivery(desk, "Cek tekanan darah gratis.", now - hour, State.FAILED, reason="media_refused")
    make_delivery(desk, "Kelas ibu hamil bulan ini.", now + 5 * hour, State.HELD, reason="looks_alike")
    make_doubtful(desk, "Apa itu stunting?")
    make_delivery(
        desk, "Selamat Hari Kesehatan!", now - 24 * hour, State.SENT, permalink="https://www.instagram.com/p/x/"
    )


def make_doubtful(desk: Desk, caption: str) -> Delivery:
    """Reading back could not tell whether it went out: a person must."""
    now = timezone.now()
    return make_delivery(desk, caption, now, State.UNKNOWN, asks=True, attempted_at=now, reason="timeout")


def fill_inbox(desk: Desk) -> None:
    state = Message.State
    make_message(desk, "Wah mantap ya, cuma nunggu 5 jam 👏", author_name="", author_handle="mas.joko_1990")
    make_message(desk, "Bu dokter Ani buka praktik jam berapa ya?", state.QUESTION, label="question")
    make_message(desk, "Kalau mau rujuk bawa apa saja?", state.QUESTION, label="question", kind="dm", post_text="")
    praise = make_message(desk, "Matur nuwun, bidannya sabar sekali ❤️", state.THANKS, label="praise")
    make_answer(praise, "Terima kasih, Bu Ratna. Salam sehat untuk keluarga!", State.DRAFT, "thanks")
    soon = make_message(desk, "Pelayanannya cepat dan ramah", state.THANKS, label="praise", author_name="Dwi")
    due_at = timezone.now() + timedelta(minutes=4)
    make_answer(soon, "Terima kasih banyak, Dwi. Semangat kami bertambah!", State.QUEUED, "thanks", due_at=due_at)


def make_reading(desk: Desk, **more: Any) -> CalendarFile:
    name = "kalender desember.xlsx"
    missing = Problem(Code.MEDIA_MISSING, name, 7, "media", "posyandu.jpg", {"folder": "content/media"})
    values = {"rows": 12, "created": 10, "problems": [missing.as_json()], **more}
    return CalendarFile.objects.create(office=desk.office, name=name, sha256="x", **values)
