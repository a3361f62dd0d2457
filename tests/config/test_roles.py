"""Who may do what: every address of the desk × role × own, below and other office, by GET and by POST.

An address without a row in EXPECTED fails: whoever adds a page says here who may open it and who may use it.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import transaction
from django.http import Http404
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse
from django.utils import timezone

from connectors.models import Outgoing
from moderation.consultation.models import Consultation, ConsultationReply
from moderation.drafting.models import CannedText, Draft
from moderation.judging.models import Topic, Word
from moderation.models import Answer, Case, Evidence
from moderation.register.models import Export
from moderation.satisfaction.models import Satisfaction
from moderation.steps.models import Procedure
from moderation.steps.versions import shipped_text
from offices.hours.models import DayOff
from offices.models import Event, Notice, Office, Officer, Pause, Unit
from offices.outbox.models import ToldAt
from offices.roles import BELOW_TOO, MAY, NotAllowed, Permission, Role, may, roles_with
from scheduler.models import CalendarFile, Delivery
from tests import console
from tests.desk import Desk, fill, make_answer, make_desk, make_message

pytestmark = pytest.mark.django_db
P = Permission

PUBLIC = {
    "sign_in", "sign_out", "language", "setup_where", "setup", "webhook", "public_media", "healthy",
    "manifest", "favicon", "service_worker", "offline", "question_ask", "question_look_up", "question_ticket", "solved",
    "consultation_link", "consultation_link_time", "consultation_link_pass", "consultation_link_picture",
}  # fmt: skip
"""For everybody; of them, each says itself what it shows."""

READING = (P.READ, P.READ)
"""A page that takes no form: posting to it is looking at it."""
EXPECTED: dict[str, tuple[Permission | None, Permission | None]] = {
    # name: (looking at it, doing it); None: not by a link
    "more": READING,
    "pulse": READING,
    "search": READING,
    "style": (P.OFFICE, P.OFFICE),
    "message_undo_dismiss": (None, P.SORT),
    "message_undo_label": (None, P.SORT),
    "case_undo_close": (None, P.CARE),
    "city": READING,
    "figures": (P.REPORT, P.REPORT),
    "figures_picture": (P.REPORT, P.REPORT),
    "targets": (P.REPORT, P.OFFICE),
    "notice_seen": (None, P.SORT),
    "notices_seen": (None, P.READ),
    "told_at": (P.READ, P.READ),
    "told_at_test": (None, P.OFFICE),
    "told_at_remove": (None, P.OFFICE),
    "office": (P.READ, P.OFFICE),
    "pause": (None, P.PAUSE),
    "pause_lifted": (None, P.PAUSE),
    "officers": READING,
    "officer_add": (P.OFFICERS, P.OFFICERS),
    "officer": (P.OFFICERS, P.OFFICERS),
    "accounts": READING,
    "account_add": (P.ACCOUNTS, P.ACCOUNTS),
    "account_connect": (P.ACCOUNTS, P.ACCOUNTS),
    "account": (P.READ, P.ACCOUNTS),
    "account_disconnect": (P.ACCOUNTS, P.ACCOUNTS),
    "account_quota": (None, P.ACCOUNTS),
    "outgoing_release": (None, P.POSTS),
    "outgoing_withdraw": (None, P.POSTS),
    "outgoing_send_again": (None, P.POSTS),
    "outgoing_leave_out": (None, P.POSTS),
    "outgoing_found": (None, P.POSTS),
    "queue": READING,
    "delivery": (P.READ, P.POSTS),
    "delivery_media": READING,
    "calendar_files": (P.READ, P.POSTS),
    "calendar_template": READING,
    "calendar_file": READING,
    "missing_withdraw": (None, P.POSTS),
    "missing_keep": (None, P.POSTS),
    "today": READING,
    "counts": READING,
    "inbox": READING,
    "message_enter": (P.SORT, P.SORT),
    "message": READING,
    "message_answer": (None, P.DRAFT),
    "message_begun": (P.DRAFT, P.DRAFT),
    "message_label": (None, P.SORT),
    "message_case": (None, P.SORT),
    "message_dismiss": (None, P.SORT),
    "message_moderate": (None, P.MODERATE),
    "message_upload": (P.PERSONAL, P.PERSONAL),
    "answer_by_hand": (None, P.ANSWER),
    "outgoing": READING,
    "thanks_send": (None, P.ANSWER),
    "thanks_stop": (None, P.ANSWER),
    "thanks_decline": (None, P.ANSWER),
    "thanks_take_back": (None, P.ANSWER),
    "cases": READING,
    "case": READING,
    "case_take": (None, P.CARE),
    "case_close": (None, P.CARE),
    "case_reopen": (None, P.CARE),
    "case_handle": (None, P.HANDLE),
    "case_hand_over": (None, P.HAND_OVER),
    "case_note": (None, P.NOTE),
    "case_find_first": (P.SORT, None),
    "case_merge": (None, P.SORT),
    "case_part": (None, P.SORT),
    "case_ask_solved": (None, P.ANSWER),
    "solved_heard": (None, P.ANSWER),
    "message_find_case": (P.SORT, None),
    "message_bring": (None, P.SORT),
    "message_split": (None, P.SORT),
    "case_emergency": (None, P.ANSWER),
    "case_clock": (P.READ, None),
    "case_wait": (None, P.CARE),
    "case_go_on": (None, P.CARE),
    "case_extend": (None, P.READ),
    "hours": READING,
    "hours_week": (P.READ, P.OFFICE),
    "hours_week_unit": (P.READ, P.OFFICE),
    "hours_preset": (None, P.OFFICE),
    "hours_preset_unit": (None, P.OFFICE),
    "day_add": (None, P.OFFICE),
    "day_remove": (None, P.OFFICE),
    "procedure": READING,
    "procedure_edit": (P.PROCEDURE, P.PROCEDURE),
    "procedure_version": READING,
    "evidence": (P.PERSONAL, P.PERSONAL),
    "evidence_again": (None, P.CARE),
    "consultations": (P.READ, None),
    "consultation_picture": (P.CONSULT, P.CONSULT),
    "consultation_ask": (None, P.CONSULT),
    "consultation_enter": (None, P.CONSULT),
    "consultation_adopt": (None, P.CONSULT),
    "consultation_set_aside": (None, P.CONSULT),
    "consultation_attachment": READING,
    "draft_submit": (None, P.DRAFT),
    "draft_take_back": (None, P.DRAFT),
    "draft_approve": (None, P.APPROVE),
    "draft_return": (None, P.APPROVE),
    "draft_send": (None, P.ANSWER),
    "draft_drop": (None, P.DRAFT),
    "case_received": (None, P.ANSWER),
    "case_ask_privately": (None, P.ANSWER),
    "canned_texts": READING,
    "canned_text_add": (P.OFFICE, P.OFFICE),
    "canned_text": (P.OFFICE, P.OFFICE),
    "canned_text_remove": (None, P.OFFICE),
    "canned_text_shipped": (None, P.OFFICE),
    "account_check": (None, P.ACCOUNTS),
    "vocabulary": (P.READ, P.JUDGING),
    "vocabulary_try": READING,
    "vocabulary_undo": (None, P.JUDGING),
    "trust": READING,
    "trust_on": (None, P.JUDGING),
    "trust_off": (None, P.JUDGING),
    "topics": (P.READ, P.OFFICE),
    "letterhead": (P.OFFICE, P.OFFICE),
    "letterhead_logo": READING,
    "register": (P.REPORT, P.REPORT),
    "register_make": (None, P.EXPORT),
    "export_file": (P.EXPORT, P.EXPORT),
    "case_documents": READING,
    "case_check": (None, P.READ),
    "case_folder": (None, P.EXPORT),
    "message_erase": (P.ERASE, P.ERASE),
    "topic": (None, P.OFFICE),
    "topic_retire": (None, P.OFFICE),
    "topic_back": (None, P.OFFICE),
}

NOT_THERE = {
    "message_upload", "case_emergency", "letterhead_logo", "case_ask_solved", "consultation_attachment",
    "case_received", "case_ask_privately", "canned_text_shipped",
}  # fmt: skip
ALLOWED = dict.fromkeys(NOT_THERE, (404,))
"""The file, the message that is meant: not there. Who may not ask does not come so far."""
ROW_SAYS = {"notice_seen", "told_at_test", "told_at_remove"}
"""One's own everybody may; the office's (as here) only who may change the office: others do not find it."""
OWN_ALONE = {
    "topic",
    "topic_retire",
    "topic_back",
    "notice_seen",
    "canned_text",
    "canned_text_remove",
    "canned_text_shipped",
    "told_at_test",
    "told_at_remove",
    "officer",
    "pause_lifted",
    "vocabulary_undo",
    "hours_week_unit",
    "day_remove",
}
"""Of one's own office, whoever looks: a city office has no page for its centres' officers, words and pauses."""


def addresses(resolver: URLResolver | None = None) -> Iterator[URLPattern]:
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLResolver):
            if one.namespace != "admin":  # Django's own, with Django's own rights
                yield from addresses(one)
        else:
            yield one


NAMES = sorted(str(one.name) for one in addresses())


def test_every_address_says_who_may_open_it() -> None:
    assert set(NAMES) - PUBLIC == set(EXPECTED), "a new address? Give it a row in EXPECTED"
    for one in addresses():
        needs = getattr(one.callback, "needs", None)
        assert (needs is None) == (one.name in PUBLIC), f"{one.name}: say `@may(Permission.…)`"


@pytest.fixture
def desk() -> Desk:
    made = make_desk()
    fill(made)
    return made


def arguments(desk: Desk) -> dict[str, list[Any]]:
    """What stands in each address, for something of this office."""
    office, first = desk.office, console.first
    case = Case.objects.filter(office=office).order_by("id")[0]
    message, with_picture = make_message(desk, "Apa ini?"), make_message(desk, "Ada foto", upload="tidak-ada.png")
    asked = Consultation.objects.create(
        office=office, case=case, message=case.incoming_messages.all()[0], question="Bagaimana?", way="share",
        officer=desk.officer, asked_by=desk.officer, sent_at=message.written_at,
    )  # fmt: skip
    reply = ConsultationReply.objects.create(
        office=office, consultation=asked, text="Begini", written_at=message.written_at
    )
    word = Word.objects.create(office=office, list="safe.person", word="cak", by=desk.officer)
    topic = Topic.objects.create(office=desk.office, slug="haji", name="Haji")
    pause = Pause.objects.create(office=office, why="Hari berkabung", by=desk.officer)
    thanks = [first(Answer.objects.filter(office=office, kind="thanks"))]
    answer = make_answer(case.incoming_messages.all()[0], "Mohon maaf", "failed", reason="reply_by_hand")
    post = [first(Outgoing.objects.filter(office=office, delivery__isnull=False))]
    delivery = first(Delivery.objects.filter(post__office=office))
    reading = [first(CalendarFile.objects.filter(office=office))]
    evidence = [first(Evidence.objects.filter(office=office))]
    told = ToldAt.objects.create(office=office, address={"url": "json://127.0.0.1:9"}, shown="json")
    unit = Unit.objects.create(office=office, name="UGD")
    day = DayOff.objects.create(office=office, day=message.written_at.date(), name="Hari jadi", by=desk.officer)
    procedure = Procedure.objects.create(office=office, text=shipped_text("sop1"), sha256="0", by=desk.officer)
    group = Case.objects.filter(office=office).order_by("-id")[0]
    one = case.incoming_messages.all()[0]
    solved = Satisfaction.objects.create(
        office=office, case=case, message=one, way="thread", answer=make_answer(one, "Sudah?", kind="solved"),
        expires_at=timezone.now() + timedelta(days=1),
    )  # fmt: skip
    canned = CannedText.objects.create(office=office, name="Jam", text="Buka pukul 8")
    draft = Draft.objects.create(office=office, case=case, message=one, text="Mohon maaf", author=desk.officer)
    by_prefix: dict[str, list[Any]] = {
        "message": [message.pk], "case": [case.pk], "outgoing": post, "thanks": thanks, "missing": reading,
        "evidence": evidence, "account": [desk.account.pk], "consultation": [case.pk], "told": [told.pk],
        "draft": [draft.pk],
    }  # fmt: skip
    by_name: dict[str, list[Any]] = {
        "message_moderate": [message.pk, "hide"],
        "answer_by_hand": [answer.pk],
        "case_merge": [case.pk, group.pk],
        "canned_text": [canned.pk],
        "canned_text_remove": [canned.pk],
        "canned_text_shipped": ["diterima"],
        "solved_heard": [solved.pk, one.pk],
        "message_bring": [message.pk, case.pk],
        "message_split": [group.incoming_messages.all()[0].pk],
        "message_upload": [with_picture.pk],
        "consultations": [case.pk],
        "account_connect": ["website"],
        "figures_picture": ["waktu"],
        "account_add": [],
        "message_enter": [],
        "consultation_attachment": [reply.pk],
        "consultation_enter": [asked.pk],
        "consultation_adopt": [reply.pk],
        "consultation_set_aside": [reply.pk],
        "delivery": [delivery],
        "delivery_media": [delivery, 0],
        "calendar_file": reading,
        "officer": [desk.officer.pk],
        "notice_seen": [first(Notice.objects.filter(office=office))],
        "pause_lifted": [pause.pk],
        "vocabulary_undo": [word.pk],
        "export_file": [a_folder(desk, case).pk],
        "case_folder": [case.pk, "nota_dinas"],
        "message_erase": [case.incoming_messages.all()[0].pk],
        "hours_week_unit": [unit.pk],
        "hours_preset_unit": [unit.pk],
        "day_remove": [day.pk],
        "procedure_version": [procedure.pk],
        "topic": [topic.pk],
        "topic_retire": [topic.pk],
        "topic_back": [topic.pk],
    }
    return {
        name: by_name.get(name) or by_prefix.get(name.split("_")[0], [])
        if of_one_thing(name)
        else by_name.get(name, [])
        for name in EXPECTED
    }


def a_folder(desk: Desk, case: Case) -> Export:
    made = Export.objects.create(
        office=desk.office, case=case, kind="nota_dinas", asked_by=desk.officer, whole=True, state="made", path="x.zip"
    )
    made.file.parent.mkdir(exist_ok=True)
    made.file.write_bytes(b"x")
    return made


def of_one_thing(name: str) -> bool:
    return name not in ("account_connect", "figures_picture") and any(
        one.name == name and one.pattern.regex.groups for one in addresses()
    )


def asked(officer: Officer, method: str, address: str) -> int:
    """What comes back, and nothing kept of it. The view is called as it stands behind its address; the way there
    (signing in, CSRF) is tested elsewhere, and would make three thousand questions slow."""
    request: Any = getattr(RequestFactory(), method)(address)
    request.user, request.htmx, request.session = officer, False, {}
    request._messages = CookieStorage(request)
    request.resolver_match = found = resolve(address)
    with transaction.atomic():
        try:
            response: Any = found.func(request, *found.args, **found.kwargs)
        except Http404:
            return 404
        except PermissionDenied:
            return 403
        finally:
            transaction.set_rollback(True)
    for close in response._resource_closers:  # the file alone: `close()` would end the database's connection, too
        close()
    status: int = response.status_code
    return status


def people(office: Office, name: str) -> list[Officer]:
    return [Officer.objects.create_user(f"{name}-{role}", office=office, role=role) for role in Role]


def wrong(officer: Officer, name: str, args: list[Any], whose: str) -> Iterator[str]:
    """What is not as EXPECTED, by both methods, on something of one's own office, of a centre below, of a stranger."""
    for method, permission in zip(("get", "post"), EXPECTED[name], strict=True):
        if method == "post" and EXPECTED[name] == READING:
            continue
        status = asked(officer, method, reverse(name, args=args))
        if permission is None:
            fits = status in (403, 404, 405)
        elif permission not in MAY[Role(officer.role)]:
            fits = status == 403 or (status == 404 and (whose != "own" or name in ROW_SAYS))
        elif whose == "own" or (whose == "below" and permission in BELOW_TOO and name not in OWN_ALONE):
            fits = status in ALLOWED.get(name, (200, 302, 422))
        else:
            fits = status in (403, 404)
        if not fits:
            yield f"{officer.role} {method} {name} ({whose}): {status}"


