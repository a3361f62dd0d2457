"""The tables of `connectors/`: an office's accounts, and everything that is written to a platform."""

import uuid
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, ExpressionWrapper, OuterRef, Q
from django.db.models.lookups import In
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from connectors.base import POST_KINDS, Capability, Choice, Connector, Identity, Item, Kind, Login, Media
from connectors.public_media import address_of
from connectors.sessions import Network
from connectors.shared_use import project_of, used_by
from connectors.storable import NAME_MAX, storable
from offices.models import Office, OfficeOwnedQuerySet, Officer, Pause
from offices.roles import Permission, may_in
from offices.sealed import SealedField

PLATFORMS: dict[str, tuple[str, str]] = {
    "instagram": ("Instagram", "connectors.instagram.Instagram"),
    "instagram_graph": ("Instagram (resmi)", "connectors.instagram_graph.InstagramGraph"),
    "facebook": ("Facebook", "connectors.facebook.Facebook"),
    "x": ("X", "connectors.twitter.X"),
    "whatsapp": ("WhatsApp", "connectors.whatsapp.WhatsApp"),
    "youtube": ("YouTube", "connectors.youtube.YouTube"),
    "website": ("Situs web", "connectors.website.Website"),
}
"""Registry and choices at once: name → what people call it, the connector's class. A new platform is one line here,
one connector, one file of the sandbox; the contract tests then pick it up."""

LEASE = timedelta(minutes=10)
"""How long somebody may use an account, or try a write. Outlasts the longest single call (`sessions.LONGEST_CALL_S`);
counted anew right before each irreversible request."""

WAKING = timedelta(seconds=5)
"""How long the message that an account has work may be under way; then it is void, and another may be sent."""

PLATFORM_CHOICES = [(name, title) for name, (title, _path) in PLATFORMS.items()]


def connector_class(platform: str) -> type[Connector]:
    found: type[Connector] = import_string(PLATFORMS[platform][1])
    return found


def bare(handle: str) -> str:
    """A user name without what differs between ways of writing it."""
    return storable(handle).casefold().removeprefix("@")[:NAME_MAX]


def ways_to(platform: str) -> list[str]:
    """The platforms by which the same pages are reached, itself too."""
    channels = {name: connector_class(name).channel or name for name in PLATFORMS}
    return [name for name in PLATFORMS if channels[name] == channels[platform]]


class AccountQuerySet(OfficeOwnedQuerySet["Account"]):
    def lane_is_free(self, at: datetime) -> Self:
        """Nobody uses the account now, or who did is gone: the lease is over, or was given while a clock was wrong."""
        wrong = Q(lane_until__gt=at + 2 * LEASE)
        return self.filter(Q(lane_until=None) | Q(lane_until__lt=at) | wrong)

    def in_use(self) -> Self:
        """Not disconnected by a person."""
        return self.exclude(state=Account.State.OFF)

    def ready(self, at: datetime) -> Self:
        """Connected, its lane free, and rested from any rate limit."""
        rested = Q(parked_until=None) | Q(parked_until__lte=at)
        return self.lane_is_free(at).filter(rested, state=Account.State.GREEN)

    def not_woken(self, at: datetime) -> Self:
        """No message about it is under way."""
        return self.filter(Q(woken_at=None) | Q(woken_at__lt=at - WAKING) | Q(woken_at__gt=at + WAKING))

    def to_check(self, at: datetime) -> Self:
        """Accounts that a person wants signed in now, whatever their state. Index: account_to_check."""
        return self.lane_is_free(at).filter(check_wanted_at__lte=at)

    def same_page(self, platform: str, who: Identity) -> Self:
        """Accounts that are this page: the same number there, or by another way the same user name."""
        name = bare(who.handle)
        named = Q(page_name=name) | Q(handle__iexact=name) | Q(handle__iexact=f"@{name}")
        others = [one for one in ways_to(platform) if one != platform and name]
        return self.filter(Q(platform=platform, remote_id=who.remote_id) | Q(named, platform__in=others))

    def to_fetch(self, at: datetime) -> Self:
        """Accounts whose messages are due to be read, or never would be: a clock was wrong. Index: account_to_fetch."""
        wrong = Q(next_fetch_at__gt=at + timedelta(hours=1, seconds=settings.POLL_SECONDS))
        return self.ready(at).filter(Q(next_fetch_at__lte=at) | wrong)


