"""Cases: the list, and one case with its messages, evidence, answers and history."""

from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from moderation import escalation
from moderation.drafting.prefill import prefilled
from moderation.evidence import want_again
from moderation.figures.behind import behind
from moderation.forms import AnswerForm, CaseFilter
from moderation.models import Case, Evidence, Message
from moderation.views import said, thread_of
from offices.centres import narrowed
from offices.files import show_file
from offices.history import history
from offices.models import Event
from offices.paging import page_of
from offices.requests import DeskRequest
from offices.roles import Permission, may

MESSAGES_SHOWN = 20
MIMES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp"}


@may(Permission.READ)
def cases(request: DeskRequest) -> HttpResponse:
    chosen = CaseFilter(request.GET)
    rows = narrowed(request, Case.objects.visible_to(request.user).listed())
    rows = behind(rows, request.GET, request.user)
    if chosen.shown != "all":
        rows = rows.filter(state=chosen.shown or Case.State.OPEN)
    if chosen.words:
        rows = rows.saying(chosen.words)
    order = Case.URGENT_FIRST if chosen.shown == "" else ("-id",)
    page = page_of(rows, order, request.GET.get("after", ""))
    template = "moderation/_cases.html" if request.htmx else "moderation/cases.html"
    return render(request, template, {"page": page, "chosen": chosen})


@may(Permission.READ)
def case(request: DeskRequest, pk: int) -> HttpResponse:
    """htmx asks for the parts that change by themselves: answers being sent; evidence being taken, and history."""
    row = get_object_or_404(Case.objects.visible_to(request.user).listed().select_related("procedure"), pk=pk)
    if request.htmx:
        part = "moderation/_case_side.html" if request.GET.get("part") == "side" else "moderation/_case_answers.html"
        return render(request, part, {"case": row, "page_address": reverse("case", args=[pk]), **live_parts(row)})
    rows = row.incoming_messages.listed()
    page = page_of(rows, ("id",), request.GET.get("after", ""), size=MESSAGES_SHOWN)
    target = message_to_answer(rows, request.GET.get("jawab", ""))
    context = {
        "case": row,
        "page_address": request.get_full_path(),
        "page": page,
        "target": target,
        "form": AnswerForm(message=target, **prefilled(row, target, request.GET)) if target else None,
        "thread": thread_of(target).exclude(case=row) if target else [],
        **live_parts(row),
    }
    return render(request, "moderation/case.html", context)


def live_parts(row: Case) -> dict[str, object]:
    answers = list(row.answers.select_related("outgoing", "author", "message").order_by("id"))
    return {
        "evidence": row.evidence.select_related("message").order_by("id"),
        "answers": answers,
        "history": history_of(row, [one.outgoing for one in answers if one.outgoing]),
    }


def history_of(row: Case, written: list[object]) -> list[Event]:
    """The case's own Events, and those of its messages and answers (of a flood: of its first messages)."""
    first = row.incoming_messages.order_by("id").only("id", "case")[:MESSAGES_SHOWN]
    return history([row, *first, *written])  # type: ignore[list-item]


def message_to_answer(rows: QuerySet[Message], chosen: str) -> Message | None:
    """The message that was chosen, else the newest of the case."""
    if chosen.isascii() and chosen.isdigit() and len(chosen) < 19:
        found = rows.filter(id=int(chosen)).first()
        if found is not None:
            return found
    return rows.order_by("-id").first()


@require_POST
@may(Permission.CARE)
def case_take(request: DeskRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Case.objects.visible_to(request.user, Permission.CARE), pk=pk)
    return said(request, escalation.take(row, request.user, timezone.now()), gettext("You take care of this case now."))


@require_POST
@may(Permission.CARE)
def case_close(request: DeskRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Case.objects.visible_to(request.user, Permission.CARE), pk=pk)
    done = escalation.close(row, timezone.now(), request.user)
    return said(request, done, gettext("Case closed."), reverse("case_undo_close", args=[pk]))


@require_POST
@may(Permission.CARE)
def case_reopen(request: DeskRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, escalation.reopen, gettext("Case opened again."))


def _decide(request: DeskRequest, pk: int, verb: Callable[..., bool], words: str) -> HttpResponse:
    row = get_object_or_404(Case.objects.visible_to(request.user, Permission.CARE), pk=pk)
    return said(request, verb(row, timezone.now(), request.user), words)


@may(Permission.PERSONAL)
def evidence(request: DeskRequest, pk: int) -> FileResponse:
    """The picture; for an uploaded one, what the moderator brought along."""
    row = get_object_or_404(
        Evidence.objects.visible_to(request.user, Permission.PERSONAL).select_related("message"), pk=pk
    )
    if row.state != Evidence.State.TAKEN:
        raise Http404
    if row.kind == Evidence.Kind.UPLOAD:
        return _upload_of(row.message)
    root = Path(settings.EVIDENCE_ROOT)
    return show_file(root / row.path, root, "image/png")


@require_POST
@may(Permission.CARE)
def evidence_again(request: DeskRequest, pk: int) -> HttpResponse:
    """Another try at a picture that was not possible."""
    row = get_object_or_404(Evidence.objects.visible_to(request.user, Permission.CARE).select_related("case"), pk=pk)
    done = want_again(row, timezone.now(), request.user)
    return said(request, done, gettext("The picture is being taken once more."))


@may(Permission.PERSONAL)
def message_upload(request: DeskRequest, pk: int) -> FileResponse:
    return _upload_of(get_object_or_404(Message.objects.visible_to(request.user, Permission.PERSONAL), pk=pk))


def _upload_of(message: Message) -> FileResponse:
    if not message.upload:
        raise Http404
    path = Path(message.upload.path)
    return show_file(path, Path(settings.MEDIA_ROOT), MIMES.get(path.suffix.lower(), "application/octet-stream"))
