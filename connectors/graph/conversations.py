"""Direct messages of a Page, by Messenger or by Instagram: reading them, and finding one of our own again."""

import time
from collections.abc import Iterator

from connectors.base import Incoming, Lookup, Sent
from connectors.graph.client import Graph
from connectors.graph.reading import Json, data_of, id_of, lines_in, only, plain, seconds

LINE_FIELDS = "id,created_time,from,to,message,attachments"
FIELDS = f"id,updated_time,participants,messages.limit(20){{{LINE_FIELDS}}}"
WALKS_MAX = 5
LATE_S = 120
"""Messages may turn up in lists after younger ones: for a while the last two minutes are read again."""


class Conversations:
    """One Page's. `door` is Meta's word for where they come in; `own` are all ids under which we write ourselves."""

    def __init__(self, graph: Graph, page: str, door: str, own: frozenset[str]) -> None:
        self.graph = graph
        self.page = page
        self.door = door
        self.own = own

    def pages(self, **more: str) -> Iterator[list[Json]]:
        """Conversations, the liveliest first."""
        where = {"platform": self.door, "fields": FIELDS, "limit": "20"} | more
        return self.graph.pages(self.page, "conversations", **where)

    def lines(self, conversation: Json, since: int) -> Iterator[Json]:
        """Its messages back to a time, newest first; asks for more where those shown along don't reach that far."""
        shown = data_of(conversation.get("messages"))
        whole = len(shown) < 20 or seconds(shown[-1].get("created_time")) < since
        pages = iter([shown]) if whole else self._all_lines(id_of(conversation))
        for page in pages:
            yield from page
            if page and seconds(page[-1].get("created_time")) < since:
                return

    def _all_lines(self, conversation: str) -> Iterator[list[Json]]:
        return self.graph.pages(conversation, "messages", fields=LINE_FIELDS, limit="20")

    def since(self, since: int) -> tuple[list[Incoming], int]:
        """All messages since a second (that one included), ours too, oldest first, and the newest second seen.

        A conversation that comes alive while pages are turned jumps to the first one, past us: where there was more
        than one page, they are walked again until nothing is livelier.
        """
        messages: list[Incoming] = []
        done: dict[str, int] = {}
        for _ in range(WALKS_MAX):
            pages, found = 0, 0
            for page in self.pages():
                pages += 1
                for one in page:
                    who, last = id_of(one), seconds(one.get("updated_time"))
                    if last >= since and done.get(who) != last:
                        done[who] = last
                        found += 1
                        new = [line for line in self.lines(one, since) if seconds(line.get("created_time")) >= since]
                        messages += lines_in(new, self.own)
                if not page or seconds(page[-1].get("updated_time")) < since:
                    break
            if pages <= 1 or not found:
                break
        return sorted(messages, key=lambda message: message.written_at), max(done.values(), default=0)

    def find_own(self, person: str, text: str, earliest: int) -> Lookup:
        """Our own words to a person, said at `earliest` or later."""
        found: list[Sent] = []
        for page in self.pages(user_id=person):
            for one in page:
                found += [
                    Sent(id_of(line))
                    for line in self.lines(one, earliest)
                    if id_of(line.get("from")) in self.own
                    and seconds(line.get("created_time")) >= earliest
                    and plain(line.get("message")) == plain(text)
                ]
        return only(found)


def again_from(newest: int) -> int:
    """From when messages are read: a little before the newest known, while late ones may still turn up."""
    return newest - LATE_S if time.time() - newest < 5 * LATE_S else newest
