"""Finding the case that a message belongs to, or the first case about the same; joining, splitting, undoing."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from moderation.joining import joining
from moderation.models import Case, Message
from moderation.views import said
from offices.requests import DeskRequest
from offices.roles import Permission, may

FOUND_MAX = 6
TO = Permission.SORT


@require_GET
@may(TO)
def message_find_case(request: DeskRequest, pk: int) -> HttpResponse:
    """Open cases of the message's office, by number, name or words; without words the newest."""
    message = get_object_or_404(Message.objects.visible_to(request.user, TO), pk=pk)
    rows = _candidates(request, message.office_id).exclude(id=message.case_id or 0)
    return render(request, "moderation/_find_case.html", {"message": message, "found": rows[:FOUND_MAX]})


@require_GET
@may(TO)
def case_find_first(request: DeskRequest, pk: int) -> HttpResponse:
    """The first case about the same."""
    case = get_object_or_404(Case.objects.visible_to(request.user, TO), pk=pk)
    rows = _candidates(request, case.office_id).exclude(id=pk).filter(duplicate_of=None)
    return render(request, "moderation/_find_first.html", {"case": case, "found": rows[:FOUND_MAX]})


def _candidates(request: DeskRequest, office_id: int) -> QuerySet[Case]:
    rows = Case.objects.visible_to(request.user, TO).filter(office=office_id).exclude(state=Case.State.CLOSED)
    words = request.GET.get("q", "").strip()[:100]
    return (rows.saying(words) if words else rows).listed().order_by("-id")


@require_POST
@may(TO)
def message_bring(request: DeskRequest, pk: int, case: int) -> HttpResponse:
    row = get_object_or_404(Message.objects.visible_to(request.user, TO).select_related("office", "account"), pk=pk)
    target = get_object_or_404(Case.objects.visible_to(request.user, TO), pk=case)
    if joining.bring(row, target, timezone.now(), request.user):
        messages.success(request, _("The message is in case %(number)s now.") % {"number": target.number})
        return redirect("case", case)
    words = _(
        "That case is closed, or this is the only message of its case. Say that the two cases are about the same."
    )
    messages.warning(request, words)
    return redirect("case", row.case_id) if row.case_id else redirect("message", pk)


@require_POST
@may(TO)
def message_split(request: DeskRequest, pk: int) -> HttpResponse:
    rows = Message.objects.visible_to(request.user, TO).select_related("office", "account", "case__handler")
    row = get_object_or_404(rows.exclude(case=None), pk=pk)
    new = joining.split(row, timezone.now(), request.user)
    if new is None:
        messages.warning(request, _("It is the only message of this case. Nothing was changed."))
        return redirect("case", row.case_id or 0)
    messages.success(request, _("Split off: a case of its own."))
    return redirect("case", new.pk)


@require_POST
@may(TO)
def case_merge(request: DeskRequest, pk: int, first: int) -> HttpResponse:
    mine = Case.objects.visible_to(request.user, TO)
    case, target = get_object_or_404(mine, pk=pk), get_object_or_404(mine, pk=first)
    done = joining.merge(case, target, timezone.now(), request.user)
    return said(request, done, _("Closed as about the same as %(number)s.") % {"number": target.number})


@require_POST
@may(TO)
def case_part(request: DeskRequest, pk: int) -> HttpResponse:
    case = get_object_or_404(Case.objects.visible_to(request.user, TO).select_related("duplicate_of"), pk=pk)
    return said(request, joining.part(case, timezone.now(), request.user), _("Undone: open again, on its own."))
