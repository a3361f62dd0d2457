"""A reason in words: what happened, and what to do. Read by the console, in the language of whoever reads."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from connectors.errors import Reason
from connectors.public_media import Trouble

Words = tuple[str | Promise, str | Promise]

WAIT = _("Nothing to do: the desk tries again by itself.")
OPEN_APP = _("Open the app on the office's phone, confirm that it was you, then tap “Try again” on the account's page.")

EXPLANATIONS: dict[str, Words] = {
    Reason.BAD_PASSWORD: (
        _("The platform did not accept the user name or password."),
        _("Check both where they are used or were made, then enter them again on the account's page."),
    ),
    Reason.TWO_FACTOR: (
        _("The platform wants the six-digit code of two-step verification."),
        _("Open the authenticator app or SMS, and enter the code on the account's page at once: it changes quickly."),
    ),
    Reason.CHALLENGE: (_("The platform wants to be sure that it is really you."), OPEN_APP),
    Reason.SESSION_EXPIRED: (
        _("The platform does not let the desk in: its sign-in has ended, or the key is not right."),
        _(
            "Tap “Try again” on the account's page. If that does not help, enter the password there, or a key (token) "
            "made anew by the steps for connecting."
        ),
    ),
    Reason.SUSPENDED: (
        _("The platform suspended this account."),
        _("Open the app on the office's phone and follow what it says there; the desk waits meanwhile."),
    ),
    Reason.ACTION_BLOCKED: (
        _("The platform blocked writing for some hours, as it does when it suspects a machine."),
        _("Wait: the desk rests this account by itself. Post what is urgent from the phone."),
    ),
    Reason.LOGIN_REFUSED: (
        _("The platform refused to sign in, without saying why."),
        _("Sign in once in the app on the office's phone, over the same internet line, then tap “Try again”."),
    ),
    Reason.APP_REFUSED: (
        _("The platform does not accept the app's number or its secret."),
        _("Copy both from the app's page at the platform, as the steps say, and enter them on the account's page."),
    ),
    Reason.NO_CHANNEL: (
        _("The Google account that allowed the desk in has no YouTube channel."),
        _("Make the token anew, and choose the office's channel when Google asks which account it is for."),
    ),
    Reason.NO_WORDPRESS: (
        _("At this address there is no WordPress, or its REST interface is switched off."),
        _(
            "Open the site in a browser and enter its address as it stands there; else ask whoever keeps the site. "
            "Without WordPress, use the desk's own question form."
        ),
    ),
    Reason.WRONG_ACCOUNT: (
        _("The keys that were entered belong to another account than the one named here."),
        _("Make the keys while you are signed in as this account, and enter them on the account's page."),
    ),
    Reason.CONNECTED_ALREADY: (
        _("These keys lead to a page that is connected already, under another name or by another way."),
        _(
            "Use the account that is there, or disconnect it first on its page; then tap “Try again” here. If you "
            "cannot see it, it is another office's: ask whoever set the desk up."
        ),
    ),
    Reason.DISCONNECTED: (
        _("The account was disconnected from the desk: nothing is sent by it."),
        _("Do it by hand in the app, or enter the account's keys anew on its page and let this go again."),
    ),
    Reason.NO_PERMISSION: (
        _("The account may not do this."),
        _("Look at the account's page: it names the permission that is missing."),
    ),
    Reason.FIREWALL: (
        _("A firewall in front of the site keeps the desk out: it lets nobody in but people with a browser."),
        _(
            "Ask whoever keeps the site to let the desk through to /wp-json/ (in Cloudflare, Wordfence or the host's "
            "panel), then try again."
        ),
    ),
    Reason.NO_CREDIT: (
        _("The account's credit at the platform is used up: it charges for each thing read or written."),
        _("Whoever pays for the platform's interface tops it up there; then tap “Try again” on the account's page."),
    ),
    Reason.TOO_FAST: (_("The platform asks for patience: too much in too short a time."), WAIT),
    Reason.QUOTA_SPENT: (
        _("What the platform allows within a time is used up."),
        _("Nothing to do: the desk goes on by itself once there is more. The account's page says when."),
    ),
    Reason.NOT_FOUND: (
        _("What this belongs to is no longer there: the post or the comment was deleted."),
        _("Open the link to make sure; withdraw it if there is nothing left to answer."),
    ),
    Reason.COMMENTS_CLOSED: (
        _("Comments are closed under this post."),
        _("Open them in the app, or answer the person by direct message."),
    ),
    Reason.MESSAGES_CLOSED: (
        _("This person does not accept direct messages from the account."),
        _("Answer under the post, or by another channel."),
    ),
    Reason.REPLY_BY_HAND: (
        _("X does not let the desk answer here."),
        _("Open the link and copy the text."),
    ),
    Reason.WINDOW_OVER: (
        _("This person has not written for more than a day, so WhatsApp takes only an approved template."),
        _("Ask again: the desk now uses the template. Or share the picture from your own phone."),
    ),
    Reason.ANSWER_TOO_LATE: (
        _("More than a day has passed since this person last wrote: the platform takes no message from the desk now."),
        _(
            "Open the conversation in the platform's own app: a person may still write there for seven days. Or answer "
            "under the post."
        ),
    ),
    Reason.TEMPLATE_REFUSED: (
        _("WhatsApp does not know the message template, has not approved it, or its gaps are other ones."),
        _("Whoever set WhatsApp up compares it with the guide; until then share the picture from your own phone."),
    ),
    Reason.MEDIA_REFUSED: (
        _("The platform did not accept the picture or video."),
        _("Open it on the phone: is it complete? Save it again as JPEG or MP4, and replace it in the calendar."),
    ),
    Reason.MEDIA_UNREACHABLE: (
        _("The platform fetches pictures from the desk's own address, and could not reach it."),
        _("Whoever installed the desk must give it a public address (TANGGAP_PUBLIC_URL) that answers from outside."),
    ),
    Reason.TEXT_REFUSED: (
        _("The platform did not accept the text."),
        _("Shorten it, use fewer hashtags and mentions, and try again."),
    ),
    Reason.UNSUPPORTED: (
        _("This platform cannot do that through its interface."),
        _("Do it by hand in the app: open the link and copy the text."),
    ),
    Reason.STAYS_PRIVATE: (
        _("The platform took the film and shows it to nobody: it does so until it has examined the project."),
        _("Make it public by hand in YouTube Studio, then let it go again here: it is not uploaded a second time."),
    ),
    Reason.DUPLICATE: (
        _("The platform says that the same is there already."),
        _("Open the account's page on the platform and look before you send it again."),
    ),
    Reason.LIBRARY_OUTDATED: (
        _("The platform changed, and the desk's version is too old for it."),
        _("Tell whoever installed the desk: it needs an update."),
    ),
    Reason.REFUSED: (
        _("The platform refused this, without saying more."),
        _("Change it and try again, or post it from the phone."),
    ),
    Reason.OFFLINE: (_("The platform could not be reached: no connection."), _("Check the office's internet line.")),
    Reason.TIMEOUT: (_("The platform did not answer in time."), WAIT),
    Reason.DROPPED: (_("The connection broke off in the middle."), WAIT),
    Reason.SERVER_ERROR: (_("The platform had an error of its own."), WAIT),
    Reason.UNREADABLE: (_("The platform's answer could not be read."), WAIT),
    Reason.FROZEN: (_("The desk stopped in the middle of sending."), WAIT),
}

ALLOWED: dict[str, str | Promise] = {
    "posts_a_day": _("Posts within 24 hours"),
    "posts_a_month": _("Posts within 30 days"),
    "uploads_a_day": _("Films a day"),
    "units_a_day": _("Units of calls a day"),
    "uploads": _("Films today, by all accounts of the Google project"),
    "units": _("Units of calls today, by all accounts of the Google project"),
    "calls": _("Calls within an hour, in per cent"),
    "posts:x-rate-limit": _("Posts and answers within 15 minutes"),
    "posts:x-user-limit-24hour": _("Posts and answers of the account within 24 hours"),
    "posts:x-app-limit-24hour": _("Posts and answers of the app within 24 hours"),
    "messages:x-rate-limit": _("Direct messages within 15 minutes"),
    "messages:x-user-limit-24hour": _("Direct messages of the account within 24 hours"),
    "messages:x-app-limit-24hour": _("Direct messages of the app within 24 hours"),
}
"""What platforms limit, by the names of `connectors.base.Allowance` and of an account's quotas."""