class Account(models.Model):
    """One page on one platform, and its lane: one user at a time, for reads as for writes."""

    class State(models.TextChoices):
        NEW = "new", _("Not checked yet")
        GREEN = "green", _("Connected")
        RED = "red", _("Needs a person")
        OFF = "off", _("Disconnected")
        """By a person, on purpose: `connectors/connecting.py`."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="accounts", verbose_name=_("office"))
    platform = models.CharField(_("platform"), max_length=20, choices=PLATFORM_CHOICES)
    handle = models.CharField(_("user name"), max_length=100)
    name = models.CharField(_("name"), max_length=120, blank=True)
    remote_id = models.CharField(max_length=100, blank=True, editable=False)
    page_name = models.CharField(max_length=100, blank=True, editable=False)
    """The user name that the platform itself said at the last sign-in (people may sign in by a number), as `bare`."""
    secrets = SealedField()
    session = SealedField()

    state = models.CharField(max_length=10, choices=State, default=State.NEW, editable=False)
    reason = models.CharField(max_length=30, blank=True, editable=False)
    """Why it is red, or what went wrong last: a `connectors.errors.Reason`."""
    last_ok_at = models.DateTimeField(null=True, editable=False)
    last_error_at = models.DateTimeField(null=True, editable=False)

    check_wanted_at = models.DateTimeField(null=True, editable=False)
    """A person asked for a live sign-in; the worker does it and clears this."""
    checked_at = models.DateTimeField(null=True, editable=False)
    connected_at = models.DateTimeField(null=True, editable=False)
    """The first green: what citizens wrote long before it is not answered now."""

    permissions = models.JSONField(default=dict, editable=False)
    """What the platform granted at the last sign-in, by its own names: true or false."""
    quotas = models.JSONField(default=dict, blank=True)
    """{"posts_a_day": 50}: what this account may do, where it is not what the settings or the platform say."""
    quota_told = models.JSONField(default=dict, editable=False)
    """{"used", "total", "at"}: what the platform itself said of the last 24 hours, where it says so."""
    allowances = models.JSONField(default=list, editable=False)
    """`connectors.base.Allowance` of each thing that the platform limits, as its last use left it."""

    media_reachable = models.BooleanField(null=True, editable=False)
    """Whether the platform could fetch a picture from the desk when that was tried last; None: it need not, or it was
    not tried yet. False: nothing with pictures is scheduled here."""
    media_trouble = models.CharField(max_length=20, blank=True, editable=False)
    """Why not: a `connectors.public_media.Trouble`."""

    cursor = models.JSONField(default=dict, editable=False)
    next_fetch_at = models.DateTimeField(null=True, editable=False)
    failures = models.PositiveIntegerField(default=0, editable=False)
    """Failed uses in a row: what backoff grows with."""

    lane_token = models.UUIDField(null=True, editable=False)
    lane_until = models.DateTimeField(null=True, editable=False)
    woken_at = models.DateTimeField(null=True, editable=False)
    """A worker was told that there is work here; it is not told again until it began, or the message must have died."""
    parked_until = models.DateTimeField(null=True, editable=False)
    next_post_at = models.DateTimeField(null=True, editable=False)
    """After an overdue post the next one waits until then (answers do not): no burst after an outage."""

    objects = AccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["platform", "handle"]
        constraints = [models.UniqueConstraint(fields=["platform", "handle"], name="account_once")]
        indexes = [
            # the worker, each second: whose messages are due
            models.Index(fields=["next_fetch_at"], condition=Q(state="green"), name="account_to_fetch"),
            models.Index(
                fields=["check_wanted_at"], condition=Q(check_wanted_at__isnull=False), name="account_to_check"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_platform_display()} {self.called}"

    @property
    def called(self) -> str:
        """As people write it: "@puskesmas.melati", "+628111777888", "puskesmas-melati.example"."""
        sign = {"website": "", "whatsapp": "+"}.get(self.platform, "@")
        return f"{sign}{self.handle.lstrip('@+')}"

    @property
    def page(self) -> tuple[str, str]:
        """What tells its page from others, by whichever way it is reached."""
        ways = ways_to(self.platform)
        return ways[0], (self.page_name if len(ways) > 1 else "") or bare(self.handle)

    @property
    def capability(self) -> Capability:
        return connector_class(self.platform).capability_for(self.handle)

    @property
    def quotas_in_force(self) -> dict[str, int]:
        """By the settings, and by what a person entered for this very account."""
        entered = {name: count for name, count in self.quotas.items() if count}
        return {name: count for name, count in (settings.QUOTAS.get(self.platform, {}) | entered).items() if count}

    @property
    def project(self) -> str:
        """Whose allowances it takes of, where it shares them with other accounts; else empty."""
        return project_of(self, connector_class(self.platform).shares_by)

    def connector(self) -> Connector:
        """A connector for one use, with this account's secrets. Hold the lane first."""
        login = Login(self.handle, self.secrets, self.session, self.quotas_in_force, used_by(self.project))
        network = Network(sandbox=settings.SANDBOX_URL, graph_version=settings.GRAPH_VERSION)
        return connector_class(self.platform)(login, network)


