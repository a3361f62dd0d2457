"""Plain text to WordPress's HTML and back. Pure."""

import html
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from uuid import UUID

TITLE_MAX = 100
SLUG_WORDS_MAX = 60
LINK = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,:;!?)\]'’”]")
APART = frozenset({"p", "div", "figure", "blockquote", "ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6", "pre"})


@dataclass(frozen=True, slots=True)
class Picture:
    """One of the site's own pictures: its number in the media library, where it lies, what it shows."""

    number: int
    address: str
    alt_text: str


def title_and_body(title: str, text: str) -> tuple[str, str]:
    """A post's title and what stands below it. Without a title it is the first line, which then is not said twice."""
    if title.strip():
        return title.strip(), text.strip()
    first, _, rest = text.strip().partition("\n")
    if len(first) > TITLE_MAX:
        return first[:TITLE_MAX].rsplit(" ", 1)[0].rstrip(" ,.;:") + " …", text.strip()
    return first.strip(), rest.strip() or text.strip()


def slug_of(title: str, nonce: UUID) -> str:
    """The post's own name in its address: words of the title for people, the nonce's digits for finding it again.

    Letters and digits only, so that WordPress keeps it as it is.
    """
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:SLUG_WORDS_MAX].strip("-")
    return f"{words or 'kiriman'}-{nonce.hex[:16]}"


def content_of(body: str, pictures: Sequence[Picture]) -> str:
    """A post's content as the blocks of WordPress's editor: the pictures, then the text's paragraphs."""
    figures = [
        f'<!-- wp:image {{"id":{one.number},"sizeSlug":"full"}} -->\n<figure class="wp-block-image size-full">'
        f'<img src="{html.escape(one.address)}" alt="{html.escape(one.alt_text)}" class="wp-image-{one.number}"/>'
        "</figure>\n<!-- /wp:image -->"
        for one in pictures
    ]
    paragraphs = [
        f"<!-- wp:paragraph -->\n<p>{marked_up(part.strip())}</p>\n<!-- /wp:paragraph -->"
        for part in re.split(r"\n\s*\n", body.replace("\r\n", "\n"))
        if part.strip()
    ]
    return "\n\n".join(figures + paragraphs)


def marked_up(text: str) -> str:
    """Escaped, lines kept, links made clickable."""
    parts, at = [], 0
    for link in LINK.finditer(text):
        address = html.escape(link.group())
        parts += [escaped(text[at : link.start()]), f'<a href="{address}">{address}</a>']
        at = link.end()
    return "".join([*parts, escaped(text[at:])]).replace("\n", "<br>\n")


def escaped(text: str) -> str:
    """Square brackets too: WordPress would run `[gallery]` as a shortcode."""
    return html.escape(text, quote=False).replace("[", "&#91;").replace("]", "&#93;")


def plain(markup: str) -> str:
    """What a reader sees of some HTML; where a link says something else than where it leads, its address too."""
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    lines = "".join(reader.parts).replace("\r\n", "\n").split("\n")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.strip() for line in lines)).strip()


def same(one: str, other: str) -> bool:
    """Whether two texts read the same: WordPress may change composed letters and blanks."""
    first, second = (" ".join(unicodedata.normalize("NFC", text).split()) for text in (one, other))
    return first == second


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.links: list[tuple[str, int]] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "style"}:
            self.silent += 1
        elif tag == "br":
            self.parts.append("\n")
        elif tag in APART and self.parts:
            self.parts.append("\n\n")
        elif tag == "a":
            self.links.append((dict(attrs).get("href") or "", len(self.parts)))

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style"}:
            self.silent = max(0, self.silent - 1)
        elif tag in APART:
            self.parts.append("\n\n")
        elif tag == "a" and self.links:
            address, since = self.links.pop()
            if address and address.rstrip("/") not in "".join(self.parts[since:]):
                self.parts.append(f" ({address})")

    def handle_data(self, data: str) -> None:
        if self.silent:
            return
        after_break = bool(self.parts) and self.parts[-1] == "\n"
        self.parts.append(data.removeprefix("\n") if after_break else data)
