"""Accounts, and what a person may do to one write to a platform."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from connectors import allowances, connecting, lane, outgoing, portrait, shared_use
from connectors.errors import Reason
from connectors.explain import explain
from connectors.forms import ConnectForm, FoundForm, LoginForm, QuotaForm
from connectors.letterbox import Letterbox
from connectors.models import PLATFORMS, Account, Outgoing, connector_class
from offices.centres import narrowed
from offices.requests import DeskRequest, back
from offices.roles import Permission, may, require


@may(Permission.READ)
def accounts(request: DeskRequest) -> HttpResponse:
    rows = narrowed(request, Account.objects.visible_to(request.user).select_related("office"))
    template = "connectors/_accounts.html" if request.htmx else "connectors/accounts.html"
    return render(request, template, {"rows": rows})


@may(Permission.ACCOUNTS)
def account_add(request: DeskRequest) -> HttpResponse:
    """Choose a platform: what each can do, costs, and leaves to a person."""
    return render(request, "connectors/account_add.html", {"portraits": portrait.portraits()})


@may(Permission.ACCOUNTS)
def account_connect(request: DeskRequest, platform: str) -> HttpResponse:
    """One platform, step by step; at the end its fields, and a live sign-in by the worker."""
    guide = connector_class(platform).guide if platform in PLATFORMS else None
    if request.user.office is None or guide is None:
        raise Http404
    form = ConnectForm(request.POST or None, platform=platform, office=request.user.office)
    if request.method == "POST" and form.is_valid():
        secrets, at = form.secrets(), timezone.now()
        if form.known is None:
            handle = form.cleaned_data["handle"]
            form.known = connecting.add(request.user.office, platform, handle, secrets, at, request.user)
        else:
            connecting.enter_keys(form.known, secrets, at, request.user)
        return redirect("account", form.known.pk)
    return render(request, "connectors/account_connect.html", {"form": form, "guide": guide, **_about(platform)})


@may(Permission.READ, post=Permission.ACCOUNTS)
def account(request: DeskRequest, pk: int) -> HttpResponse:
    """One account: its health, and another try at signing in. htmx asks for the health alone."""
    to = Permission.ACCOUNTS if request.method == "POST" else None
    row = get_object_or_404(Account.objects.visible_to(request.user, to).select_related("office"), pk=pk)
    if request.htmx:
        return render(request, "connectors/_health.html", _health(row))
    form = LoginForm(request.POST or None, connector=connector_class(row.platform), kept=row.secrets)
    if request.method == "POST" and form.is_valid():
        if not connecting.enter_keys(row, form.secrets(), timezone.now(), request.user):
            messages.warning(request, _("Too late: somebody else changed this account meanwhile. Look at it again."))
        return redirect("account", row.pk)
    hears = connector_class(row.platform).signed_by and row.state != Account.State.OFF
    box = Letterbox.of(row) if hears and request.user.may(Permission.ACCOUNTS) else None
    more = {"form": form, "quota_form": QuotaForm(account=row), "letterbox": box, **_about(row.platform)}
    return render(request, "connectors/account.html", {**_health(row), **more})


@require_POST
@may(Permission.ACCOUNTS)
def account_check(request: DeskRequest, pk: int) -> HttpResponse:
    """One tap: sign in anew with what is kept, and try everything that the page shows."""
    row = get_object_or_404(Account.objects.visible_to(request.user, Permission.ACCOUNTS), pk=pk)
    lane.want_check(row, timezone.now())
    return redirect("account", pk)


@require_POST
@may(Permission.ACCOUNTS)
def account_quota(request: DeskRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Account.objects.visible_to(request.user, Permission.ACCOUNTS), pk=pk)
    form = QuotaForm(request.POST, account=row)
    if form.is_valid():
        for one in shared_use.sharing(row, Account.objects.visible_to(request.user, Permission.ACCOUNTS)):
            one.quotas = {name: count for name, count in (one.quotas | form.cleaned_data).items() if count}
            one.save(update_fields=["quotas"])
            allowances.look_again(one)
        messages.success(request, _("Saved."))
    else:
        messages.error(request, _("Nothing was changed: whole numbers, please, from 1 to 10,000,000."))
    return redirect("account", pk)


def _health(account: Account) -> dict[str, Any]:
    """How the account is, and what is left of what its platform allows."""
    now = timezone.now()
    posts = allowances.posts_left(account, now)
    shown = {"posts": posts, "allowances": allowances.shown(account, now), "ended": connecting.ended(account)}
    return {"account": account, "now": now, **shown}


def _about(platform: str) -> dict[str, Any]:
    """What is said of a platform wherever it is shown."""
    shown = {one.platform: one for one in portrait.portraits()}
    return {"portrait": shown.get(platform), "limits": portrait.limits(connector_class(platform).capability)}


DECIDING = (Permission.POSTS, Permission.ANSWER, Permission.MODERATE)
TOO_LATE = gettext_lazy("Too late: it is already being sent, or somebody else decided first. Nothing was changed.")

NOTED = gettext_lazy(
    "Too late to stop it for sure: it is already being sent, and may be out. If it turns out not to be out, it will "
    "not be sent again."
)


@require_POST
@may(*DECIDING)
def outgoing_release(request: DeskRequest, pk: int) -> HttpResponse:
    return _send(request, pk, outgoing.release, _("It goes out now, or at its time."))


@require_POST
@may(*DECIDING)
def outgoing_withdraw(request: DeskRequest, pk: int) -> HttpResponse:
    row = _to_decide(request, pk)
    outgoing.withdraw(Outgoing.objects.filter(pk=row.pk), timezone.now(), request.user)
    row.refresh_from_db(fields=["state", "unwanted"])
    if row.unwanted is not None:
        messages.warning(request, str(NOTED))
        return back(request, "today")
    return _said(request, row.state == Outgoing.State.WITHDRAWN, _("Withdrawn: it will not go out."))


@require_POST
@may(*DECIDING)
def outgoing_send_again(request: DeskRequest, pk: int) -> HttpResponse:
    return _send(request, pk, outgoing.send_again, _("It is being sent again."))


@require_POST
@may(*DECIDING)
def outgoing_leave_out(request: DeskRequest, pk: int) -> HttpResponse:
    """A person looked on the platform, it is not there, and need not be."""
    done = outgoing.leave_out(_to_decide(request, pk), timezone.now(), request.user)
    return _said(request, done, _("Withdrawn: it will not go out."))


@require_POST
@may(*DECIDING)
def outgoing_found(request: DeskRequest, pk: int) -> HttpResponse:
    """A person looked on the platform, and it is there."""
    form = FoundForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("That is not a web address. Leave the field empty, or copy the whole link."))
        return back(request, "today")
    row = _to_decide(request, pk)
    done = outgoing.found_by_hand(row, timezone.now(), request.user, form.cleaned_data["permalink"])
    return _said(request, done, _("Noted as sent."))


def _send(request: DeskRequest, pk: int, verb: Callable[..., bool], done: str) -> HttpResponse:
    """A person lets it go; by a disconnected account nothing goes."""
    row = _to_decide(request, pk)
    if row.account.state == Account.State.OFF:
        messages.warning(request, " ".join(map(str, explain(Reason.DISCONNECTED))))
        return back(request, "today")
    return _said(request, verb(row, timezone.now(), request.user), done)


def _to_decide(request: DeskRequest, pk: int) -> Outgoing:
    """A post, an answer or a decision about a comment: each is another permission. Raises NotAllowed."""
    row = get_object_or_404(
        Outgoing.objects.visible_to(request.user).select_related("office", "decider", "account"), pk=pk
    )
    require(request.user, row.permission, row.decider or row.office)
    return row


def _said(request: DeskRequest, done: bool, words: str) -> HttpResponse:
    if done:
        messages.success(request, words)
    else:
        messages.warning(request, str(TOO_LATE))
    return back(request, "today")