POSTS = sorted(POST_KINDS)
IS_POST = In(ExpressionWrapper(OuterRef("kind"), models.CharField()), POSTS)
"""In a sub-query: whether the write outside is a post. Each table is asked once, which halves what planning costs."""


class OutgoingQuerySet(OfficeOwnedQuerySet["Outgoing"]):
    """What a claim's UPDATE is made of asks the row's own columns directly and other tables by sub-queries: through a
    join Django would select the ids first, and PostgreSQL would not look at the row again after waiting for it."""

    def visible_to(self, officer: Officer, to: Permission | None = None) -> Self:
        """What leaves by an office's own accounts, and what it decides about. Index: outgoing_decider, a short list."""
        offices = Office.objects.visible_to(officer, to)
        decided = Outgoing.objects.filter(decider__in=offices).values("id")
        return self.filter(Q(office__in=offices) | Q(id__in=decided))

    def due(self, at: datetime) -> Self:
        """What may be sent now. Index: outgoing_due."""
        spaced = Q(next_post_at__gt=at) & Q(IS_POST)
        account = Account.objects.filter(~spaced, id=OuterRef("account_id"), state=Account.State.GREEN)
        return self.filter(
            Q(late_at=None) | Q(late_at__gte=at),
            Q(not_before=None) | Q(not_before__lte=at),
            Exists(account),
            state=Outgoing.State.QUEUED,
            due_at__lte=at,
        ).not_paused(at)

    def not_paused(self, at: datetime) -> Self:
        """A pause holds posts; answers only where it says so."""
        pause = Pause.objects.in_force(at).over(OuterRef("office_id"))
        return self.filter(~Exists(pause.filter(Q(answers_too=True) | Q(IS_POST))))

    def overdue(self, at: datetime) -> Self:
        """Queued, and past its window: it asks a person instead of going out silently late. Index: outgoing_late."""
        return self.filter(state=Outgoing.State.QUEUED, late_at__lt=at)

    def abandoned(self, at: datetime) -> Self:
        """Claimed by somebody who is gone: the lease is over. Index: outgoing_look."""
        return self.filter(state=Outgoing.State.SENDING, lease_until__lt=at)

    def to_look_up(self, at: datetime) -> Self:
        """Of unknown outcome, and time to read back. Index: outgoing_look."""
        green = Account.objects.filter(id=OuterRef("account_id"), state=Account.State.GREEN)
        return self.filter(Exists(green), state=Outgoing.State.UNKNOWN, asks=False, lease_until__lte=at)

    def standing(self, since: datetime, until: datetime) -> Self:
        """Posts attempted since and sent until then, which nobody missed yet. Index: outgoing_standing."""
        sent = self.filter(state=Outgoing.State.SENT, kind__in=POSTS, vanished_at=None).exclude(remote_id="")
        return sent.filter(attempted_at__gt=since, sent_at__lt=until)

    def waiting_for_a_person(self) -> Self:
        """What goes nowhere until somebody decides. Index: outgoing_of_office."""
        asked = [Outgoing.State.HELD, Outgoing.State.LATE, Outgoing.State.FAILED]
        return self.filter(Q(state__in=asked) | Q(state=Outgoing.State.UNKNOWN, asks=True))

    def posts(self) -> Self:
        return self.filter(kind__in=POSTS)

    def answers(self) -> Self:
        """And whatever else is no post."""
        return self.exclude(kind__in=POSTS)

    def changeable(self) -> Self:
        """What can still be edited or withdrawn: nothing of it may have left."""
        return self.filter(state__in=Outgoing.CHANGEABLE)

    def in_doubt(self) -> Self:
        """It may be public: whoever takes it back now can only note that it is no longer wanted."""
        return self.filter(state__in=Outgoing.IN_DOUBT)


