"""The stand-in of websites made with WordPress 6.1: its REST interface as the connector uses it, and public pages.

Every host is a site of its own, there as soon as somebody asks for it; its user appears at the first sign-in, with
any name and password. A site whose name begins with `polos.` has no rewritten addresses: its interface answers to
`?rest_route=` alone. Held against a real WordPress: error codes and statuses, an unknown word as `status` finding
nothing, an answer to a comment that is not there being taken, the same words twice being refused, `-2` behind a slug
that is taken. Not here: drafts, roles, shortcodes, and comments are held only where a test or a form asks for it.
"""

from sandbox.website import pages
from sandbox.website.refusals import refusal
from sandbox.website.rest import HOST, NAME
from sandbox.website.routes import REST, front, pretty
from sandbox.wire import Platform, route

ROUTES = (
    *(
        route(methods, rf"{HOST}/wp-json/{path}/?", pretty(handler), operation)
        for methods, path, handler, operation in REST
    ),
    route("GET|POST|DELETE", HOST + r"/?(?:index\.php)?", front),
    route("GET", HOST + r"/kiriman/(\d+)/?", lambda call: pages.look(call, call.found[1])),
    route("POST", HOST + r"/kiriman/(\d+)/?", pages.write_comment),
)
PLATFORM = Platform(NAME, "situs web", ROUTES, refusal, pages.address)
"""Last in the table of platforms: it answers for every host that is nobody else's."""
