"""Noting what was done, and handing a case to another office."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from moderation.handling import handing_over, noting
from moderation.handling.forms import HandlingForm, HandOverForm
from moderation.handling.models import Handling
from moderation.models import Case
from offices.requests import DeskRequest
from offices.roles import Permission, may


@require_POST
@may(Permission.HANDLE)
def case_handle(request: DeskRequest, pk: int) -> HttpResponse:
    """What was done, or why not. Of what is not our authority, the words for the answer are offered next."""
    case = _case(request, pk, Permission.HANDLE)
    form = HandlingForm(request.POST, case=case)
    if not form.is_valid():
        return render(request, "moderation/case_handle.html", {"case": case, "handling_form": form}, status=422)
    made = noting.note(case, form.handling(), timezone.now(), request.user)
    messages.success(request, _("Noted.") if not made.final else _("Noted: this case is handled."))
    if made.outcome == Handling.Outcome.ELSEWHERE and case.state == Case.State.OPEN:
        return redirect(f"{reverse('case', args=[pk])}?{urlencode({'rujuk': made.pk})}#jawab")
    return redirect("case", pk)


@require_POST
@may(Permission.HAND_OVER)
def case_hand_over(request: DeskRequest, pk: int) -> HttpResponse:
    """To another office, or back to its own."""
    case = _case(request, pk, Permission.HAND_OVER)
    form = HandOverForm(request.POST, case=case)
    if not form.is_valid():
        return render(request, "moderation/case_hand_over.html", {"case": case, "hand_over_form": form}, status=422)
    to = form.cleaned_data["to"]
    if handing_over.hand_over(case, to, form.cleaned_data["why"], timezone.now(), request.user):
        messages.success(request, _("Handed over: %(office)s works on it now.") % {"office": to})
    else:
        messages.warning(request, _("It was closed or handed over in the meantime. Nothing was changed."))
    seen = Case.objects.visible_to(request.user).filter(pk=pk).exists()
    return redirect("case", pk) if seen else redirect("cases")


def _case(request: DeskRequest, pk: int, to: Permission) -> Case:
    rows = Case.objects.visible_to(request.user, to).select_related("office__parent", "handler")
    return get_object_or_404(rows, pk=pk)
