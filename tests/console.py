"""Every page of the console by its name, and what is asked of all of them alike."""

from html.parser import HTMLParser
from typing import Any

from django.test import Client
from django.urls import reverse

from connectors.models import PLATFORMS, Outgoing
from moderation.models import Answer, Case, Evidence, Message
from offices.models import Notice, Officer
from scheduler.models import CalendarFile, Delivery
from tests.desk import Desk


class Inline(HTMLParser):
    """Collects what the Content-Security-Policy would have to forbid: inline script, style and handlers."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        bad = [name for name, value in attrs if name == "style" or name.startswith("on") or is_script(value)]
        if tag == "style" or (tag == "script" and not values.get("src")) or tag in ("iframe", "object", "embed"):
            bad.append(tag)
        self.found += [f"<{tag} {name}" for name in bad]


def is_script(value: str | None) -> bool:
    return (value or "").strip().lower().startswith(("javascript:", "data:text"))


def inline_in(page: str) -> list[str]:
    parser = Inline()
    parser.feed(page)
    return parser.found


LISTS = [
    "today",
    "queue",
    "calendar_files",
    "inbox",
    "message_enter",
    "cases",
    "accounts",
    "account_add",
    "office",
    "letterhead",
    "register",
    "hours",
    "hours_week",
    "procedure",
    "procedure_edit",
    "officers",
    "officer_add",
    "more",
    "told_at",
    "counts",
    "search",
    "figures",
    "targets",
]


def first(rows: Any) -> int:
    pk: int = rows.order_by("id").values_list("id", flat=True)[0]
    return pk


def pages_of(desk: Desk) -> list[str]:
    """The addresses of single things of this office: another office must not find them."""
    office = desk.office
    deliveries = Delivery.objects.filter(post__office=office)
    of_office: list[tuple[str, list[int]]] = [
        *(("delivery", [pk]) for pk in deliveries.values_list("id", flat=True)),
        ("delivery_media", [first(deliveries), 0]),
        ("calendar_file", [first(CalendarFile.objects.filter(office=office))]),
        *(("message", [pk]) for pk in Message.objects.filter(office=office, case=None).values_list("id", flat=True)),
        *(("case", [pk]) for pk in Case.objects.filter(office=office).values_list("id", flat=True)),
        ("case_documents", [first(Case.objects.filter(office=office))]),
        ("message_erase", [first(Message.objects.filter(office=office).exclude(case=None))]),
        ("evidence", [first(Evidence.objects.filter(office=office))]),
        ("account", [desk.account.pk]),
        ("account_disconnect", [desk.account.pk]),
        ("officer", [first(Officer.objects.filter(office=office))]),
    ]
    return [reverse(name, args=args) for name, args in of_office]


def lists() -> list[str]:
    return [*(reverse(name) for name in LISTS), *(reverse("account_connect", args=[name]) for name in PLATFORMS)]


def actions_on(desk: Desk) -> list[str]:
    """The addresses of every POST action on something of this office."""
    office = desk.office
    row = first(Outgoing.objects.filter(office=office, delivery__isnull=False))
    message = first(Message.objects.filter(office=office, case=None))
    thanks = first(Answer.objects.filter(office=office, kind="thanks"))
    case = first(Case.objects.filter(office=office))
    reading = first(CalendarFile.objects.filter(office=office))
    notice = first(Notice.objects.filter(office=office))
    named = [
        (row, ["outgoing_release", "outgoing_withdraw", "outgoing_send_again", "outgoing_leave_out", "outgoing_found"]),
        (message, ["message_answer", "message_label", "message_case", "message_dismiss"]),
        (thanks, ["thanks_send", "thanks_stop", "thanks_decline"]),
        (case, ["case_take", "case_close", "case_reopen", "case_check"]),
        (reading, ["missing_withdraw", "missing_keep"]),
        (notice, ["notice_seen"]),
        (first(Evidence.objects.filter(office=office)), ["evidence_again"]),
        (desk.account.pk, ["account_quota", "account_check"]),
        (first(Answer.objects.filter(office=office)), ["answer_by_hand"]),
    ]
    return [
        *(reverse(name, args=[pk]) for pk, names in named for name in names),
        reverse("message_moderate", args=[message, "hide"]),
        reverse("case_folder", args=[case, "nota_dinas"]),
    ]


def signed_in(officer: Officer) -> Client:
    client = Client()
    client.force_login(officer)
    return client


def look(client: Client, address: str) -> tuple[int, str]:
    """Status and text of a page; a file is read to its end (which closes it)."""
    response = client.get(address)
    if response.streaming:
        return response.status_code, "" if response.getvalue() else "(empty)"
    return response.status_code, response.content.decode()
