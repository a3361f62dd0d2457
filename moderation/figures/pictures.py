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
DARK = """inline:
{{ id }}.axis .guide.line, {{ id }}.axis .guide.major.line { stroke: #e0d9c9; stroke-dasharray: none }
@media (prefers-color-scheme: dark) {
  {{ id }}.axis text, {{ id }}.legends text, {{ id }}.title, {{ id }}text, {{ id }}.value { fill: #ebeae2 !important }
  {{ id }}.axis .guide.line, {{ id }}.axis .guide.major.line { stroke: #3b4a46 !important }
  {{ id }}.axis > .line, {{ id }}.axis .guide.line { stroke: #55655f !important }
  {{ id }}.color-0, {{ id }}.color-0 a:visited { stroke: #74cabf; fill: #74cabf }
  {{ id }}.color-1, {{ id }}.color-1 a:visited { stroke: #f0bf68; fill: #f0bf68 }
  {{ id }}.color-2, {{ id }}.color-2 a:visited { stroke: #c8b6e8; fill: #c8b6e8 }
  {{ id }}.line { fill: none }
}
"""
STYLE = Style(
    background="transparent",
    plot_background="transparent",
    foreground=INK,
    foreground_strong=INK,
    foreground_subtle="#9aa39f",
    opacity=".9",
    colors=("#0d5f5b", "#8a5300", "#5b4a8a"),
    font_family="system-ui, sans-serif",
    label_font_size=12,
    major_label_font_size=12,
    value_font_size=11,
    legend_font_size=12,
    tooltip_font_size=12,
    no_data_font_size=16,
)
SCRIPT = re.compile(rb"<script.*?(?:</script>|/>)", re.DOTALL)
Series = Sequence[tuple[str, Sequence[float | None], bool]]
"""(name, a value for each label, is it a target: drawn dashed)."""


def lines(labels: Sequence[str], series: Series, nothing: str, top: float | None = None) -> bytes:
    quarters = [top * step / 4 for step in range(5)] if top else None
    chart = pygal.Line(**_options(nothing), range=(0, top) if top else None, y_labels=quarters, dots_size=4)
    return _drawn(chart, labels, series)


def bars(labels: Sequence[str], series: Series, nothing: str) -> bytes:
    return _drawn(pygal.Bar(**_options(nothing)), labels, series)


def small(values: Sequence[float | None]) -> bytes:
    """A sparkline of shares: as high as a line of text, from 0 to 100."""
    chart = pygal.Line(style=STYLE, js=(), css=["file://style.css", "file://graph.css", DARK], range=(0, 100))
    chart.add("", list(values), stroke_style={"width": 3})
    return plain(chart.render_sparkline(width=110, height=34, show_dots=True, dots_size=3, spacing=6, margin=4))


def _options(nothing: str) -> dict[str, object]:
    return {
        "style": STYLE,
        "js": (),
        "css": ["file://style.css", "file://graph.css", DARK],
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
