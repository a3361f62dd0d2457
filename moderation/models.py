"""The tables of the way in: Message → Verdict → Case. What it becomes stands with its room: Evidence with the records,
Answer with the drafts."""

from datetime import UTC, datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.fields.json import KT
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from connectors.base import MODERATION_KINDS, MessageKind
from connectors.models import Account, Outgoing
from moderation.ownership import CaseOwnedQuerySet
from moderation.sentiment.masking import mask, personal_spans
from offices.models import Office, OfficeOwnedQuerySet, Officer
from offices.roles import SHARED, Permission, may_in
from scheduler.models import Delivery

NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""Nothing is due: sorts behind all that is (the two databases disagree about where NULL stands)."""


class MessageQuerySet(CaseOwnedQuerySet["Message"]):
    def received_by(self, officer: Officer) -> Self:
        """What came in at the offices that one sees: for lists, which follow an office's own index (message_inbox)."""
        return self.filter(office__in=Office.objects.visible_to(officer))

    def unjudged(self) -> Self:
        """Stored, not yet judged. Index: message_new."""
        return self.filter(state=Message.State.NEW)

    def corrected(self) -> Self:
        """What a person called something else than the machine. Index: message_corrected."""
        return self.exclude(judged_label="").exclude(label=F("judged_label"))

    def inbox(self) -> Self:
        """What waits for a moderator outside of cases. Index: message_inbox."""
        return self.filter(state__in=Message.INBOX)

    def listed(self) -> Self:
        """With everything that a list shows of a message: no query a row."""
        answers = Answer.objects.select_related("outgoing", "author").order_by("id")
        return self.select_related(
            "office", "account", "case__office", "case__handler", "delivery", "entered_by"
        ).prefetch_related(models.Prefetch("answers", answers), "changes")

    def with_open_case(self) -> Self:
        """Mark each message (`has_open_case`) whose thread has one: shown beside it in the inbox."""
        same_thread = Message.objects.filter(
            account=models.OuterRef("account"), thread=models.OuterRef("thread"), case__state=Case.State.OPEN
        )
        return self.annotate(has_open_case=models.Exists(same_thread))

    def saying(self, words: str) -> Self:
        """By the text, or by who wrote it. Index: message_search (migration 0003)."""
        return self.filter(
            Q(text__icontains=words) | Q(author_name__icontains=words) | Q(author_handle__icontains=words)
        )

    def to_look_at(self, account: Account, before: datetime) -> Self:
        """Public comments in open cases that nobody looked for since `before`, never looked for first; not those that
        we took down ourselves, or that the platform holds back. Index: message_to_look_at."""
        decided = Outgoing.objects.filter(account=account, kind__in=MODERATION_KINDS)
        # as text: PostgreSQL compares no JSON with a column of letters
        ours = decided.annotate(about=KT("payload__parent")).filter(about=models.OuterRef("remote_id"))
        rows = self.filter(account=account, kind=MessageKind.COMMENT, case__state=Case.State.OPEN, erased_at=None)
        rows = rows.filter(~models.Exists(ours), Q(looked_at=None) | Q(looked_at__lt=before), held=False)
        return rows.exclude(remote_id="").order_by(F("looked_at").asc(nulls_first=True), "id")

    def in_thread_of(self, message: "Message") -> Self:
        """The comment thread or DM thread that `message` belongs to, itself included. Index: message_thread."""
        if message.account_id is None:
            return self.filter(id=message.id)
        return self.filter(account=message.account_id, thread=message.thread)


