"""Forms of the vocabulary and of topics."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from moderation.judging.models import Topic
from moderation.judging.vocabulary import LISTS
from offices.models import Office, Officer


class WordForm(forms.Form):
    """A word for a list, or out of it."""

    word = forms.CharField(label=_("Word or phrase"), max_length=60)
    list = forms.ChoiceField(label=_("List"), choices=list(LISTS.items()))
    taken_out = forms.BooleanField(label=_("Take it out of this list instead"), required=False)

    def clean_word(self) -> str:
        word = " ".join(str(self.cleaned_data["word"]).lower().split())
        if not any(letter.isalpha() for letter in word) or any(sign in word for sign in ',#"\\'):
            raise ValidationError(gettext("Only letters, digits and blanks; one word or phrase at a time."))
        return word


class TopicForm(forms.ModelForm[Topic]):
    class Meta:
        model = Topic
        fields = ["name", "owner"]

    def __init__(self, *args: Any, office: Office, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owners = Officer.objects.filter(office=office, is_active=True).order_by("first_name", "username")
        self.fields["owner"].queryset = owners  # type: ignore[attr-defined]


TopicForms = forms.modelformset_factory(Topic, form=TopicForm, extra=0)
