"""The page of canned texts: the shipped ones, to be replaced or hidden, and the office's own."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from moderation.drafting.canned import VARIABLES, shipped, texts_of
from moderation.drafting.forms import CannedTextForm
from moderation.drafting.models import CannedText
from offices.models import Event, Office
from offices.requests import DeskRequest, whole
from offices.roles import Permission, may


@may(Permission.READ)
def canned_texts(request: DeskRequest) -> HttpResponse:
    office = _own_office(request)
    own = CannedText.objects.filter(office=office)
    here = {row.slug for row in own if row.slug and not row.is_on}
    hidden = [one for one in shipped(get_language() or "id") if one.slug in here]
    context = {"rows": texts_of(office), "hidden": hidden, "may_change": request.user.may(Permission.OFFICE)}
    return render(request, "moderation/canned_texts.html", context)


@may(Permission.OFFICE)
def canned_text(request: DeskRequest, key: str = "") -> HttpResponse:
    """A new one (no `key`), one's own, or a shipped one that is to be the office's own from now on."""
    office = _own_office(request)
    row = _row(office, key) if key else CannedText(office=office)
    form = CannedTextForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        row.by, row.at, row.is_on = request.user, timezone.now(), True
        with transaction.atomic():
            form.save()
            Event.write(office.id, "office.canned", row, actor=request.user)
        messages.success(request, _("Saved: it is offered from now on."))
        return redirect("canned_texts")
    return render(request, "moderation/canned_text.html", {"form": form, "row": row, "key": key, "gaps": VARIABLES})


@require_POST
@may(Permission.OFFICE)
@transaction.atomic
def canned_text_remove(request: DeskRequest, key: str) -> HttpResponse:
    """An own one is deleted; a shipped one is hidden."""
    office = _own_office(request)
    row = _row(office, key)
    if row.slug:
        row.is_on, row.by, row.at = False, request.user, timezone.now()
        row.save()
        Event.write(office.id, "office.canned_removed", row, actor=request.user)
    else:
        Event.write(office.id, "office.canned_removed", row, actor=request.user)
        row.delete()
    messages.success(request, _("Taken away."))
    return redirect("canned_texts")


@require_POST
@may(Permission.OFFICE)
@transaction.atomic
def canned_text_shipped(request: DeskRequest, key: str) -> HttpResponse:
    """Back to the text that ships with the desk."""
    office = _own_office(request)
    row = get_object_or_404(CannedText, office=office, slug=key)
    Event.write(office.id, "office.canned", row, actor=request.user)
    row.delete()
    messages.success(request, _("The text that ships with the desk is offered again."))
    return redirect("canned_texts")


def _row(office: Office, key: str) -> CannedText:
    if number := whole(key):
        return get_object_or_404(CannedText, office=office, pk=number)
    found = next((one for one in shipped(get_language() or "id") if one.slug == key), None)
    if found is None:
        raise Http404
    own = CannedText.objects.filter(office=office, slug=key).first()
    return own or CannedText(office=office, slug=key, name=found.name, purpose=found.purpose, text=found.text)


def _own_office(request: DeskRequest) -> Office:
    if request.user.office is None:
        raise Http404
    return request.user.office
