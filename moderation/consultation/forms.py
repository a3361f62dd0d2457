"""What is typed to ask an officer, and to note what they said."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from moderation.consultation.asking import officers_for, question_for
from moderation.consultation.line import first_to_ask
from moderation.models import Case, Message
from offices.models import Officer

QUESTION_MAX = 700
"""What WhatsApp's template takes in its gap (`connectors.whatsapp`)."""
REPLY_MAX = 4096


class OfficerField(forms.ModelChoiceField[Officer]):
    def label_from_instance(self, obj: Officer) -> str:
        return f"{obj} · {obj.get_role_display()}"


class AskForm(forms.Form):
    """A question to one officer, with words to begin with. `key` makes a double tap one question."""

    officer = OfficerField(label=_("Whom to ask"), queryset=Officer.objects.none(), empty_label=None)
    question = forms.CharField(
        label=_("Question"),
        max_length=QUESTION_MAX,
        widget=forms.Textarea(attrs={"rows": 5, "data-count": QUESTION_MAX}),
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, case: Case, message: Message, asker: Officer, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": uuid.uuid4(), "question": question_for(case, message)}
        kwargs["auto_id"] = "id_ask_%s"
        super().__init__(*args, **kwargs)
        field = self.fields["officer"]
        assert isinstance(field, OfficerField)
        field.queryset = officers_for(case).exclude(pk=asker.pk)
        first = first_to_ask(case, list(field.queryset))
        self.initial["officer"] = first.pk if first else None

    def clean_question(self) -> str:
        return str(self.cleaned_data["question"]).replace("\r\n", "\n").strip()

    @property
    def key_given(self) -> uuid.UUID:
        return self.cleaned_data.get("key") or uuid.uuid4()


class ReplyForm(forms.Form):
    text = forms.CharField(label=_("What was said"), max_length=REPLY_MAX, widget=forms.Textarea(attrs={"rows": 3}))

    def clean_text(self) -> str:
        return str(self.cleaned_data["text"]).replace("\r\n", "\n").strip()
