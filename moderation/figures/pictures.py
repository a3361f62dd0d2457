"""Pictures of figures, as SVG without scripts: drawn on the server, shown as <img> beside the same numbers in a table.

Colours follow the reader's light or dark screen; series differ by dash, dot and place, too, never by colour alone.
"""

import re
import sys
from collections.abc import Sequence

import pygal
from pygal.style import Style

# pygal 3.1 leaves a finder for its plug-ins in the way of every later import; we have none.
sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__module__ != "pygal"]

WIDTH, HEIGHT = 360, 230
"""As wide as a phone's screen: the letters keep their size there."""
INK = "#1c2827"
SHEET = """inline:
.axis .guide.line, .axis .guide.major.line { stroke: #e0d9c9 !important; stroke-dasharray: none !important }
.series .line { stroke-width: 2.5 !important }
@media (prefers-color-scheme: dark) {
  text, .title { fill: #ebeae2 !important }
  .axis .line { stroke: #8b9a95 !important }
  .axis .guide.line, .axis .guide.major.line { stroke: #3b4a46 !important }
  .color-0 { stroke: #74cabf !important; fill: #74cabf !important }
  .color-1 { stroke: #f0bf68 !important; fill: #f0bf68 !important }
}
"""
"""Over pygal's own sheets, whose selectors begin with the chart's id: hence the marks of importance."""
STRIPES = """<pattern id="stripes" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
<rect class="color-1" width="3" height="7" stroke-width="0"/></pattern>"""
STRIPED = "inline:.series.color-1 .rect, .legends rect.color-1 { fill: url(#stripes) !important }"
"""The second of two bars, and its place in the legend."""
DASHED = "inline:.legends rect.color-1 { fill: none !important; stroke-dasharray: 3, 2 }"
"""A target's line is dashed: in the legend, too."""
STYLE = Style(
    background="transparent",
    plot_background="transparent",
    foreground=INK,
    foreground_strong=INK,
    foreground_subtle="#9aa39f",
    opacity=".9",
    colors=("#0d5f5b", "#8a5300"),
    font_family="system-ui, sans-serif",
    label_font_size=12,
    major_label_font_size=12,
    value_font_size=11,
    legend_font_size=12,
    tooltip_font_size=12,
    no_data_font_size=16,
)
CSS = ["file://style.css", "file://graph.css", SHEET]
SCRIPT = re.compile(rb"<script.*?(?:</script>|/>)", re.DOTALL)
Series = Sequence[tuple[str, Sequence[float | None], bool]]
"""(name, a value for each label, is it a target: drawn dashed)."""


def lines(labels: Sequence[str], series: Series, nothing: str, top: float | None = None) -> bytes:
    quarters = [top * step / 4 for step in range(5)] if top else None
    options = {**_options(nothing), "css": [*CSS, DASHED]}
    chart = pygal.Line(**options, range=(0, top) if top else None, y_labels=quarters, dots_size=4)
    return _drawn(chart, labels, series)


def bars(labels: Sequence[str], series: Series, nothing: str) -> bytes:
    options = _options(nothing)
    return _drawn(pygal.Bar(**{**options, "css": [*CSS, STRIPED], "defs": [STRIPES]}), labels, series)


def small(values: Sequence[float | None]) -> bytes:
    """A sparkline of shares: as high as a line of text, from 0 to 100."""
    chart = pygal.Line(style=STYLE, js=(), css=CSS, range=(0, 100))
    chart.add("", list(values), stroke_style={"width": 3})
    return plain(chart.render_sparkline(width=110, height=34, show_dots=True, dots_size=3, spacing=6, margin=4))


def _options(nothing: str) -> dict[str, object]:
    return {
        "style": STYLE,
        "js": (),
        "css": CSS,
        "width": WIDTH,
        "height": HEIGHT,
        "explicit_size": True,
        "legend_at_bottom": True,
        "legend_at_bottom_columns": 1,
        "truncate_legend": -1,
        "min_scale": 3,
        "max_scale": 5,
        "legend_box_size": 12,
        "margin": 8,
        "spacing": 8,
        "no_data_text": nothing,
        "show_minor_x_labels": True,
        "pretty_print": False,
        "disable_xml_declaration": False,
    }


def _drawn(chart: "pygal.graph.graph.Graph", labels: Sequence[str], series: Series) -> bytes:
    chart.x_labels = labels
    for name, values, is_target in series:
        dashed = {"stroke_style": {"dasharray": "6, 5", "width": 2}, "show_dots": False} if is_target else {}
        chart.add(name, list(values), **(dashed or {"stroke_style": {"width": 3}}))
    return plain(chart.render())


def plain(drawn: bytes) -> bytes:
    """Without the settings that pygal writes for its script: we give none along."""
    return SCRIPT.sub(b"", drawn)