MEDIA_TROUBLE: dict[str, Words] = {
    Trouble.LOCAL: (
        _("The desk's address leads to this machine or this house alone: the platform cannot fetch pictures from it."),
        _("Give the desk a public address (TANGGAP_PUBLIC_URL), for example by the proxy that comes along with it."),
    ),
    Trouble.NO_HTTPS: (
        _("The desk's public address begins with http: the platform fetches pictures by https alone."),
        _("Put the proxy with a certificate before the desk, and set TANGGAP_PUBLIC_URL to its https address."),
    ),
    Trouble.UNANSWERED: (
        _("The desk asked itself under its public address, and no picture came."),
        _("Look whether the address is right and the proxy runs (TANGGAP_PUBLIC_URL); then check again."),
    ),
    Trouble.REFUSED: (
        _("The desk reaches itself under its public address, but the platform says that it could not fetch a picture."),
        _("Look whether a firewall or the provider keeps strangers out; then check again."),
    ),
}

UNEXPLAINED: Words = (
    _("Something went wrong that the desk has no words for."),
    _("Try again; if it stays, tell whoever installed the desk."),
)


def explain_media(trouble: str) -> Words:
    """(what is in the way of fetching pictures, what to do)"""
    return MEDIA_TROUBLE.get(trouble, MEDIA_TROUBLE[Trouble.REFUSED])


def explain(reason: str) -> Words:
    """(what happened, what to do) for a row's `reason`."""
    return EXPLANATIONS.get(reason, UNEXPLAINED)
