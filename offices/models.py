"""Offices, their officers, and the two things that every layer above may write: Events and Notices."""

import zoneinfo
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self, TypeVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from offices import prepared, roles
from offices.many import new_row
from offices.roles import Permission


class OfficeQuerySet(models.QuerySet["Office"]):
    def visible_to(self, officer: "Officer", to: Permission | None = None) -> Self:
        """An officer sees their own office; one of a city's health office also sees the centres below it.

        `to`: where the officer may do that (`offices/roles.py`).
        """
        if to is not None and not officer.may(to):
            return self.none()
        if officer.office_id is None:
            return self.all() if officer.is_superuser else self.none()
        if not roles.reaches_below(officer, to):
            return self.filter(id=officer.office_id)
        return self.filter(models.Q(id=officer.office_id) | models.Q(parent_id=officer.office_id))


class Office(models.Model):
    """A health centre, or the city's health office over it. Every other row belongs to one."""

    class Kind(models.TextChoices):
        CENTRE = "centre", _("Health centre (puskesmas)")
        CITY = "city", _("City health office (dinas kesehatan)")

    class Zone(models.TextChoices):
        WIB = "Asia/Jakarta", "WIB"
        WITA = "Asia/Makassar", "WITA"
        WIT = "Asia/Jayapura", "WIT"

    class Thanks(models.TextChoices):
        OFF = "off", _("Off: praise waits in the inbox")
        PROPOSE = "propose", _("Propose: one tap sends the thank-you")
        ON = "on", _("On: clear praise is thanked by itself after a pause")

    class Questions(models.TextChoices):
        INBOX = "inbox", _("The manager answers them from the inbox (health centre's procedure)")
        CASE = "case", _("Every question becomes a case (city health office's procedure)")

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(
        _("folder name"), max_length=60, unique=True, help_text=_("The office's folder in content/")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.CENTRE)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="centres", verbose_name=_("overseen by")
    )
    time_zone = models.CharField(_("time zone"), max_length=20, choices=Zone, default=Zone.WIB)
    thanks = models.CharField(_("automatic thanks"), max_length=10, choices=Thanks, default=Thanks.PROPOSE)
    questions = models.CharField(_("questions"), max_length=10, choices=Questions, default=Questions.INBOX)
    late_after_minutes = models.PositiveIntegerField(
        _("late after (minutes)"), default=60, help_text=_("A post that is later than this asks a person first")
    )

    emergency_number = models.CharField(
        _("emergency number"), max_length=30, blank=True, help_text=_("The centre's own; it stands beside 119")
    )
    emergency_text = models.TextField(
        _("emergency text"),
        blank=True,
        help_text=_("Offered for one tap when somebody is in danger; empty: ours, with 119 and your number"),
    )

    objects = OfficeQuerySet.as_manager()

    class Meta:
        verbose_name = _("office")
        verbose_name_plural = _("offices")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    @property
    def zone_name(self) -> str:
        """WIB, WITA or WIT: what stands behind every time on a screen."""
        return self.Zone(self.time_zone).label


Row = TypeVar("Row", bound=models.Model)


class OfficeOwnedQuerySet(models.QuerySet[Row]):
    """Rows of an office: every page starts from what its officer may see."""

    def visible_to(self, officer: "Officer", to: Permission | None = None) -> Self:
        """What an officer sees; `to`: what they may do that with."""
        return self.filter(office__in=Office.objects.visible_to(officer, to))


class Unit(models.Model):
    """A part of an office: a polyclinic, the pharmacy, the complaints team."""

    office = models.ForeignKey(Office, models.CASCADE, related_name="units", verbose_name=_("office"))
    name = models.CharField(_("name"), max_length=120)

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["office", "name"], name="unit_once_in_office")]

    def __str__(self) -> str:
        return self.name


class Officer(AbstractUser):
    """A person with a role in an office; signs in with a user name and a password."""

    Role = roles.Role

    office = models.ForeignKey(
        Office, models.PROTECT, null=True, blank=True, related_name="officers", verbose_name=_("office")
    )
    unit = models.ForeignKey(
        Unit, models.SET_NULL, null=True, blank=True, related_name="officers", verbose_name=_("unit")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.MANAGER)
    phone = models.CharField(_("WhatsApp number"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("officer")
        verbose_name_plural = _("officers")

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    def may(self, *any_of: Permission) -> bool:
        """Whether this officer's role has one of these permissions."""
        return roles.holds(self, *any_of)


class PauseQuerySet(OfficeOwnedQuerySet["Pause"]):
    def in_force(self, at: datetime) -> Self:
        """What holds back now. Index: pause_in_force."""
        return self.filter(models.Q(until=None) | models.Q(until__gt=at), lifted_at=None, since__lte=at)

    def over(self, office: Any) -> Self:
        """Those that hold for an office (its id, or an outer query's): its own, those of the one above, everybody's."""
        own_or_above = models.Q(office=office) | models.Q(office__centres=office)
        return self.filter(models.Q(office=None) | own_or_above).distinct()


class Pause(models.Model):
    """ "Hold all posts" (a day of mourning): for an office and the centres below it, or (no office) for everybody.

    Posts wait; one whose window passes meanwhile turns late and asks. Answers go on unless the pause says otherwise.
    """

    office = models.ForeignKey(Office, models.CASCADE, null=True, blank=True, related_name="pauses")
    why = models.CharField(_("why"), max_length=200)
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(_("until"), null=True, blank=True, help_text=_("Empty: until somebody lifts it"))
    answers_too = models.BooleanField(_("hold answers, too"), default=False)
    by = models.ForeignKey(Officer, models.SET_NULL, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(Officer, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = PauseQuerySet.as_manager()

    class Meta:
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")
        ordering = ["-id"]
        indexes = [  # each claim: is there one?
            models.Index(fields=["office", "since"], condition=models.Q(lifted_at=None), name="pause_in_force")
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gt=models.F("since")), name="pause_has_a_length"
            )
        ]

    def __str__(self) -> str:
        return self.why


class Event(models.Model):
    """One move of anything: the history that pages show and reports read. Written once, never changed.

    `subject` is "case:12", "outgoing:7" …; `data` holds what the move was about, without secrets and without
    personal data that stands in the subject's own row.
    """

    office = models.ForeignKey(Office, models.CASCADE, related_name="events")
    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(Officer, models.SET_NULL, null=True, related_name="+")
    verb = models.CharField(max_length=40)
    subject = models.CharField(max_length=60)
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["subject", "id"], name="event_of_subject"),  # one thing's history, in order
            models.Index(fields=["office", "-at"], name="event_of_office"),  # an office's newest, and reports by period
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject}"

    @classmethod
    def of(
        cls,
        office_id: int,
        verb: str,
        subject: models.Model,
        *,
        actor: Officer | None = None,
        at: datetime | None = None,
        **data: Any,
    ) -> "Event":
        """An unsaved Event about `subject` (a saved row), for many at once."""
        return new_row(
            cls,
            office_id=office_id,
            verb=verb,
            subject=subject_of(subject),
            actor_id=actor.pk if actor else None,
            at=at or timezone.now(),
            data=data,
        )

    @classmethod
    def write(
        cls,
        office_id: int,
        verb: str,
        subject: models.Model,
        *,
        actor: Officer | None = None,
        at: datetime | None = None,
        **data: Any,
    ) -> None:
        who = actor.pk if actor else None
        write_event(office_id, at or timezone.now(), who, verb, subject_of(subject), data)


