"""What stands on none of a desk's usual pages: links that citizens and officers open without an account, files that
somebody made, what came along with a reply."""

import uuid
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from PIL import Image

from moderation import form
from moderation.consultation import mailing
from moderation.consultation.models import Consultation, ConsultationReply
from moderation.drafting.models import CannedText
from moderation.models import Case, Evidence, Message
from moderation.register.models import Export
from moderation.satisfaction import link
from moderation.satisfaction.models import Satisfaction
from offices.letterhead.models import Letterhead
from offices.models import Unit
from tests.desk import Desk, make_answer, make_case, make_message, picture


def fill_seldom(desk: Desk) -> None:
    form.ask(desk.office, form.Question("Jam buka poli gigi?", uuid.uuid4(), "Rudi"), timezone.now())
    CannedText.objects.create(office=desk.office, name="Jam buka", text="Kami buka pukul 7.30–14.00.", by=desk.officer)
    logo = picture(words="Logo")
    Letterhead.objects.create(office=desk.office, agency="PEMERINTAH KOTA", address="Jl. Melati 1", logo=logo)
    Unit.objects.create(office=desk.office, name="Poli Gigi")
    case = Case.objects.filter(office=desk.office).earliest("id")
    make_consultation(desk, case)
    make_export(desk)
    make_question_to_citizen(desk)
    make_message(desk, "Antrean panjang", upload=picture(words="WhatsApp"), kind="by_hand", account=None)


def make_consultation(desk: Desk, case: Case) -> Consultation:
    """Asked by mail, with its masked picture; the officer answered with a picture."""
    now, message = timezone.now(), case.incoming_messages.earliest("id")
    masked = Evidence.objects.get_or_create(case=case, message=message, kind="masked", office=case.office)[0]
    path = Path(settings.EVIDENCE_ROOT) / f"{uuid.uuid4().hex}.png"
    Image.new("RGB", (400, 300), "white").save(path)
    taken = {"state": "taken", "path": path.name, "sha256": "0" * 64, "captured_at": now}
    Evidence.objects.filter(pk=masked.pk).update(**taken)
    asked = Consultation.objects.create(
        office=case.office,
        case=case,
        message=message,
        picture=masked,
        officer=desk.officer,
        asked_by=desk.officer,
        way="email",
        question="Bagaimana sebaiknya kami jawab?",
        sent_at=now,
    )
    ConsultationReply.objects.create(
        office=case.office,
        consultation=asked,
        text="Sudah kami tambah loket pendaftaran.",
        written_at=now,
        media_path=picture(words="Loket baru"),
        media_type="image/jpeg",
    )
    return asked


def make_export(desk: Desk) -> Export:
    path = Path(settings.EXPORT_ROOT) / f"{uuid.uuid4().hex}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("nomor;pesan\n", encoding="utf-8-sig")
    made = {"path": path.name, "name": "register-2026.csv", "size": 15, "made_at": timezone.now()}
    return Export.objects.create(office=desk.office, kind="csv", asked_by=desk.officer, state="made", **made)


def make_question_to_citizen(desk: Desk) -> Satisfaction:
    """Answered, and asked by a link in private whether it was solved."""
    now = timezone.now()
    case = make_case(desk, "Lampu parkir mati", state="answered", answered_at=now)
    message = Message.objects.get(case=case)
    return Satisfaction.objects.create(
        office=desk.office,
        case=case,
        message=message,
        way="link",
        answer=make_answer(message, "Apakah sudah teratasi?", kind="solved"),
        asked_by=desk.officer,
        expires_at=now + timedelta(days=14),
    )


def tokens() -> list[str]:
    """Of the links that are open: the last piece of their addresses."""
    asked = Satisfaction.objects.filter(way="link").order_by("id")[:1]
    consulted = Consultation.objects.filter(way="email").order_by("id")[:1]
    links = [*(link.address_of(one.key) for one in asked), *(mailing.link_of(one) for one in consulted)]
    return [urlsplit(address).path.rstrip("/").rpartition("/")[2] for address in links]
