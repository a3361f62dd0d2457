"""Words for why there is no picture of a message."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from moderation.capture.shots import Failed

register = template.Library()

WHY = {
    Failed.NO_PUBLIC_PAGE: gettext_lazy("This message has no public page."),
    Failed.SIGN_IN_PAGE: gettext_lazy("The platform showed only its sign-in page, which proves nothing."),
    Failed.TEXT_NOT_FOUND: gettext_lazy("The message's text was not found on the public page."),
    Failed.NOT_FOUND: gettext_lazy("The public page is gone."),
    Failed.BLOCKED_HOST: gettext_lazy("The page led to an address that the desk does not open."),
    Failed.UNREACHABLE: gettext_lazy("The page could not be reached."),
    Failed.TOO_LARGE: gettext_lazy("The page was too large for a picture."),
    Failed.TIMEOUT: gettext_lazy("The page took too long."),
    Failed.BROWSER_MISSING: gettext_lazy("There is no browser on this machine to take pictures with."),
    Failed.CRASHED: gettext_lazy("The browser on this machine broke off."),
    Failed.BAD_ORDER: gettext_lazy("The picture could not be asked for."),
}


@register.filter
def why_no_picture(reason: str) -> str:
    return str(WHY[Failed(reason)]) if reason in list(Failed) else _("No picture was possible.")
