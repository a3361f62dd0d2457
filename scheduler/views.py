"""The queue, a post, and calendar files."""

from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from connectors.views import TOO_LATE
from offices.centres import narrowed
from offices.files import show_file
from offices.history import history
from offices.paging import page_of
from offices.requests import DeskRequest
from offices.roles import Permission, may
from scheduler import intake, plan, publish
from scheduler.calendar_file.problems import Problem
from scheduler.forms import DeliveryForm, QueueFilter, UploadForm, language
from scheduler.models import CalendarFile, Delivery
from scheduler.template import workbook
from scheduler.thumbnails import thumbnail
from scheduler.uploads import take_in

NEWEST_FIRST = ("-outgoing__due_at", "-outgoing__id")
NEXT_FIRST = ("outgoing__due_at", "outgoing__id")


@may(Permission.READ)
def queue(request: DeskRequest) -> HttpResponse:
    chosen = QueueFilter(request.GET, officer=request.user)
    seen = Delivery.objects.visible_to(request.user).shown_as(chosen.shown)
    rows = narrowed(request, seen, "outgoing__office")
    if chosen.account_chosen:
        rows = rows.filter(account=chosen.account_chosen)
    order = NEWEST_FIRST if chosen.shown in ("sent", "withdrawn") else NEXT_FIRST
    page = page_of(rows, order, request.GET.get("after", ""), shown=Delivery.objects.listed())
    template = "scheduler/_queue.html" if request.htmx else "scheduler/queue.html"
    return render(request, template, {"page": page, "chosen": chosen, "now": timezone.now()})


@may(Permission.READ, post=Permission.POSTS)
def delivery(request: DeskRequest, pk: int) -> HttpResponse:
    """One post: what goes out, when, and what a person may still do about it."""
    to = Permission.POSTS if request.method == "POST" else None
    row = get_object_or_404(Delivery.objects.visible_to(request.user, to).listed(), pk=pk)
    form = DeliveryForm(request.POST or None, delivery=row)
    if request.method == "POST" and form.is_valid():
        caption, due_at = form.cleaned_data["caption"], form.cleaned_data["due_at"]
        title = form.cleaned_data.get("title")
        if publish.edit(row, caption, due_at, timezone.now(), request.user, title):
            messages.success(request, _("Saved."))
        else:
            messages.warning(request, str(TOO_LATE))
        return redirect("delivery", pk)
    context = {
        "row": row,
        "form": form,
        "history": history([row.outgoing, row, row.post]),
        "twin": Delivery.objects.listed().like(row).first() if row.outgoing.reason == plan.LOOKS_ALIKE else None,
    }
    return render(request, "scheduler/delivery.html", context)


@may(Permission.READ)
def media(request: DeskRequest, pk: int, index: int) -> FileResponse:
    """A picture or film of a post; `?kecil` gives the small one for lists."""
    row = get_object_or_404(Delivery.objects.visible_to(request.user).select_related("outgoing"), pk=pk)
    if index >= len(row.outgoing.media):
        raise Http404
    one = row.outgoing.media[index]
    root = Path(settings.MEDIA_ROOT)
    if "kecil" in request.GET:
        small = thumbnail(root / one["path"])
        if small is None:
            raise Http404
        return show_file(small, Path(settings.DATA) / "thumbnails", "image/jpeg")
    return show_file(root / one["path"], root, one["mime"], request)


@may(Permission.READ, post=Permission.POSTS)
def calendar_files(request: DeskRequest) -> HttpResponse:
    """Upload a calendar with its pictures; and what the readings before did."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        office, given = request.user.office, form.cleaned_data
        if office is None:
            raise Http404
        try:
            reading = take_in(office, request.user, given["calendar"], given["pictures"], timezone.now())
        except OSError as error:
            form.no_room(error)
        else:
            return redirect("calendar_file", reading.pk)
    rows = CalendarFile.objects.visible_to(request.user).select_related("office", "officer")
    page = page_of(rows, ("-id",), request.GET.get("after", ""))
    return render(request, "scheduler/calendar_files.html", {"form": form, "page": page})


@may(Permission.READ)
def calendar_file(request: DeskRequest, pk: int) -> HttpResponse:
    """What one reading did, what is wrong with the file, and the question about rows that are gone."""
    rows = CalendarFile.objects.visible_to(request.user).select_related("office", "officer")
    reading = get_object_or_404(rows, pk=pk)
    missing = Delivery.objects.visible_to(request.user).listed().filter(id__in=reading.missing)
    told_in = language()
    problems = [
        {**kept, "what": one.what(told_in), "todo": one.todo(told_in)}
        for kept, one in ((kept, Problem.from_json(kept)) for kept in reading.problems)
    ]
    context = {"reading": reading, "problems": problems, "missing": missing if reading.asks else []}
    return render(request, "scheduler/calendar_file.html", context)


@require_POST
@may(Permission.POSTS)
def missing_decided(request: DeskRequest, pk: int, verb: str) -> HttpResponse:
    """Rows are gone from the file: withdraw their posts, or keep them."""
    reading = get_object_or_404(CalendarFile.objects.visible_to(request.user, Permission.POSTS), pk=pk)
    if verb == "tarik":
        intake.withdraw_missing(reading, timezone.now(), request.user)
        messages.success(request, _("Withdrawn: these posts will not go out."))
    else:
        intake.keep_missing(reading, timezone.now(), request.user)
        messages.success(request, _("Kept: these posts stay in the queue."))
    return redirect("calendar_file", pk)


@may(Permission.READ)
def template(request: DeskRequest) -> HttpResponse:
    """The calendar template, with the office's accounts in its drop-downs."""
    content = workbook(request.user.office, language())
    response = HttpResponse(content, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    response["Content-Disposition"] = 'attachment; filename="templat-kalender.xlsx"'
    return response
