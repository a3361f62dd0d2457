"""The page that shows every component of desk.css once, for whoever builds or changes pages."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from offices.requests import DeskRequest
from offices.roles import Permission, may

COLOURS = ("ink", "soft", "teal", "teal-wash", "warm", "warm-wash", "alert", "alert-wash", "good", "good-wash", "line")


class ExampleForm(forms.Form):
    """One field of each kind, the first with an error."""

    name = forms.CharField(label=_("A line of text"), max_length=20, help_text=_("What to write here, in few words."))
    text = forms.CharField(label=_("More text"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    choice = forms.ChoiceField(label=_("One of several"), required=False, choices=[("a", _("This")), ("b", _("That"))])
    radio = forms.ChoiceField(
        label=_("One, all in sight"),
        required=False,
        choices=[("a", _("This")), ("b", _("That"))],
        widget=forms.RadioSelect,
    )
    tick = forms.BooleanField(label=_("Yes or no"), required=False)


@may(Permission.OFFICE)
def style(request: DeskRequest) -> HttpResponse:
    context = {"form": ExampleForm({"radio": "a"}), "colours": COLOURS, "now": timezone.now()}
    return render(request, "config/style.html", context)
