"""A case's documents: are its records as they were made, its folder to take along, erasing a person's data."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from moderation.models import Case, Message
from moderation.records import chain, checking, erasing
from moderation.records.forms import EraseForm
from moderation.records.models import Check
from moderation.register import making
from moderation.register.models import Export
from offices.requests import DeskRequest
from offices.roles import NotAllowed, Permission, may

FILES_SHOWN = 5
PEOPLE_SHOWN = 10
FINDINGS_SHOWN = 20


@may(Permission.READ)
def documents(request: DeskRequest, pk: int) -> HttpResponse:
    """A part of the case's page, fetched beside it; a page of its own without htmx."""
    case = get_object_or_404(Case.objects.visible_to(request.user).select_related("office"), pk=pk)
    check = Check.objects.filter(case=case).first()
    found = check.findings[:FINDINGS_SHOWN] if check else []
    whole = request.user.may(Permission.PERSONAL)
    files = case.exports.order_by("-id")[:FILES_SHOWN]
    context = {
        "case": case,
        "check": check,
        "findings": [checking.Finding(checking.Code(one["code"]), one["about"]) for one in found],
        "head": chain.head(pk),
        "short": chain.short(chain.head(pk)),
        "files": files,
        "is_busy": any(one.state == Export.State.WANTED for one in files) or bool(check and check.is_waiting),
        "folders": [Export.Kind(kind) for kind in Export.FOLDERS]
        if whole and request.user.may(Permission.EXPORT)
        else [],
        "people": people_of(case) if request.user.may(Permission.ERASE) else [],
        "erasures": case.erasures.select_related("by").order_by("id"),
    }
    template = "moderation/records/_documents.html" if request.htmx else "moderation/records/documents.html"
    return render(request, template, context)


def people_of(case: Case) -> list[Message]:
    """A message of each person whose data is still there; of a case of many, the newest ones."""
    found: dict[tuple[object, str], Message] = {}
    rows = case.incoming_messages.filter(erased_at=None).order_by("-id").defer("raw")
    for message in rows[: PEOPLE_SHOWN * 20]:
        if len(found) < PEOPLE_SHOWN:
            found.setdefault((message.account_id, message.author_id or message.author), message)
    return list(found.values())


@require_POST
@may(Permission.READ)
def check(request: DeskRequest, pk: int) -> HttpResponse:
    """Go through this case's records now; the worker does it within seconds."""
    case = get_object_or_404(Case.objects.visible_to(request.user), pk=pk)
    checking.ask(case, timezone.now())
    messages.success(request, _("The records are being gone through. The result stands under “Documents”."))
    return redirect(f"/kasus/{pk}/#berkas")


@require_POST
@may(Permission.EXPORT)
def make_folder(request: DeskRequest, pk: int, kind: str) -> HttpResponse:
    """The case's folder holds personal data whole: only for who may see it."""
    if kind not in Export.FOLDERS:
        raise Http404
    if not request.user.may(Permission.PERSONAL):
        raise NotAllowed(Permission.PERSONAL)
    case = get_object_or_404(Case.objects.visible_to(request.user, Permission.EXPORT).select_related("office"), pk=pk)
    making.ask(request.user, kind, timezone.now(), case=case, whole=True)
    messages.success(request, _("The folder is being made. It stands under “Documents” as soon as it is ready."))
    return redirect(f"/kasus/{pk}/#berkas")


@may(Permission.ERASE)
def erase(request: DeskRequest, pk: int) -> HttpResponse:
    """Asked twice: first who wants it and why, then, with what will go before one's eyes, the case's number."""
    rows = (
        Message.objects.visible_to(request.user, Permission.ERASE).exclude(case=None).select_related("case", "account")
    )
    message = get_object_or_404(rows, pk=pk, erased_at=None)
    assert message.case is not None
    form = EraseForm(request.POST or None, number=message.case.number)
    if request.method == "POST" and form.is_sure:
        said = {name: form.cleaned_data[name] for name in ("asked_by", "reason")}
        erasing.erase(message, timezone.now(), request.user, **said)
        messages.success(request, _("Erased. The record of it stands in the case's history."))
        return redirect("case", message.case.pk)
    context = {
        "case": message.case,
        "message": message,
        "form": form,
        "asks_again": request.method == "POST" and not set(form.errors) - {"number"},
        "same": erasing.messages_of_same_person(message).order_by("id"),
    }
    return render(request, "moderation/records/erase.html", context)
