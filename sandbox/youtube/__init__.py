"""The stand-in of YouTube's Data API v3 as google-api-python-client calls it, and the pages of www.youtube.com.

A channel appears when its refresh token is first used: `1//HANDLE` belongs to @HANDLE. A client id that begins with
`unaudited` stands for an API project that Google has not audited: its videos stay private, whatever is asked. One that
begins with `readonly` was granted reading alone.

Not known of the real service, and so deliberately unhelpful here: page tokens are offsets, so that lists shift while
they are read; the answers shown along with a thread are its oldest ones; a new answer brings no thread up; nothing
recognises a comment that is sent twice.
"""

from sandbox.wire import Platform, route
from sandbox.youtube import channel, comments, look, oauth, uploads
from sandbox.youtube.oauth import NAME, own
from sandbox.youtube.refusals import refusal

API = r"(?:youtube|www)\.googleapis\.com/youtube/v3"
UPLOAD = r"(youtube|www)\.googleapis\.com/(?:resumable/)?upload/youtube/v3"

ROUTES = (
    route("POST", r"oauth2\.googleapis\.com/token", oauth.give_token, "login"),
    route("GET", API + r"/channels", own(channel.show_channels), "login"),
    route("GET", API + r"/playlistItems", own(channel.show_uploads), "fetch"),
    route("GET", API + r"/videos", own(channel.show_videos), "fetch"),
    route("DELETE", API + r"/videos", own(channel.delete_video), "delete"),
    route("POST", UPLOAD + r"/videos", own(uploads.begin), "upload"),
    route("PUT", UPLOAD + r"/videos", uploads.tell, "fetch", uploads.is_question),
    route("PUT", UPLOAD + r"/videos", uploads.take, "publish"),
    route("POST", UPLOAD + r"/thumbnails/set", own(uploads.set_cover), "upload"),
    route("GET", API + r"/commentThreads", own(comments.show_threads), "fetch"),
    route("GET", API + r"/comments", own(comments.show_answers), "fetch"),
    route("POST", API + r"/comments", own(comments.write_answer), "reply"),
    route("POST", API + r"/comments/setModerationStatus", own(comments.decide), "approve"),
    route("DELETE", API + r"/comments", own(comments.delete_comment), "delete"),
    route("GET", r"www\.youtube\.com/watch", look.show_video),
    route("POST", r"www\.youtube\.com/watch", look.write_comment),
    route("GET", r"www\.youtube\.com/@([\w.-]+)/?", look.show_channel),
)
PLATFORM = Platform(NAME, look.LOOK.label, ROUTES, refusal, look.LOOK.profile, number=comments.number)
