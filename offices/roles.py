"""What each role may do: one literal table, the decorator that every view carries, and what templates ask.

`docs/roles.md` is made of this table (`manage.py roles_page`). A view names its permission; a query names it again
where it changes something (`visible_to(officer, Permission.X)`), which also says in whose rows: an officer of a city
office looks at the centres below it, but changes there only what `BELOW_TOO` names. A test walks every address, role
and office.
"""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from offices.models import Office, Officer


class Role(models.TextChoices):
    MANAGER = "pengelola", _("Media manager (pengelola)")
    PROGRAMME = "pj_program", _("Programme owner (PJ program)")
    DUTY = "petugas_jaga", _("Officer on duty")
    COMPLAINTS = "tim_keluhan", _("Complaints team (Tim Kepuasan dan Keluhan Pelanggan)")
    CENTRE_HEAD = "kepala_puskesmas", _("Head of the centre (kepala puskesmas)")
    SECTION_HEAD = "kepala_seksi", _("Section head (kepala seksi)")
    DIVISION_HEAD = "kepala_bidang", _("Division head (kepala bidang)")
    OFFICE_HEAD = "kepala_dinas", _("Head of the health office (kepala dinas)")


class Permission(models.TextChoices):
    READ = "read", _("Read messages, cases and posts, personal data covered")
    PERSONAL = "personal", _("See personal data whole")
    REPORT = "report", _("See figures and the register")
    NOTE = "note", _("Write internal notes on a case")
    SORT = "sort", _("Say what a message is, open cases, join and split them")
    CARE = "care", _("Take, close and reopen cases")
    CONSULT = "consult", _("Ask officers for advice")
    DRAFT = "draft", _("Write drafts of answers")
    APPROVE = "approve", _("Approve drafts")
    ANSWER = "answer", _("Answer citizens")
    MODERATE = "moderate", _("Hide comments, call them spam")
    HANDLE = "handle", _("Note what was done (tindak lanjut)")
    HAND_OVER = "hand_over", _("Hand a case to another office, take it back")
    EXPORT = "export", _("Make a case's folder and the register's files")
    ERASE = "erase", _("Erase personal data on request")
    POSTS = "posts", _("Upload calendars, change and withdraw posts")
    PAUSE = "pause", _("Hold every post of the office")
    ACCOUNTS = "accounts", _("Connect and disconnect accounts")
    OFFICE = "office", _("Change the office's settings, topics and days off")
    OFFICERS = "officers", _("Add and change officers")
    PROCEDURE = "procedure", _("Change the office's procedure")
    JUDGING = "judging", _("Change the vocabulary and automatic thanks")


P = Permission
MAY: dict[Role, frozenset[Permission]] = {
    Role.MANAGER: frozenset(P) - {P.APPROVE},
    Role.PROGRAMME: frozenset({P.READ, P.NOTE, P.DRAFT, P.HANDLE}),
    Role.DUTY: frozenset(
        {P.READ, P.PERSONAL, P.NOTE, P.SORT, P.CARE, P.CONSULT, P.DRAFT, P.ANSWER, P.MODERATE, P.HANDLE}
    ),
    Role.COMPLAINTS: frozenset(
        {P.READ, P.PERSONAL, P.REPORT, P.NOTE, P.SORT, P.CARE, P.CONSULT, P.DRAFT, P.ANSWER, P.MODERATE}
        | {P.HANDLE, P.HAND_OVER, P.EXPORT}
    ),
    Role.CENTRE_HEAD: frozenset(P),
    Role.SECTION_HEAD: frozenset(
        {P.READ, P.PERSONAL, P.REPORT, P.NOTE, P.CARE, P.CONSULT, P.DRAFT, P.APPROVE, P.HANDLE, P.HAND_OVER, P.EXPORT}
    ),
    Role.DIVISION_HEAD: frozenset(
        {P.READ, P.PERSONAL, P.REPORT, P.NOTE, P.CONSULT, P.DRAFT, P.APPROVE, P.HANDLE, P.HAND_OVER, P.EXPORT}
    ),
    Role.OFFICE_HEAD: frozenset({P.READ, P.REPORT}),
}

BELOW_TOO = frozenset({P.READ, P.PERSONAL, P.REPORT, P.NOTE, P.HAND_OVER, P.EXPORT, P.ACCOUNTS})
"""What an officer of a city office may do in the centres below it, too. Everything else is the centre's own work,
until the case is handed over."""

SHARED = frozenset({P.READ, P.PERSONAL, P.REPORT, P.NOTE, P.HAND_OVER, P.EXPORT})
"""What both offices may do with a case that one handed to the other; the rest is for the one that works on it."""


def holds(officer: "Officer", *any_of: Permission) -> bool:
    """Whether the officer's role has one of these permissions, somewhere."""
    if officer.is_superuser:
        return True
    mine = MAY.get(cast(Role, officer.role), frozenset())
    return not mine.isdisjoint(any_of)


def reaches_below(officer: "Officer", permission: Permission | None) -> bool:
    """Whether it holds in the centres below the officer's office, too (None: looking)."""
    return officer.is_superuser or permission is None or permission in BELOW_TOO


def may_in(officer: "Officer", permission: Permission, office: "Office") -> bool:
    """Whether it holds in this office: their own, or one below. The same as `Office.objects.visible_to` asks."""
    if not holds(officer, permission):
        return False
    if officer.office_id is None:
        return officer.is_superuser
    below = office.parent_id == officer.office_id and reaches_below(officer, permission)
    return office.pk == officer.office_id or below


def roles_with(*any_of: Permission) -> list[Role]:
    """Who may: in the table's order."""
    return [role for role in Role if not MAY[role].isdisjoint(any_of)]


class NotAllowed(PermissionDenied):
    """The officer's role has none of `permissions`: the page says who has."""

    def __init__(self, *permissions: Permission) -> None:
        super().__init__(", ".join(permissions))
        self.permissions = permissions


def require(officer: "Officer", permission: Permission, office: "Office") -> None:
    """For what only the row shows (an answer or a post), in the row's office. Raises NotAllowed."""
    if not may_in(officer, permission, office):
        raise NotAllowed(permission)


View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def may(*any_of: Permission, post: Permission | None = None) -> Callable[[View], View]:
    """Lets in whose role has one of `any_of`; where `post` is named, changing (any method but GET) needs that.

    Views of people who are signed in all carry it (`view.needs`); a test finds the one that does not.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            reading = request.method in ("GET", "HEAD")
            wanted = any_of if reading or post is None else (post,)
            if not holds(cast("Officer", request.user), *wanted):
                raise NotAllowed(*wanted)
            return view(request, *args, **kwargs)

        guarded.needs = (any_of, (post,) if post else any_of)  # type: ignore[attr-defined]
        return cast(View, guarded)

    return guard


class Allowed:
    """What templates ask: `{% if may.answer %}`. A page about one thing brings its own, bound to that thing's office
    (`Allowed(lambda permission: case.may(officer, permission))`)."""

    def __init__(self, check: Callable[[Permission], bool]) -> None:
        self._check = check

    def __getitem__(self, name: str) -> bool:
        return self._check(Permission(name))
