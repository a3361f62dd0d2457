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
    """A topic with its owner and the words by which the desk knows it, beside those that ship with it."""

    words = forms.CharField(
        label=_("Words by which it is known, separated by commas"),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=2000,
        required=False,
    )

    class Meta:
        model = Topic
        fields = ["name", "owner"]

    def __init__(self, *args: Any, office: Office, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.office = office
        owners = Officer.objects.filter(office=office, is_active=True).order_by("first_name", "username")
        owner: Any = self.fields["owner"]
        owner.queryset, owner.empty_label = owners, _("no owner yet")

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"]).strip()
        same = Topic.objects.filter(office=self.office, name__iexact=name).exclude(pk=self.instance.pk)
        if same.exists():
            raise ValidationError(gettext("Another topic has this name."))
        return name

    def clean_words(self) -> list[str]:
        given = str(self.cleaned_data["words"]).lower().replace("\n", ",").split(",")
        words = list(dict.fromkeys(" ".join(word.split()) for word in given if word.strip()))
        for word in words:
            if not any(letter.isalpha() for letter in word) or len(word) > 60 or any(sign in word for sign in '#"\\'):
                raise ValidationError(gettext("“%(word)s” is no word or phrase."), params={"word": word[:60]})
        return words