@prepared.insert
def write_event(
    office: int, at: datetime, actor: int | None, verb: str, subject: str, data: Mapping[str, Any]
) -> Event:
    return Event(office_id=office, at=at, actor_id=actor, verb=verb, subject=subject, data=data)


def subject_of(row: models.Model) -> str:
    """How Events name a row: "case:12"."""
    return f"{row._meta.model_name}:{row.pk}"


class NoticeQuerySet(OfficeOwnedQuerySet["Notice"]):
    def to_put_away(self, officer: Officer) -> Self:
        """One's own; and of one's office, for whose work it is. Who only looks on takes no news from the others."""
        rows = self.open_for(officer)
        for_all = (
            models.Q(officer=None, office=officer.office_id) if officer.may(Permission.SORT) else models.Q(pk=None)
        )
        return rows.filter(models.Q(officer=officer) | for_all)

    def open_for(self, officer: Officer) -> Self:
        """What waits to be seen by this officer: their own notices and their office's."""
        return self.visible_to(officer).filter(models.Q(officer=officer) | models.Q(officer=None), seen_at=None)

    def unspread(self) -> Self:
        """Not yet given to the outbox (`offices/outbox/`). Index: notice_unspread."""
        return self.filter(spread_at=None)


class Notice(models.Model):
    """Somebody should know: an account turned red, a case came in, an import wants a decision.

    `kind` names a text in the templates (`offices/templates/offices/notices/<kind>.html` gets `data`), so that a
    notice is read in the language of whoever reads it. `address` is the page that it leads to.
    """

    office = models.ForeignKey(Office, models.CASCADE, related_name="notices")
    officer = models.ForeignKey(Officer, models.CASCADE, null=True, blank=True, related_name="notices")
    kind = models.CharField(max_length=40)
    data = models.JSONField(default=dict)
    address = models.CharField(max_length=200, blank=True)
    urgent = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(null=True, blank=True)
    spread_at = models.DateTimeField(null=True, blank=True)
    """When the outbox took it up, to tell it outside of the desk as well."""
    once = models.CharField(max_length=120, unique=True, null=True, blank=True)
    """The same notice is not given twice while this key stands ("account:3:red"); cleared when it is seen."""

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            # today's page: what is unseen in an office, newest first
            models.Index(fields=["office", "-id"], condition=models.Q(seen_at=None), name="notice_open"),
            # what quotes somebody whose data is erased
            models.Index(fields=["address"], name="notice_of_address"),
            # the outbox's new ones
            models.Index(fields=["id"], condition=models.Q(spread_at=None), name="notice_unspread"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.office_id})"

    @classmethod
    def give(
        cls,
        office_id: int,
        kind: str,
        *,
        once: str | None = None,
        officer: Officer | None = None,
        address: str = "",
        urgent: bool = False,
        **data: Any,
    ) -> None:
        """Tell the office (or one officer), once while `once` is unseen."""
        values = {"officer": officer, "data": data, "address": address, "urgent": urgent, "kind": kind}
        if once is None:
            cls.objects.create(office_id=office_id, **values)
        else:
            cls.objects.get_or_create(once=once, defaults={"office_id": office_id, **values})

    @property
    def templates(self) -> list[str]:
        """Where its words are; a kind without words still says that there is something."""
        return [f"offices/notices/{self.kind}.html", "offices/notices/other.html"]

    def see(self, at: datetime) -> None:
        """Mark as seen, and let the same thing be told again when it happens again."""
        type(self).objects.filter(id=self.id, seen_at=None).update(seen_at=at, once=None)


from offices.hours.models import DayOff, WorkingSpan  # noqa: E402, F401  tables of this app, too
from offices.letterhead.models import Letterhead  # noqa: E402, F401
from offices.outbox.models import Telling, ToldAt  # noqa: E402, F401  tables of this app, too