class Message(models.Model):
    """One comment, direct message or message typed in by hand, with the Verdict on it."""

    class State(models.TextChoices):
        NEW = "new", _("New")
        THANKS = "thanks", _("Praise")
        QUESTION = "question", _("Question")
        REVIEW = "review", _("To be looked at")
        CASE = "case", _("In a case")
        DONE = "done", _("Done")

    INBOX = (State.THANKS, State.QUESTION, State.REVIEW)

    class Label(models.TextChoices):
        PRAISE = "praise", _("Praise")
        COMPLAINT = "complaint", _("Complaint")
        SUGGESTION = "suggestion", _("Suggestion")
        QUESTION = "question", _("Question")
        OTHER = "other", _("Other")

    office = models.ForeignKey(Office, models.CASCADE, related_name="incoming_messages")
    account = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="incoming_messages", db_index=False
    )  # the indexes below begin with it
    delivery = models.ForeignKey(Delivery, models.SET_NULL, null=True, blank=True, related_name="incoming_messages")
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in MessageKind])
    channel = models.CharField(_("channel"), max_length=60)
    """The platform's name, or what a moderator typed ("WhatsApp", "Facebook")."""
    remote_id = models.CharField(max_length=255, blank=True)
    post_remote_id = models.CharField(max_length=100, blank=True)
    parent_remote_id = models.CharField(max_length=255, blank=True)
    thread = models.CharField(max_length=255, blank=True)
    """The first comment of its thread, or the DM thread."""
    author_id = models.CharField(max_length=100, blank=True)
    author_handle = models.CharField(_("user name"), max_length=100, blank=True)
    author_name = models.CharField(_("name"), max_length=150, blank=True)
    text = models.TextField(_("message"))
    post_text = models.TextField(blank=True)
    permalink = models.CharField(_("link"), max_length=300, blank=True)
    written_at = models.DateTimeField(_("written at"))
    stored_at = models.DateTimeField(default=timezone.now)
    raw = models.JSONField(default=dict)
    held = models.BooleanField(default=False)
    """The platform holds it back: nobody sees it until somebody lets it through."""
    upload = models.FileField(_("screenshot"), upload_to="by_hand/%Y/%m", blank=True)
    entered_by = models.ForeignKey(Officer, models.SET_NULL, null=True, blank=True, related_name="+")

    state = models.CharField(max_length=10, choices=State, default=State.NEW)
    turns = models.PositiveIntegerField(default=0)
    """How many answers and drafts it has (`drafting.turns`)."""
    window_told_at = models.DateTimeField(null=True, blank=True)
    """When somebody was told that the platform soon takes no more answer to it (`drafting.window`)."""
    case = models.ForeignKey("Case", models.PROTECT, null=True, blank=True, related_name="incoming_messages")

    # the Verdict (moderation/sentiment.py); `label` may be corrected by a person, `judged_label` stays
    label = models.CharField(_("kind"), max_length=12, choices=Label, blank=True)
    judged_label = models.CharField(max_length=12, choices=Label, blank=True)
    action = models.CharField(max_length=10, blank=True)
    flags = models.JSONField(default=list)
    topic = models.CharField(max_length=30, blank=True)
    language = models.CharField(max_length=8, blank=True)
    confidence = models.FloatField(default=0)
    reasons = models.JSONField(default=list)
    """[{"rule", "text", "start", "end"}]: which rules spoke, and where in the text."""
    lexicon_version = models.CharField(max_length=16, blank=True)

    # what became of it on the platform, and of its author's data here (moderation/records/)
    looked_at = models.DateTimeField(null=True, blank=True)
    """When the platform was last asked whether it is still there (messages of open cases alone)."""
    missing_at = models.DateTimeField(null=True, blank=True)
    """No longer to be found on the platform since then."""
    erased_at = models.DateTimeField(null=True, blank=True)
    """Its author's data was erased on request; the platform's id stays, or it would be fetched anew."""

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-id"]
        constraints = [
            # the same message fetched twice, or by two ways, is one
            models.UniqueConstraint(
                fields=["account", "kind", "remote_id"], condition=~Q(remote_id=""), name="message_once"
            ),
            # the same question form sent twice is one: NULL accounts are all different to a database
            models.UniqueConstraint(
                fields=["office", "remote_id"], condition=Q(account=None, kind="form"), name="form_once"
            ),
            models.CheckConstraint(condition=~Q(state="case") | Q(case__isnull=False), name="in_a_case_has_its_case"),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(state="new"), name="message_new"),  # the judge's queue
            models.Index(fields=["office", "state", "-id"], name="message_inbox"),  # inbox, by kind of work
            # what a page holds is known by its id: a partial index (message_once) SQLite would not use
            models.Index(fields=["account", "remote_id"], name="message_by_id"),
            models.Index(fields=["account", "thread"], name="message_thread"),  # one thread's messages
            models.Index(fields=["account", "author_id", "post_remote_id"], name="message_author"),  # same person, post
            models.Index(fields=["account", "post_remote_id", "-id"], name="message_of_post"),  # floods
            # whether comments of cases are still there: those longest not looked at
            models.Index(
                fields=["account", "looked_at"],
                condition=Q(case__isnull=False, kind="comment", erased_at=None),
                name="message_to_look_at",
            ),
            # what people corrected, newest first: tested at each change of the vocabulary
            models.Index(
                fields=["office", "-id"],
                condition=~Q(judged_label="") & ~Q(label=F("judged_label")),
                name="message_corrected",
            ),
            # direct messages whose reply window closes
            models.Index(fields=["written_at"], condition=Q(kind="dm", window_told_at=None), name="message_window"),
        ]

    def __str__(self) -> str:
        return f"{self.author}: {self.text[:40]}"

    @property
    def masked_text(self) -> str:
        """For lists, notices and pictures: what is personal is covered. The whole text stands on the case's page."""
        return mask(self.text, personal_spans(self.reasons))

    @property
    def contact(self) -> str:
        """Phone or e-mail that a citizen left in the question form; for its own page alone."""
        return str(self.raw.get("contact") or "") if self.kind == MessageKind.FORM else ""

    @property
    def masked_contact(self) -> str:
        """For lists: enough to see that there is one, and of which kind."""
        ends = 2 if len(self.contact) > 6 else 0
        middle = len(self.contact) - 2 * ends
        return f"{self.contact[:ends]}{'•' * middle}{self.contact[ends + middle :]}"

    def may(self, officer: Officer, permission: Permission) -> bool:
        """For a message that the officer sees: whether they may do that with it. Of a case: as the case says."""
        if self.case is not None:
            return self.case.may(officer, permission)
        return may_in(officer, permission, self.office)

    @property
    def author(self) -> str:
        """As people know them; of one whose data was erased, nothing."""
        return self.author_name or self.author_handle or self.author_id