def test_each_address_for_each_role_and_office(desk: Desk) -> None:
    city = make_desk("Dinas Kesehatan", "wati", kind="city")
    Office.objects.filter(id=desk.office.id).update(parent=city.office)
    stranger = make_desk("Puskesmas Kendalsari", "budi")
    places = [("own", desk.office), ("below", city.office), ("other", stranger.office)]
    walkers = [(whose, officer) for whose, office in places for officer in people(office, whose)]
    args = arguments(desk)
    found = [
        line
        for name in EXPECTED
        for whose, officer in walkers
        if whose == "own" or of_one_thing(name)
        for line in wrong(officer, name, args[name], whose)
    ]
    assert not found, "\n".join(found)


def test_who_may_not_is_told_who_may(desk: Desk) -> None:
    reader = Officer.objects.create_user("kadin", office=desk.office, role=Role.OFFICE_HEAD)
    head = Officer.objects.create_user("dr.ana", first_name="Ana", office=desk.office, role=Role.CENTRE_HEAD)
    page = console.signed_in(reader).get(reverse("account_add")).content.decode()
    assert str(Permission.ACCOUNTS.label) in page
    assert str(Role.CENTRE_HEAD.label) in page
    assert str(Role.DUTY.label) not in page
    assert str(head) in page


def test_pages_ask_only_for_permissions_that_exist() -> None:
    """A misspelt one would hide its button from everybody, silently."""
    asked_for = {
        word
        for app in ("config", "offices", "connectors", "scheduler", "moderation")
        for path in (Path(settings.BASE_DIR) / app / "templates").rglob("*.html")
        for word in re.findall(r"\bmay\.(\w+)", path.read_text(encoding="utf-8"))
    }
    assert asked_for <= set(Permission.values)
    assert asked_for


