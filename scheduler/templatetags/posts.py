"""Words for why the importer holds a post back."""

from django import template
from django.utils.translation import gettext as _

from scheduler import plan

register = template.Library()


@register.filter
def why_held(reason: str) -> str:
    """What happened, in a sentence; empty for a reason that is not the importer's."""
    if reason == plan.LOOKS_ALIKE:
        return _("This looks like another post of the same account: the same words or the same picture.")
    if reason == plan.TAKEN_BACK:
        return _("You withdrew this post, and now its row in the calendar was changed.")
    if reason == plan.GONE:
        return _("Its row is no longer in the calendar file.")
    return ""


@register.filter
def held_todo(reason: str) -> str:
    if reason == plan.LOOKS_ALIKE:
        return _("Release it if it is meant to go out again; withdraw it if it is the same post twice.")
    if reason == plan.TAKEN_BACK:
        return _("Release it if it should go out after all; else withdraw it.")
    return ""