class Outgoing(models.Model):
    """One write to a platform, from the wish to the proof: THE table and state machine (`connectors/outgoing.py`).

        draft ──► queued ──► sending ──► sent
          held ──►  │ ▲         │ └────► failed      a definite no
                    │ └─ absent │
                    ▼           ▼
                  late       unknown ──► sent | queued (surely absent) | asks a person
        (draft, held, queued, late, failed ──► withdrawn; also sending and unknown, where it was taken back meanwhile
        and is surely absent)

    A Delivery (post) or an Answer holds a OneToOne to its row here.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        HELD = "held", _("Held: asks you")
        QUEUED = "queued", _("Queued")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        UNKNOWN = "unknown", _("Being looked up")
        LATE = "late", _("Late: asks you")
        FAILED = "failed", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    CHANGEABLE = (State.DRAFT, State.HELD, State.QUEUED, State.LATE, State.FAILED)
    IN_DOUBT = (State.SENDING, State.UNKNOWN)
    LEFT = (*IN_DOUBT, State.SENT)
    """It may be public."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="outgoing")
    """The account's."""
    decider = models.ForeignKey(Office, models.PROTECT, null=True, related_name="+", db_index=False)
    """Who decides about it, where that is another office: the one that a case was handed over to."""
    account = models.ForeignKey(Account, models.PROTECT, related_name="outgoing")
    kind = models.CharField(max_length=15, choices=[(kind.value, kind.value) for kind in Kind])
    payload = models.JSONField()
    """{"text", "media": [{"path" (below MEDIA_ROOT), "mime", "alt_text"}], "post", "parent", "thread", "title",
    "buttons", "choices", "heard_at"}: see `connectors.base.Item`"""
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    due_at = models.DateTimeField()
    not_before = models.DateTimeField(null=True)
    """Backoff: not again before this, whatever `due_at` says."""
    late_at = models.DateTimeField(null=True)
    """Past this it asks a person (None: never late)."""

    nonce = models.UUIDField(default=uuid.uuid4, editable=False)
    handle = models.JSONField(default=dict)
    token = models.UUIDField(null=True)
    """The attempt that may write and record; any other that wakes up finds it changed and stops."""
    lease_until = models.DateTimeField(null=True)
    """sending: until when the attempt may run. unknown: when to look next."""
    attempted_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    looks = models.PositiveIntegerField(default=0)
    asks = models.BooleanField(default=False)
    """unknown: reading back could not tell, a person must."""
    reason = models.CharField(max_length=30, blank=True)
    """Why it is held, failed, unknown: a `connectors.errors.Reason` or a `Hold`."""
    unwanted = models.CharField(max_length=30, null=True)  # noqa: DJ001  empty: taken back without a reason
    """sending, unknown: taken back meanwhile, and why (None: it is wanted). Where it turns out not to be public, it is
    withdrawn for this reason, and never sent again."""

    remote_id = models.CharField(max_length=255, blank=True)
    """Meta's ids of direct messages have some 200 characters."""
    permalink = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    """The platform's own list showed it."""
    vanished_at = models.DateTimeField(null=True)
    """The platform's own list ought to show it and does not: taken down there, or never really accepted."""
    revision = models.PositiveIntegerField(default=0)
    """Counts changes of what is to be sent, and claims: who claims says which revision was read."""
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OutgoingQuerySet.as_manager()

    class Meta:
        indexes = [
            # the worker, each second: which accounts have something due; then, in order, what
            models.Index(fields=["due_at", "account"], condition=Q(state="queued"), name="outgoing_due"),
            models.Index(fields=["account", "due_at", "id"], condition=Q(state="queued"), name="outgoing_lane"),
            models.Index(fields=["late_at"], condition=Q(state="queued"), name="outgoing_late"),
            # claims left behind, and read-backs that are due
            models.Index(
                fields=["lease_until", "account"], condition=Q(state__in=["sending", "unknown"]), name="outgoing_look"
            ),
            # a platform's id → our row: confirming what was sent, tying a comment to its post
            models.Index(fields=["account", "remote_id"], condition=~Q(remote_id=""), name="outgoing_remote"),
            # own posts of an account that the platform's list must still show
            models.Index(
                fields=["account", "attempted_at"],
                condition=Q(state="sent", vanished_at=None) & ~Q(remote_id=""),
                name="outgoing_standing",
            ),
            # how many posts an account has had within a day, a month
            models.Index(
                fields=["account", "sent_at"],
                condition=Q(state="sent", kind__in=POSTS),
                name="outgoing_posts",
            ),
            # the queue page: an office's rows by state, by time
            models.Index(fields=["office", "state", "due_at"], name="outgoing_of_office"),
            # what an office decides about for another
            models.Index(fields=["decider"], condition=Q(decider__isnull=False), name="outgoing_decider"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(state="sent") | Q(sent_at__isnull=False), name="sent_has_its_time"),
            models.CheckConstraint(
                condition=~Q(state="sending") | (Q(token__isnull=False) & Q(lease_until__isnull=False)),
                name="sending_has_its_lease",
            ),
            # the platform gave one id to one write: two rows cannot both have become the same post
            models.UniqueConstraint(
                fields=["account", "kind", "remote_id"], condition=~Q(remote_id=""), name="remote_id_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state} #{self.pk}"

    @property
    def permission(self) -> Permission:
        """What deciding about this write needs."""
        kind = Kind(self.kind)
        if kind.is_post:
            return Permission.POSTS
        return Permission.MODERATE if kind.is_moderation else Permission.ANSWER

    def may(self, officer: Officer, permission: Permission) -> bool:
        return may_in(officer, permission, self.decider or self.office)

    def clean(self) -> None:
        if self.state == self.State.SENT and self.sent_at is None:
            raise ValidationError({"sent_at": _("What was sent has a time.")})

    @property
    def text(self) -> str:
        text: str = self.payload.get("text", "")
        return text

    @property
    def media(self) -> list[dict[str, Any]]:
        media: list[dict[str, Any]] = self.payload.get("media", [])
        return media

    @property
    def can_change(self) -> bool:
        return self.state in self.CHANGEABLE

    @property
    def can_be_taken_back(self) -> bool:
        """Queued, or perhaps not out yet: who takes it back is told which."""
        moving = self.state in (self.State.QUEUED, *self.IN_DOUBT)
        return moving and not self.asks and self.unwanted is None

    def item(self) -> Item:
        """What the connector gets."""
        media = tuple(
            Media(
                Path(settings.MEDIA_ROOT) / one["path"],
                one["mime"],
                one.get("alt_text", ""),
                address_of(self.pk, part),
            )
            for part, one in enumerate(self.media)
        )
        heard_at = self.payload.get("heard_at", "")
        return Item(
            kind=Kind(self.kind),
            text=self.text,
            nonce=self.nonce,
            media=media,
            post=self.payload.get("post", ""),
            parent=self.payload.get("parent", ""),
            thread=self.payload.get("thread", ""),
            title=self.payload.get("title", ""),
            buttons=tuple(self.payload.get("buttons", ())),
            choices=tuple(Choice(*one) for one in self.payload.get("choices", ())),
            heard_at=datetime.fromisoformat(heard_at) if heard_at else None,
            handle=self.handle,
        )


from connectors.letterbox import Letterbox, WebhookBody  # noqa: E402, F401  tables of this app, in a file of their own
