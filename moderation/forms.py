"""Forms of the inbox and of cases."""

import uuid
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from PIL import Image, UnidentifiedImageError

from moderation.models import Case, CaseQuerySet, Message

TEXT_MAX = 2200
"""For a message without an account: as long as the longest platform allows."""
ANSWERS = uuid.UUID("0f6a4f0e-6d0f-5c0e-9a51-3f1d7f5f7b1a")
"""Namespace of the keys below."""
SCREENSHOT_BYTES_MAX = 10 * 1024 * 1024
SCREENSHOT_PIXELS_MAX = 40_000_000
SCREENSHOT_KINDS = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp"}


class AnswerForm(forms.Form):
    """A moderator's answer. `key` makes a double tap one answer; and the same words once more, in a form that was
    opened anew because nothing came back for the first, too: until one of them is kept, both have the same key."""

    text = forms.CharField(label=_("Your answer"), widget=forms.Textarea(attrs={"rows": 4}))
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    """What its writer knew of others' answers and drafts (`drafting.turns`)."""
    replaces = forms.IntegerField(widget=forms.HiddenInput, required=False)
    """The draft that is being changed."""

    def __init__(
        self, *args: Any, message: Message, draft: str = "", replaces: int | None = None, **kwargs: Any
    ) -> None:
        kwargs.setdefault("auto_id", f"id_{message.pk}_%s")
        begun = {"key": lambda: key_of(message), "text": draft, "seen": message.turns, "replaces": replaces}
        kwargs["initial"] = begun
        super().__init__(*args, **kwargs)
        self.limit = message.account.capability.reply_max if message.account else TEXT_MAX
        self.fields["text"].widget.attrs |= {"data-count": self.limit}

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"]).replace("\r\n", "\n").strip()
        if len(text) > self.limit:
            raise ValidationError(
                gettext("Too long: %(length)d characters, the platform takes %(limit)d.")
                % {"length": len(text), "limit": self.limit}
            )
        return text

    @property
    def key_given(self) -> uuid.UUID:
        """With the words: what somebody else answers at the same moment is an answer of its own."""
        return uuid.uuid5(self.cleaned_data.get("key") or uuid.uuid4(), self.cleaned_data["text"])


def key_of(message: Message) -> uuid.UUID:
    """The same for every form that is opened before the message gets its next answer."""
    last = message.answers.order_by("-id").values_list("id", flat=True).first() if message.pk else None
    return uuid.uuid5(ANSWERS, f"{message.pk} after {last}")


class LabelForm(forms.Form):
    label = forms.ChoiceField(choices=Message.Label)


class InboxFilter(forms.Form):
    """What of the inbox is shown; it stands in the address."""

    TABS = [
        ("", _("All")),
        (Message.State.REVIEW.value, _("To be looked at")),
        (Message.State.QUESTION.value, _("Questions")),
        (Message.State.THANKS.value, _("Praise")),
        (Message.State.DONE.value, _("Done")),
    ]
    show = forms.ChoiceField(choices=TABS, required=False)
    q = forms.CharField(required=False, max_length=100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_valid()

    @property
    def shown(self) -> str:
        return str(self.cleaned_data.get("show") or "")

    @property
    def words(self) -> str:
        return str(self.cleaned_data.get("q") or "")


class CaseFilter(InboxFilter):
    TABS = [
        ("", _("Open")),
        ("unhandled", _("Answered, not yet handled")),
        (Case.State.ANSWERED.value, _("Answered")),
        ("handed", _("Handed over")),
        (Case.State.CLOSED.value, _("Closed")),
        ("all", _("All")),
    ]
    show = forms.ChoiceField(choices=TABS, required=False)

    def of(self, rows: CaseQuerySet) -> CaseQuerySet:
        """Those of the chosen tab. "Answered" and "handled" are two things."""
        if self.shown == "unhandled":
            return rows.unhandled()
        if self.shown == "handed":
            return rows.handed_over()
        return rows if self.shown == "all" else rows.filter(state=self.shown or Case.State.OPEN)


class EnterForm(forms.Form):
    """A message that came in by another way, typed in with a phone's screenshot."""

    CHANNELS = ["WhatsApp", "Instagram", "Facebook", "X (Twitter)", "YouTube", "Website", "SMS", "Email"]

    channel = forms.CharField(
        label=_("Where it came in"), max_length=60, widget=forms.TextInput(attrs={"list": "channels"})
    )
    author_name = forms.CharField(
        label=_("From whom"), max_length=150, help_text=_("The name or user name, as it is shown there.")
    )
    text = forms.CharField(label=_("The message, word by word"), widget=forms.Textarea(attrs={"rows": 5}))
    written_at = forms.DateTimeField(
        label=_("When it was written"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    permalink = forms.URLField(label=_("Link to it (optional)"), required=False, max_length=300, assume_scheme="https")
    upload = forms.FileField(
        label=_("Screenshot"),
        required=False,
        help_text=_("PNG, JPG or WebP, at most 10 MB."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )
    label = forms.ChoiceField(
        label=_("What it is"),
        required=False,
        choices=[("", _("Let the desk read it")), *Message.Label.choices],
    )

    def clean_written_at(self) -> datetime:
        written_at: datetime = self.cleaned_data["written_at"]
        if written_at > timezone.now() + timedelta(minutes=5):
            raise ValidationError(gettext("This time is still to come."))
        return written_at

    def clean_upload(self) -> "UploadedFile[bytes] | None":
        """Really a picture, of bounded size, under a name of our own; its bytes stay as they came, as evidence."""
        file: UploadedFile[bytes] | None = self.cleaned_data["upload"]
        if file:
            file.name = f"{uuid.uuid4().hex}.{picture_kind(file)}"
        return file or None


def picture_kind(file: "UploadedFile[bytes]") -> str:
    """ "png", "jpg" or "webp" of a picture that Pillow can read whole; ValidationError of anything else."""
    if (file.size or 0) > SCREENSHOT_BYTES_MAX:
        raise ValidationError(gettext("This picture is bigger than 10 MB."))
    content = file.read()
    file.seek(0)
    try:
        with Image.open(BytesIO(content), formats=list(SCREENSHOT_KINDS)) as image:
            kind, pixels = SCREENSHOT_KINDS[image.format or ""], image.width * image.height
            if pixels > SCREENSHOT_PIXELS_MAX:
                raise ValidationError(gettext("This picture has too many pixels; take an ordinary screenshot."))
            image.load()
    except (OSError, UnidentifiedImageError, SyntaxError, ValueError, KeyError, Image.DecompressionBombError):
        raise ValidationError(
            gettext("This is not a picture that can be read. Take a screenshot and choose that.")
        ) from None
    return kind
