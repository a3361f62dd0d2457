""" "Where I am told": the addresses of an officer, those of their office, and a test of each."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from offices.models import Event
from offices.outbox import wire
from offices.outbox.forms import ToldAtForm
from offices.outbox.models import ToldAt
from offices.requests import DeskRequest
from offices.roles import Permission, may

MOST = 10
"""So many addresses one officer (or one office) may have."""


@may(Permission.READ)
def told_at(request: DeskRequest) -> HttpResponse:
    form = ToldAtForm(request.POST or None, officer=request.user)
    rows = ToldAt.objects.changeable_by(request.user).filter(is_on=True).select_related("officer")
    if request.method == "POST" and form.is_valid():
        if rows.count() >= 2 * MOST:
            form.add_error(None, _("That are enough addresses: take one away first."))
        else:
            add(request, form)
            messages.success(request, _("Added. Try it: a test message goes there at once."))
            return redirect("told_at")
    return render(request, "offices/told_at.html", {"form": form, "rows": rows})


@transaction.atomic
def add(request: DeskRequest, form: ToldAtForm) -> None:
    given, office = form.cleaned_data, request.user.office
    if office is None:
        raise Http404
    row = ToldAt.objects.create(
        office=office,
        officer=None if given.get("for_office") else request.user,
        address={"url": given["address"]},
        shown=form.shown,
        urgent_only=given["urgent_only"],
        whole_office=given["whole_office"],
    )
    Event.write(office.id, "officer.told_at", row, actor=request.user)


@require_POST
@may(Permission.READ)
def told_at_test(request: DeskRequest, pk: int) -> HttpResponse:
    """A test message now, so that a wrong address is noticed today and not in an emergency."""
    row = get_object_or_404(ToldAt.objects.changeable_by(request.user).filter(is_on=True), pk=pk)
    at = timezone.now()
    if wire.send(row.url, _("Test from the desk"), _("This address works: you will be told here.")):
        ToldAt.objects.filter(id=row.id).update(last_ok_at=at, failed_at=None)
        messages.success(request, _("Sent. Look whether it has arrived."))
    else:
        ToldAt.objects.filter(id=row.id, failed_at=None).update(failed_at=at)
        messages.error(request, _("It was not taken there. Check the address, or add it anew."))
    return redirect("told_at")


@require_POST
@may(Permission.READ)
@transaction.atomic
def told_at_remove(request: DeskRequest, pk: int) -> HttpResponse:
    """Its secrets go at once; the row stays for what was told there."""
    row = get_object_or_404(ToldAt.objects.changeable_by(request.user).filter(is_on=True), pk=pk)
    ToldAt.objects.filter(id=row.id).update(is_on=False, address={})
    row.tellings.filter(ended_at=None).delete()
    Event.write(row.office_id, "officer.not_told_at", row, actor=request.user)
    messages.success(request, _("Taken away."))
    return redirect("told_at")
