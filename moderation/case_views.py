"""Cases: the list, and one case with its messages, evidence, answers and history."""

from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from moderation import case_page, escalation
from moderation.evidence import want_again
from moderation.figures.behind import behind
from moderation.forms import AnswerForm, CaseFilter
from moderation.models import Case, Evidence, Message
from moderation.views import said, thread_of
from offices.centres import chosen_centre
from offices.files import show_file
from offices.paging import page_of
from offices.requests import DeskRequest, whole
from offices.roles import NotAllowed, Permission, may

MIMES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp"}


@may(Permission.READ)
def cases(request: DeskRequest) -> HttpResponse:
    chosen = CaseFilter(request.GET)
    rows, centre = Case.objects.visible_to(request.user), chosen_centre(request)
    rows = behind(chosen.of(rows.of_centre(centre) if centre else rows), request.GET, request.user)
    if chosen.words:
        rows = rows.saying(chosen.words)
    order = Case.URGENT_FIRST if chosen.shown == "" else ("-id",)
    page = page_of(rows, order, request.GET.get("after", ""), shown=Case.objects.listed())
    template = "moderation/_cases.html" if request.htmx else "moderation/cases.html"
    return render(request, template, {"page": page, "chosen": chosen})


@may(Permission.READ)
def case(request: DeskRequest, pk: int) -> HttpResponse:
    """htmx asks for the parts that change by themselves: answers being sent; evidence being taken, and history."""
    row = get_object_or_404(Case.objects.visible_to(request.user).listed().select_related("procedure"), pk=pk)
    live = case_page.live_parts(row, request.user)
    if request.htmx:
        part = "moderation/_case_side.html" if request.GET.get("part") == "side" else "moderation/_case_answers.html"
        return render(request, part, {"case": row, "page_address": reverse("case", args=[pk]), **live})
    rows = row.incoming_messages.listed()
    target = message_to_answer(rows, request.GET.get("jawab", ""))
    begun_with = case_page.offered(row, target, request.GET, request.user) if target else {}
    context = {
        "case": row,
        "page_address": request.get_full_path(),
        "page": page_of(rows, ("id",), request.GET.get("after", ""), size=case_page.MESSAGES_SHOWN),
        "target": target,
        "form": AnswerForm(message=target, **begun_with) if target else None,
        "labels": Message.Label.choices,
        "thread": thread_of(target).exclude(case=row) if target else [],
        **live,
        **case_page.parts(row, target, request.user, timezone.now()),
    }
    return render(request, "moderation/case.html", context)


def message_to_answer(rows: QuerySet[Message], chosen: str) -> Message | None:
    """The message that was chosen, else the newest of the case."""
    return rows.filter(id=whole(chosen)).first() or rows.order_by("-id").first()


@require_POST
@may(Permission.CARE)
def case_take(request: DeskRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Case.objects.visible_to(request.user, Permission.CARE), pk=pk)
    seen = whole(request.POST["seen"]) or None if "seen" in request.POST else row.officer_id
    done = escalation.take(row, request.user, timezone.now(), instead_of=seen)
    return said(request, done, gettext("You take care of this case now."))


@require_POST
@may(Permission.CARE)
def case_close(request: DeskRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Case.objects.visible_to(request.user, Permission.CARE), pk=pk)
    if row.needs_handling and row.state != Case.State.CLOSED:
        messages.warning(request, gettext("A complaint closes with its tindak lanjut: note what was done, or why not."))
        return redirect(f"{reverse('case', args=[pk])}#tindak-lanjut")
    done = escalation.close(row, timezone.now(), request.user)
    return said(request, done, gettext("Case closed."), reverse("case_undo_close", args=[pk]))


@require_POST
@may(Permission.CARE)
def case_reopen(request: DeskRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Case.objects.visible_to(request.user, Permission.CARE), pk=pk)
    return said(request, escalation.reopen(row, timezone.now(), request.user), gettext("Case opened again."))


@may(Permission.READ)
def evidence(request: DeskRequest, pk: int) -> FileResponse:
    """The picture; for an uploaded one, what the moderator brought along."""
    row = get_object_or_404(Evidence.objects.visible_to(request.user).select_related("message"), pk=pk)
    if row.kind != Evidence.Kind.MASKED and not request.user.may(Permission.PERSONAL):
        raise NotAllowed(Permission.PERSONAL)
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
