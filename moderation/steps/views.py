"""A case's clock: shown live, paused, let go on, extended."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from moderation.models import Case, Message
from moderation.steps import moving
from moderation.steps.forms import ExtendForm, WaitForm
from moderation.steps.showing import may_extend
from moderation.steps.words import role_words
from offices.requests import DeskRequest
from offices.roles import Permission, may


@require_GET
@may(Permission.READ)
def case_clock(request: DeskRequest, pk: int) -> HttpResponse:
    """The card alone, for htmx."""
    return render(request, "moderation/_case_clock.html", {"case": _case(request, pk)})


@require_POST
@may(Permission.CARE)
def case_wait(request: DeskRequest, pk: int) -> HttpResponse:
    """The clock waits for the author of the case's newest message."""
    case, form = _case(request, pk, Permission.CARE), WaitForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Not paused: say in a few words what you wait for."))
        return _back(case)
    asked = Message.objects.filter(case=case).order_by("-id").first()
    done = moving.pause(case, form.cleaned_data["why"], timezone.now(), request.user, asked)
    return _said(request, case, done, _("The clock waits. It goes on when the citizen writes again, or by your tap."))


@require_POST
@may(Permission.CARE)
def case_go_on(request: DeskRequest, pk: int) -> HttpResponse:
    case = _case(request, pk, Permission.CARE)
    return _said(request, case, moving.resume(case, timezone.now(), request.user), _("The clock goes on."))


@require_POST
@may(Permission.READ)
def case_extend(request: DeskRequest, pk: int) -> HttpResponse:
    """By the roles that the case's own procedure names."""
    case, form = _case(request, pk), ExtendForm(request.POST)
    rules = case.procedure.rules if case.procedure else None
    if rules is None or not may_extend(case, rules, request.user):
        who = ", ".join(role_words(role) for role in rules.extended_by) if rules else "–"
        messages.error(request, _("Not extended. The procedure lets these extend a limit: %(who)s.") % {"who": who})
        return _back(case)
    if not form.is_valid():
        messages.error(request, _("Not extended: say how much longer, and why."))
        return _back(case)
    given = (form.duration, form.cleaned_data["why"], timezone.now(), request.user)
    done = moving.extend(case, *given, seen=form.cleaned_data["seen"])
    return _said(request, case, done, _("Extended; it stands in the record."))


def _case(request: DeskRequest, pk: int, to: Permission | None = None) -> Case:
    rows = Case.objects.visible_to(request.user, to).select_related("office", "officer", "procedure")
    return get_object_or_404(rows, pk=pk)


def _said(request: DeskRequest, case: Case, done: bool, words: str) -> HttpResponse:
    if done:
        messages.success(request, words)
    else:
        messages.warning(request, _("Too late: the clock does not run as it did. Nothing was changed."))
    return _back(case)


def _back(case: Case) -> HttpResponse:
    return redirect(f"{reverse('case', args=[case.pk])}#waktu")