class CaseQuerySet(OfficeOwnedQuerySet["Case"]):
    def visible_to(self, officer: Officer, to: Permission | None = None) -> Self:
        """Of what was handed over both offices see all; only the one that works on it changes it (but what is SHARED).
        Indexes: case_list, case_handler."""
        offices = Office.objects.visible_to(officer, to)
        if to is None or to in SHARED:
            handed = Case.objects.filter(handler__in=offices)
            return self.filter(Q(office__in=offices) | Q(id__in=handed.order_by().values("id")))
        return self.filter(Q(office__in=offices, handler=None) | Q(handler__in=offices))

    def open(self) -> Self:
        return self.filter(state=Case.State.OPEN)

    def unhandled(self) -> Self:
        """Complaints that were answered, and nobody has noted yet what was done. Index: case_unhandled."""
        return self.filter(state=Case.State.ANSWERED, label=Message.Label.COMPLAINT, handled_at=None)

    def handed_over(self) -> Self:
        """Not closed, and with another office now. Index: case_handler."""
        return self.filter(handler__isnull=False).exclude(state=Case.State.CLOSED)

    def of_centre(self, office: Office) -> Self:
        """What this office has to do with: its own, and what was handed to it."""
        return self.filter(Q(office=office) | Q(handler=office))

    def listed(self) -> Self:
        """With everything that a list shows of a case: who takes care, and its first message."""
        first = Message.objects.filter(case=models.OuterRef("pk")).order_by("id")
        return self.select_related("office", "handler", "account", "officer").annotate(
            first_text=models.Subquery(first.values("text")[:1]),
            first_reasons=models.Subquery(first.values("reasons")[:1]),
            first_name=models.Subquery(first.values("author_name")[:1]),
            first_handle=models.Subquery(first.values("author_handle")[:1]),
            message_count=models.Subquery(first.order_by().values("case").annotate(n=models.Count("id")).values("n")),
        )

    def saying(self, words: str) -> Self:
        """By number, or by its messages' authors and texts."""
        said = Message.objects.saying(words).filter(case__isnull=False)
        return self.filter(Q(number__icontains=words) | Q(id__in=said.values("case")))


