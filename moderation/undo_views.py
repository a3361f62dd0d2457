"""The other side of an "Undo" button."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from moderation import undoing
from moderation.models import Case, Message
from moderation.views import said
from offices.requests import DeskRequest
from offices.roles import Permission, may


@require_POST
@may(Permission.SORT)
def message_undo_dismiss(request: DeskRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Message.objects.visible_to(request.user, Permission.SORT), pk=pk)
    return said(request, undoing.undo_dismiss(row, timezone.now(), request.user), _("Undone: it waits again."))


@require_POST
@may(Permission.SORT)
def message_undo_label(request: DeskRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Message.objects.visible_to(request.user, Permission.SORT), pk=pk)
    return said(request, undoing.undo_label(row, timezone.now(), request.user), _("Undone: it waits again."))


@require_POST
@may(Permission.CARE)
def case_undo_close(request: DeskRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Case.objects.visible_to(request.user, Permission.CARE), pk=pk)
    return said(request, undoing.undo_close(row, timezone.now(), request.user), _("Undone: the case is as it was."))
