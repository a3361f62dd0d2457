"""Pages that steer the judgement: vocabulary, how well it judges; and one tap in danger."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from moderation import reply
from moderation.judging import emergency, trust
from moderation.judging.forms import WordForm
from moderation.judging.models import Trial, Word
from moderation.judging.trying import SEEN, effects, judged_now, proposals, shown
from moderation.judging.vocabulary import (
    CORRECTED,
    LISTS,
    WouldThank,
    adding,
    change,
    lexicon_of,
    lexicon_with,
    undo,
    wrongly_thanked,
)
from moderation.models import Answer, Case
from moderation.views import said
from offices.models import Event, Office
from offices.requests import DeskRequest, whole
from offices.roles import Permission, may

EXAMPLE = "Terima kasih bu bidan, pelayanannya ramah dan cepat"


def own_office(request: DeskRequest) -> Office:
    if request.user.office is None:
        raise Http404
    return request.user.office


@may(Permission.READ, post=Permission.JUDGING)
def vocabulary(request: DeskRequest) -> HttpResponse:
    office, refused = own_office(request), list[str]()
    form = WordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            change(office, given["list"], given["word"], request.user, timezone.now(), taken_out=given["taken_out"])
        except WouldThank as wrong:
            refused = wrong.texts
        else:
            messages.success(request, _("Changed. It holds from the next message on."))
            return redirect("vocabulary")
    return render(
        request, "moderation/vocabulary.html", page(request, office, form, refused), status=422 if refused else 200
    )


def page(request: DeskRequest, office: Office, form: WordForm, refused: list[str]) -> dict[str, object]:
    words = list(Word.objects.heeded_by(office).select_related("by", "office").order_by("-id")[:200])
    for word in words:
        word.list_name = LISTS.get(word.list, word.list)  # type: ignore[attr-defined]
    lexicon = lexicon_of(office)
    return {
        "form": form,
        "refused": refused,
        "words": words,
        "version": lexicon.version,
        "sentence": EXAMPLE,
        "effect": [shown(EXAMPLE, lexicon, office)],
        "proposals": proposals(office),
        "may_change": request.user.may(Permission.JUDGING),
    }


@may(Permission.READ)
def vocabulary_try(request: DeskRequest) -> HttpResponse:
    """The test sentence now, and with the change that is being typed."""
    office, text = own_office(request), request.GET.get("sentence", "")[:1000]
    form = WordForm(request.GET)
    now = lexicon_of(office)
    effect = [shown(text, now, office)] if text.strip() else []
    others, refused = None, list[str]()
    if effect and form.is_valid():
        given = form.cleaned_data
        tried = adding(Word(office=office, list=given["list"], word=given["word"], taken_out=given["taken_out"]))
        changed = lexicon_with(tried(list(Word.objects.heeded_by(office))), office)
        effect.append(shown(text, changed, office))
        others = effects(changed, judged_now(office, now))
        refused = wrongly_thanked(office, tried, CORRECTED)
    found = {"effect": effect, "others": others, "refused": refused[:5], "seen": SEEN}
    return render(request, "moderation/_vocabulary_effect.html", found)


@require_POST
@may(Permission.JUDGING)
def vocabulary_undo(request: DeskRequest, pk: int) -> HttpResponse:
    office = own_office(request)
    row = get_object_or_404(Word.objects.filter(office=office), pk=pk)
    try:
        undo(row, request.user, timezone.now())
    except WouldThank as wrong:
        return render(request, "moderation/vocabulary.html", page(request, office, WordForm(), wrong.texts), status=422)
    messages.success(request, _("Undone."))
    return redirect("vocabulary")


@may(Permission.READ)
def trust_page(request: DeskRequest) -> HttpResponse:
    office = own_office(request)
    now = trust.standing(office)
    switches = Event.objects.filter(office=office, verb__in=["office.thanks_on", "office.thanks_back"])
    switched = switches.filter(verb="office.thanks_on").order_by("-id").first()
    wrong = Trial.objects.filter(office=office, right=False, version=now.version).select_related("answer__message")
    context = {
        "office": office,
        "standing": now,
        "mistakes": wrong.order_by("-at")[:10],
        "since": switched.data.get("version", now.version) if switched else now.version,
        "forced": switches.select_related("actor").order_by("-id")[:10],
        "may_change": request.user.may(Permission.JUDGING),
        "curve": "M" + " L".join("{} {}".format(*point(n)) for n in range(30, 801, 10)),
        "goal": point(trust.IN_A_ROW)[0],
        "here": point(now.in_a_row),
    }
    return render(request, "moderation/trust.html", context)


def point(in_a_row: int) -> tuple[int, int]:
    """Where so many in a row stand in the picture: 0 to 800 across, 10% to 0% down."""
    bound = 300 / in_a_row if in_a_row else 10.0
    return round(50 + 570 * min(in_a_row, 800) / 800), round(200 - 18 * min(bound, 10.0))


@require_POST
@may(Permission.JUDGING)
def trust_on(request: DeskRequest) -> HttpResponse:
    office = own_office(request)
    if trust.switch_on(office, timezone.now(), request.user, request.POST.get("reason", "")[:500]):
        messages.success(request, _("Clear praise is thanked without a person from now on, after a pause."))
    else:
        messages.warning(request, _("The figures do not allow it yet, and no reason was given. Nothing was changed."))
    return redirect("trust")


@require_POST
@may(Permission.JUDGING)
def trust_off(request: DeskRequest) -> HttpResponse:
    office = own_office(request)
    if trust.switch_back(office, "by_hand", timezone.now(), request.user):
        messages.success(request, _("Thank-yous are only proposed from now on."))
    return redirect("trust")


@require_POST
@may(Permission.ANSWER)
def case_emergency(request: DeskRequest, pk: int) -> HttpResponse:
    """The office's emergency text, sent by this person, once a form."""
    case = get_object_or_404(Case.objects.visible_to(request.user, Permission.ANSWER).select_related("office"), pk=pk)
    rows = case.incoming_messages.select_related("account", "office").exclude(account=None)
    row = get_object_or_404(rows, pk=whole(request.POST.get("message")))
    reply.answer(row, emergency.text_of(case.office), request.user, key_of(request), timezone.now())
    messages.success(request, _("The emergency text is on its way. Call them, too, if you can."))
    return redirect("case", case.pk)


def key_of(request: DeskRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid.uuid4()


@require_POST
@may(Permission.ANSWER)
def thanks_take_back(request: DeskRequest, pk: int) -> HttpResponse:
    mine = Answer.objects.visible_to(request.user, Permission.ANSWER).filter(kind=Answer.Kind.THANKS)
    row = get_object_or_404(mine.select_related("message__account", "outgoing", "office"), pk=pk)
    done = reply.delete_sent(row, timezone.now(), request.user)
    words = _("Taken back: it is being deleted where the platform can. Thank-yous are only proposed from now on.")
    return said(request, done, words)