class Case(models.Model):
    """A complaint, suggestion or question on its way through the office's procedure."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        ANSWERED = "answered", _("Answered")
        CLOSED = "closed", _("Closed")

    office = models.ForeignKey(Office, models.CASCADE, related_name="cases")
    URGENT_FIRST = ("-urgent", "due_at", "id")

    number = models.CharField(_("number"), max_length=20)
    """Per office and year: "2026-0001"."""
    label = models.CharField(_("kind"), max_length=12, choices=Message.Label)
    topic = models.CharField(max_length=30, blank=True)
    urgent = models.BooleanField(_("urgent"), default=False)
    is_group = models.BooleanField(default=False)
    """Many people at once under one post: one case for them all."""
    account = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="cases")
    post_remote_id = models.CharField(max_length=100, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    officer = models.ForeignKey(Officer, models.SET_NULL, null=True, blank=True, related_name="cases")
    opened_at = models.DateTimeField(_("opened"), default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    """The citizen thanked us for our answer: closing it is proposed."""
    handled_at = models.DateTimeField(null=True, blank=True)
    """Its tindak lanjut is noted: what was done, or why not (`moderation/handling`). Answered is another thing."""
    closed_at = models.DateTimeField(null=True, blank=True)
    handler = models.ForeignKey(
        Office, models.PROTECT, null=True, blank=True, related_name="handed_cases", verbose_name=_("with")
    )
    """The office that works on it now, where it was handed over; None: its own."""
    duplicate_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="duplicates")
    """The first case about the same; this one is closed with it, and keeps its own messages."""

    procedure = models.ForeignKey("Procedure", models.PROTECT, null=True, blank=True, related_name="cases")
    """The version that it began with; none: opened before there were procedures."""
    due_at = models.DateTimeField(_("due"), default=NEVER)
    """When the running stage is to end; NEVER where none runs, or it has no limit. Written by `moderation/steps`."""
    whole_due_at = models.DateTimeField(null=True, blank=True)
    """When the last stage is to end."""

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["office", "number"], name="case_number_once"),
            models.UniqueConstraint(
                fields=["account", "post_remote_id"],
                condition=Q(is_group=True, state="open"),
                name="one_open_group_case_a_post",
            ),
        ]
        indexes = [
            # what is due first, urgent before all
            models.Index(fields=["office", "state", "-urgent", "due_at", "id"], name="case_list"),
            models.Index(fields=["account", "post_remote_id", "-id"], name="case_of_post"),  # floods
            models.Index(fields=["office", "opened_at", "id"], name="case_register"),  # the register, by period
            # what was handed to an office
            models.Index(fields=["handler", "-id"], condition=Q(handler__isnull=False), name="case_handler"),
            # the complaints team's list: answered, and not yet handled
            models.Index(
                fields=["office", "answered_at"],
                condition=Q(state="answered", label="complaint", handled_at=None),
                name="case_unhandled",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def at_work(self) -> Office:
        """Who works on it now."""
        return self.handler or self.office

    @property
    def working_office_id(self) -> int:
        return self.handler_id or self.office_id

    @property
    def needs_handling(self) -> bool:
        """A complaint closes only with its tindak lanjut; what is closed as a duplicate has the first one's."""
        return self.label == Message.Label.COMPLAINT and self.handled_at is None and self.duplicate_of_id is None

    def may(self, officer: Officer, permission: Permission) -> bool:
        """For a case that the officer sees: whether they may do that with it (as `visible_to` would say)."""
        offices = [self.office, self.at_work] if permission in SHARED else [self.at_work]
        return any(may_in(officer, permission, office) for office in offices)

    @property
    def first_masked(self) -> str:
        """For lists (`listed`): what its first message says, without what is personal."""
        return mask(getattr(self, "first_text", "") or "", personal_spans(getattr(self, "first_reasons", None) or []))


class FormUse(models.Model):
    """What one internet line did with the public form lately, counted in the database: all processes of the console
    look at the same number. No address stands here, only a keyed digest, and it goes when its time is over."""

    digest = models.CharField(max_length=64, unique=True)
    count = models.PositiveIntegerField(default=0)
    until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.count} until {self.until}"


class CaseCounter(models.Model):
    """The last case number of an office in a year; an F() update hands out each number once."""

    office = models.ForeignKey(Office, models.CASCADE)
    year = models.PositiveIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office", "year"], name="one_counter_a_year")]

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"

    @classmethod
    def next_number(cls, office: Office, at: datetime) -> str:
        """The next number ("2026-0001"). Call it inside the transaction that makes the case."""
        year = at.astimezone(office.zone).year
        cls.objects.get_or_create(office=office, year=year)
        counter = cls.objects.filter(office=office, year=year)
        counter.update(last=F("last") + 1)
        return f"{year}-{counter.values_list('last', flat=True).get():04}"


from moderation.consultation.models import Consultation, ConsultationReply, Nudge  # noqa: E402, F401  tables of this app, too
from moderation.drafting.models import Answer as Answer  # noqa: E402
from moderation.drafting.models import Begun, CannedText, Draft  # noqa: E402, F401
from moderation.figures.models import CountedCase, CountedMonth, Tally, Target  # noqa: E402, F401
from moderation.handling.models import Handling  # noqa: E402, F401
from moderation.judging.models import Topic, Trial, Word  # noqa: E402, F401
from moderation.notes.models import Note  # noqa: E402, F401
from moderation.records.models import ChainLink, Check, Erasure, MessageChange  # noqa: E402, F401
from moderation.records.models import Evidence as Evidence  # noqa: E402
from moderation.register.models import Export  # noqa: E402, F401
from moderation.satisfaction.models import Satisfaction  # noqa: E402, F401
from moderation.steps.models import Procedure, Step  # noqa: E402, F401
