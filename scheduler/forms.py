"""Forms for posts and calendar files."""

import logging
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import MaxLengthValidator
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from connectors.models import Account
from offices.models import Officer
from scheduler.calendar_file.captions import clean, excess
from scheduler.calendar_file.problems import Code, Language, problem
from scheduler.calendar_file.row_reader import YEARS_AHEAD
from scheduler.calendar_file.sheet import FILE_BYTES_MAX
from scheduler.models import Delivery

MEDIA_BYTES_MAX = 100 * 1024 * 1024
log = logging.getLogger(__name__)

FILES_MAX = 40
CALENDAR_SUFFIXES = (".csv", ".xlsx")
NAME_BYTES_MAX = 200
"""A disk counts bytes: 150 letters of another script are more than it takes in a name."""
MEDIA_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".mp4", ".mov", ".m4v")


def language() -> Language:
    """In which of the two languages a problem of a calendar is told."""
    return "en" if (get_language() or "").startswith("en") else "id"


class QueueFilter(forms.Form):
    """What of the queue is shown; it stands in the address."""

    class Show:
        COMING, ASKS, SENT, WITHDRAWN = "", "asks", "sent", "withdrawn"

    TABS = [
        (Show.COMING, _("To go out")),
        (Show.ASKS, _("Asks you")),
        (Show.SENT, _("Sent")),
        (Show.WITHDRAWN, _("Withdrawn")),
    ]
    show = forms.ChoiceField(choices=TABS, required=False)
    account = forms.ModelChoiceField(Account.objects.none(), required=False, empty_label=_("All accounts"))

    def __init__(self, *args: Any, officer: Officer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        accounts: Any = self.fields["account"]
        accounts.queryset = Account.objects.visible_to(officer)
        self.is_valid()

    @property
    def shown(self) -> str:
        return str(self.cleaned_data.get("show") or "")

    @property
    def account_chosen(self) -> Account | None:
        return self.cleaned_data.get("account")


class DeliveryForm(forms.Form):
    """New words or a new time for a post that has not left."""

    title = forms.CharField(
        label=_("Title"), required=False, help_text=_("Empty: the first line of the caption becomes the title.")
    )
    caption = forms.CharField(label=_("Caption"), strip=False, widget=forms.Textarea(attrs={"rows": 8}))
    due_at = forms.DateTimeField(
        label=_("Goes out"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    """Digest of what stood there when the page was opened."""

    def __init__(self, *args: Any, delivery: Delivery, **kwargs: Any) -> None:
        row = delivery.outgoing
        stands = {"title": row.payload.get("title", ""), "caption": row.text, "due_at": row.due_at}
        self.stands = sha256(repr(stands).encode()).hexdigest()[:16]
        kwargs["initial"] = {**stands, "seen": self.stands}
        super().__init__(*args, **kwargs)
        self.caption_now = row.text
        can = delivery.account.capability
        self.account, self.can = str(delivery.account), can
        title: Any = self.fields["title"]
        title.validators.append(MaxLengthValidator(can.title_max))
        if not can.title_max:
            del self.fields["title"]
        self.fields["caption"].widget.attrs |= {"data-count": can.caption_max}
        self.was_due = row.due_at.replace(second=0, microsecond=0)

    def clean(self) -> dict[str, Any]:
        """Two people at one post, or a person and the calendar, do not undo each other unawares: it is said once."""
        given = super().clean() or {}
        if given.get("seen") and given["seen"] != self.stands:
            self.data = {**dict(self.data.items()), "seen": self.stands}
            raise ValidationError(
                gettext("Somebody changed this post meanwhile; it now says: “%(words)s”. Save again to replace that.")
                % {"words": self.caption_now}
            )
        return given

    def clean_caption(self) -> str:
        """By the rules of a calendar's rows, and in their words."""
        caption = clean(str(self.cleaned_data["caption"]))
        if not caption.strip():
            raise ValidationError(self.fields["caption"].error_messages["required"])
        if found := [one.what(language()) for one in excess(caption, self.account, self.can)]:
            raise ValidationError(found)
        return caption

    def clean_due_at(self) -> datetime:
        due_at: datetime = self.cleaned_data["due_at"]
        if due_at < timezone.now() and due_at != self.was_due:
            raise ValidationError(gettext("This time has passed. To send it at once, use “Send now”."))
        if due_at > timezone.now() + timedelta(days=366 * YEARS_AHEAD):
            far = problem(Code.FAR_DATE, value=f"{due_at:%Y-%m-%d}", years=YEARS_AHEAD)
            raise ValidationError(far.what(language()))
        return due_at


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once."""

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[bytes]]":
        files = [super(FilesField, self).clean(one, initial) for one in data or []]
        for file in files:
            if (length := len(file.name.encode())) > NAME_BYTES_MAX:
                limits = {"max": NAME_BYTES_MAX, "length": length}
                raise ValidationError(self.error_messages["max_length"] % limits)
        return files


class UploadForm(forms.Form):
    """A calendar and its pictures, from a phone."""

    calendar = forms.FileField(
        label=_("Calendar file"),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
        help_text=_("Excel (.xlsx) or CSV."),
        max_length=150,
    )
    pictures = FilesField(
        label=_("Pictures and videos"),
        required=False,
        widget=ManyFiles(attrs={"accept": "image/jpeg,image/png,image/webp,video/mp4,video/quicktime"}),
        help_text=_("All that the calendar names. Those that are here already need not be chosen again."),
        max_length=150,
    )

    def no_room(self, error: OSError) -> None:
        log.warning("An uploaded calendar could not be stored: %s", error.strerror)
        self.add_error(
            None,
            _(
                "The server could not store the files, so nothing was taken in. Try again later; if it happens again, "
                "tell whoever looks after the system that its disk may be full."
            ),
        )

    def clean_calendar(self) -> "UploadedFile[bytes]":
        file: UploadedFile[bytes] = self.cleaned_data["calendar"]
        _check_name(file, CALENDAR_SUFFIXES)
        if (file.size or 0) > FILE_BYTES_MAX:
            size, limit = f"{(file.size or 0) / 1024**2:.1f}", FILE_BYTES_MAX // 1024**2
            raise ValidationError(problem(Code.TOO_BIG, size=size, limit=limit).what(language()))
        return file

    def clean_pictures(self) -> "list[UploadedFile[bytes]]":
        files: list[UploadedFile[bytes]] = self.cleaned_data["pictures"]
        if len(files) > FILES_MAX:
            raise ValidationError(gettext("At most %(count)d files at a time.") % {"count": FILES_MAX})
        for file in files:
            _check_name(file, MEDIA_SUFFIXES)
            if (file.size or 0) > MEDIA_BYTES_MAX:
                raise ValidationError(gettext("“%(name)s” is bigger than 100 MB.") % {"name": file.name})
        return files


def _check_name(file: "UploadedFile[bytes]", suffixes: tuple[str, ...]) -> None:
    name = file.name or ""
    if name.startswith(".") or not name.lower().endswith(suffixes):
        raise ValidationError(
            gettext("“%(name)s” is not of a kind that can be used here (%(kinds)s).")
            % {"name": name, "kinds": ", ".join(suffixes)}
        )
