"""A case's questions to officers: asking, sharing, and what to make of the replies."""

from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from connectors.phone import international
from moderation.consultation import asking, deciding, picture, reaching
from moderation.consultation.forms import AskForm, ReplyForm
from moderation.consultation.models import Consultation, ConsultationReply
from moderation.models import Case, Message
from offices.files import show_file
from offices.requests import DeskRequest, whole
from offices.roles import Allowed, Permission, may


@require_GET
@may(Permission.READ)
def consultations(request: DeskRequest, pk: int) -> HttpResponse:
    """The part that changes by itself: what was asked, and what came back."""
    case = _case(request, pk, None)
    rows = case.consultations.listed()
    parts = {"case": case, "consultations": rows, "may": Allowed(lambda permission: case.may(request.user, permission))}
    return render(request, "moderation/_consultations.html", parts)


@may(Permission.CONSULT)
def masked_picture(request: DeskRequest, pk: int) -> HttpResponse:
    """The masked screenshot, to be shared from one's own phone: wanted by POST, looked for by htmx."""
    case = _case(request, pk)
    message = _message(request, case)
    if request.method == "POST":
        picture.want(case, message, timezone.now(), request.user)
        return _back(case, message)
    parts = {
        "case": case,
        "message": message,
        "picture": picture.of(message),
        "account": asking.account_for(case.at_work),
        "question": asking.question_for(case, message),
    }
    return render(request, "moderation/_share.html", parts)


@require_POST
@may(Permission.CONSULT)
def ask(request: DeskRequest, pk: int) -> HttpResponse:
    """By the desk's number, or noted as shared from one's own phone ("way")."""
    case = _case(request, pk)
    message = _message(request, case)
    form = AskForm(request.POST, case=case, message=message, asker=request.user)
    if not form.is_valid():
        messages.error(request, _("Nothing was asked: choose whom to ask, and write at most 700 characters."))
        return _back(case)
    officer, question = form.cleaned_data["officer"], form.cleaned_data["question"]
    at, account = timezone.now(), asking.account_for(case.at_work)
    if (already := asking.just_asked(message, officer, at, request.user)) is not None:
        words = _("%(who)s asked %(officer)s about this just now: nothing was asked once more.")
        messages.warning(request, words % {"who": already.asked_by or "–", "officer": officer})
    elif request.POST.get("way") == Consultation.Way.SHARE:
        asking.share(case, message, officer, question, form.key_given, at, request.user)
        messages.success(request, _("Noted: you have asked. Type in here what comes back."))
    elif request.POST.get("way") == Consultation.Way.EMAIL:
        ask_by_mail(request, case, message, form)
    elif account is None:
        messages.error(request, _("No WhatsApp number is connected: share the picture from your own phone."))
    elif not international(officer.phone):
        messages.error(request, _("This officer has no WhatsApp number in the desk: enter it with the officer first."))
    else:
        asking.ask(case, message, officer, question, form.key_given, at, request.user, account)
        messages.success(request, _("The question goes out by WhatsApp; the answer will stand here."))
    return _back(case)


def ask_by_mail(request: DeskRequest, case: Case, message: Message, form: AskForm) -> None:
    officer, question = form.cleaned_data["officer"], form.cleaned_data["question"]
    if not reaching.can_mail(officer):
        messages.error(request, _("This officer has no e-mail address in the desk: enter it with the officer first."))
        return
    reaching.mail(case, message, officer, question, form.key_given, timezone.now(), request.user)
    messages.success(request, _("The question goes out by e-mail; the answer will stand here."))


@require_POST
@may(Permission.CONSULT)
def enter(request: DeskRequest, pk: int) -> HttpResponse:
    """What was said on another way."""
    row = get_object_or_404(
        Consultation.objects.visible_to(request.user, Permission.CONSULT).select_related("case"), pk=pk
    )
    form = ReplyForm(request.POST)
    if form.is_valid():
        deciding.enter(row, form.cleaned_data["text"], timezone.now(), request.user)
        messages.success(request, _("Noted."))
    return _back(row.case)


@require_POST
@may(Permission.CONSULT)
def adopt(request: DeskRequest, pk: int) -> HttpResponse:
    """Its words into the answer's field, to be read once more before they go out."""
    draft = deciding.adopt(_reply(request, pk), timezone.now(), request.user)
    query = urlencode({"jawab": draft.message_id, "draf": draft.pk})
    return redirect(f"{reverse('case', args=[draft.case_id])}?{query}#jawab")


@require_POST
@may(Permission.CONSULT)
def set_aside(request: DeskRequest, pk: int) -> HttpResponse:
    reply = _reply(request, pk)
    if deciding.set_aside(reply, timezone.now(), request.user):
        messages.success(request, _("Set aside: the question still stands."))
    return _back(reply.consultation.case)


@may(Permission.READ)
def attachment(request: DeskRequest, pk: int) -> FileResponse:
    """The voice note or picture that came with a reply."""
    reply = get_object_or_404(ConsultationReply.objects.visible_to(request.user), pk=pk)
    if not reply.media_path:
        raise Http404
    root = Path(settings.MEDIA_ROOT)
    return show_file(root / reply.media_path, root, reply.media_type)


def _case(request: DeskRequest, pk: int, to: Permission | None = Permission.CONSULT) -> Case:
    return get_object_or_404(Case.objects.visible_to(request.user, to).select_related("office__parent"), pk=pk)


def _message(request: DeskRequest, case: Case) -> Message:
    """The message that the question is about: the one named, else the case's newest."""
    rows = case.incoming_messages.order_by("-id")
    if named := whole((request.POST or request.GET).get("message")):
        return get_object_or_404(rows, pk=named)
    found = rows.first()
    return found if found is not None else get_object_or_404(rows)


def _reply(request: DeskRequest, pk: int) -> ConsultationReply:
    related = ("consultation__case__office", "consultation__officer", "consultation__message")
    mine = Consultation.objects.visible_to(request.user, Permission.CONSULT)
    rows = ConsultationReply.objects.filter(consultation__in=mine).select_related(*related)
    return get_object_or_404(rows, pk=pk)


def _back(case: Case, message: Message | None = None) -> HttpResponse:
    chosen = f"?jawab={message.pk}" if message else ""
    return redirect(f"{reverse('case', args=[case.pk])}{chosen}#konsultasi")