def test_the_page_in_the_repository_is_the_one_that_would_be_made_now(tmp_path: Path) -> None:
    call_command("roles_page", "--to", str(tmp_path / "roles.md"), verbosity=0)
    made = (tmp_path / "roles.md").read_text(encoding="utf-8")
    kept = (Path(settings.BASE_DIR) / "docs" / "roles.md").read_text(encoding="utf-8")
    assert made == kept, "run `python manage.py roles_page`"


def test_who_has_all_rights_may_everything() -> None:
    officer = Officer(role=Role.OFFICE_HEAD, is_superuser=True)
    assert all(officer.may(permission) for permission in Permission)


def test_a_head_of_the_health_office_reads_and_reports_only() -> None:
    assert MAY[Role.OFFICE_HEAD] == {P.READ, P.REPORT}
    assert all(P.READ in MAY[role] for role in Role)
    assert roles_with(P.ERASE) == [Role.MANAGER, Role.CENTRE_HEAD]


def test_a_view_is_guarded_by_what_it_names() -> None:
    class Asked:
        method = "POST"
        user = Officer(role=Role.PROGRAMME)

    @may(P.READ, post=P.OFFICE)
    def view(request: Any) -> Any:
        return "in"

    with pytest.raises(NotAllowed):
        view(Asked())
    Asked.method = "GET"
    assert view(Asked()) == "in"


def test_events_are_seen_below_and_changed_only_where_one_may(desk: Desk) -> None:
    city = make_desk("Dinas Kesehatan", "wati", kind="city")
    Office.objects.filter(id=desk.office.id).update(parent=city.office)
    assert Case.objects.visible_to(city.officer).count() == Case.objects.count()
    assert not Case.objects.visible_to(city.officer, P.ANSWER).exists()
    assert Event.objects.exists()
