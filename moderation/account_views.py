"""Disconnecting an account: a page that says what becomes of everything which leans on it, of all layers."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from connectors import connecting
from connectors.models import Account
from moderation.models import Case, Message
from offices.requests import DeskRequest
from offices.roles import Permission, may


@may(Permission.ACCOUNTS)
def account_disconnect(request: DeskRequest, pk: int) -> HttpResponse:
    """GET says what will happen, the button there does it."""
    rows = Account.objects.visible_to(request.user, Permission.ACCOUNTS).in_use().select_related("office")
    row = get_object_or_404(rows, pk=pk)
    if request.method == "POST":
        if connecting.disconnect(row, timezone.now(), request.user):
            messages.success(request, _("Disconnected. Its keys are erased here."))
        return redirect("account", row.pk)
    waiting = {
        "posts": connecting.waiting(row).posts().count(),
        "answers": connecting.waiting(row).answers().count(),
        "cases": Case.objects.filter(account=row).open().count(),  # index: the account's
        "messages": Message.objects.filter(office=row.office_id, account=row).inbox().count(),
    }
    return render(request, "moderation/account_disconnect.html", {"account": row, "waiting": waiting})
