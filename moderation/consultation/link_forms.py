"""What an officer does by the link in a mail."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from moderation.consultation.forms import REPLY_MAX, OfficerField
from moderation.consultation.models import Consultation
from moderation.consultation.waiting import candidates
from offices.models import Officer


class LinkAnswerForm(forms.Form):
    """`key` makes a double tap one reply."""

    text = forms.CharField(
        label=_("Your answer"),
        max_length=REPLY_MAX,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("In your own words: the media team puts it into the answer to the citizen."),
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": uuid.uuid4()}
        super().__init__(*args, **kwargs)

    def clean_text(self) -> str:
        return str(self.cleaned_data["text"]).replace("\r\n", "\n").strip()

    @property
    def key_given(self) -> uuid.UUID:
        return self.cleaned_data.get("key") or uuid.uuid4()


class PassOnForm(forms.Form):
    officer = OfficerField(label=_("To whom"), queryset=Officer.objects.none(), empty_label=None)

    def __init__(self, *args: Any, one: Consultation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["officer"]
        assert isinstance(field, OfficerField)
        field.queryset = Officer.objects.filter(id__in=[row.id for row in candidates(one)])
