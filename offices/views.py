"""Sign-in, first set-up, the office's own page and its officers."""

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from offices.forms import FirstOfficeForm, FirstOfficerForm, OfficeForm, OfficerForm, PauseForm
from offices.models import Event, Notice, Office, Officer
from offices.pauses import hold, lift, may_lift, over_office
from offices.requests import DeskRequest, back, whole
from offices.roles import Permission, may
from offices.setup import is_fresh, opens_setup, set_up

language = login_not_required(set_language)


@method_decorator(login_not_required, name="dispatch")
class SignIn(LoginView):
    """Every address of a fresh installation ends here, and goes on to the set-up."""

    template_name = "config/sign_in.html"
    redirect_authenticated_user = True

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        return redirect("setup_where") if is_fresh() else super().get(request, *args, **kwargs)


@login_not_required
def setup_where(request: HttpRequest) -> HttpResponse:
    """Nobody exists yet, and the address had no token: say where the right one is to be found."""
    return render(request, "offices/setup_where.html") if is_fresh() else redirect("sign_in")


@login_not_required
def setup(request: HttpRequest, token: str) -> HttpResponse:
    if not is_fresh():
        return redirect("sign_in")
    if not opens_setup(token):
        raise Http404
    office = FirstOfficeForm(request.POST or None)
    officer = FirstOfficerForm(request.POST or None)
    if request.method == "POST" and office.is_valid() and officer.is_valid():
        first = officer.save(commit=False)
        if set_up(office.save(commit=False), first):
            login(request, first, backend="django.contrib.auth.backends.ModelBackend")
            messages.success(request, _("The desk is ready. Next, connect the office's account."))
        return redirect("accounts")
    return render(request, "offices/setup.html", {"office": office, "officer": officer})


@may(Permission.READ)
def more(request: DeskRequest) -> HttpResponse:
    """What the bottom navigation has no room for."""
    return render(request, "offices/more.html")


@require_POST
@may(Permission.READ)
def notice_seen(request: DeskRequest, pk: int) -> HttpResponse:
    get_object_or_404(Notice.objects.to_put_away(request.user), pk=pk).see(timezone.now())
    return back(request, "today")


@require_POST
@may(Permission.READ)
def notices_seen(request: DeskRequest) -> HttpResponse:
    """All that were on the page; a newer one that came meanwhile stays."""
    for notice in Notice.objects.to_put_away(request.user).filter(id__lte=whole(request.POST.get("up_to"))):
        notice.see(timezone.now())
    return back(request, "today")


@may(Permission.READ, post=Permission.OFFICE)
def office(request: DeskRequest) -> HttpResponse:
    own = _own_office(request)
    form = OfficeForm(request.POST or None, instance=own)
    if not request.user.may(Permission.OFFICE):
        for field in form.fields.values():
            field.disabled = True
    if request.method == "POST" and form.is_valid():
        form.save()
        Event.write(own.id, "office.changed", own, actor=request.user, fields=form.changed_data)
        messages.success(request, _("Saved."))
        return redirect("office")
    context = {"form": form, "own": own, "centres": own.centres.all(), **_pauses(request)}
    return render(request, "offices/office.html", context)


def _pauses(request: DeskRequest, form: PauseForm | None = None) -> dict[str, object]:
    pauses = list(over_office(request.user.office, timezone.now()))
    liftable = {one.pk for one in pauses if may_lift(one, request.user)}
    return {"pauses": pauses, "liftable": liftable, "pause_form": form or PauseForm(officer=request.user)}


@require_POST
@may(Permission.PAUSE)
def pause(request: DeskRequest) -> HttpResponse:
    """Hold all posts of the office (and of the centres below it), or everybody's."""
    own = _own_office(request)
    form = PauseForm(request.POST, officer=request.user)
    if form.is_valid():
        hold(form.pause(), request.user, timezone.now())
        messages.success(
            request, _("Held: no post goes out until the pause ends. One being sent right now still does.")
        )
        return redirect("office")
    context = {"form": OfficeForm(instance=own), "own": own, "centres": own.centres.all(), **_pauses(request, form)}
    return render(request, "offices/office.html", context)


@require_POST
@may(Permission.PAUSE)
def pause_lifted(request: DeskRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(over_office(request.user.office, timezone.now()), pk=pk)
    if not may_lift(row, request.user):
        raise PermissionDenied
    lift(row, request.user, timezone.now())
    messages.success(request, _("Lifted. What waited goes out one after the other; what is too late asks you first."))
    return back(request, "office")


@may(Permission.READ)
def officers(request: DeskRequest) -> HttpResponse:
    rows = _own_office(request).officers.select_related("unit").order_by("-is_active", "first_name", "username")
    return render(request, "offices/officers.html", {"rows": rows})


@may(Permission.OFFICERS)
def officer(request: DeskRequest, pk: int | None = None) -> HttpResponse:
    """Add (no `pk`) or change an officer of one's own office."""
    own = _own_office(request)
    row = get_object_or_404(_changeable(request, own), pk=pk) if pk is not None else None
    form = OfficerForm(request.POST or None, instance=row, office=own)
    if row == request.user:
        form.fields["is_active"].disabled = True  # nobody locks themselves out
    if request.method == "POST" and form.is_valid():
        saved = form.save()
        verb = "officer.changed" if row else "officer.added"
        Event.write(own.id, verb, saved, actor=request.user, fields=form.changed_data)
        messages.success(request, _("Saved: %(name)s.") % {"name": saved})
        return redirect("officers")
    return render(request, "offices/officer.html", {"form": form, "row": row})


def _own_office(request: DeskRequest) -> Office:
    if request.user.office is None:
        raise Http404
    return request.user.office


def _changeable(request: DeskRequest, own: Office) -> QuerySet[Officer]:
    """The office's officers; one with all rights only by one with all rights, or a new password would hand them on."""
    rows = own.officers.all()
    return rows if request.user.is_superuser else rows.filter(is_superuser=False)
