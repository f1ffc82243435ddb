"""Plots as SVG, without a library: readable in light and dark, every axis labelled."""
from __future__ import annotations

import math
from html import escape

# Colours that stay apart for eyes that mix up red and green; ours is always the first.
COLOURS = ("#3b6fd4", "#d9822b", "#8a5fbf", "#2a9d8f", "#b8527f", "#7d8590", "#a0892c")
STYLE = """<style>
text { font: 12px system-ui, sans-serif; fill: #24292f } .title { font-size: 14px; font-weight: 600 } .small { font-size: 11px }
.axis { stroke: #57606a; stroke-width: 1 } .grid { stroke: #d0d7de; stroke-width: .5 } .back { fill: #ffffff }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .axis { stroke: #8b949e } .grid { stroke: #30363d } .back { fill: #0d1117 } }
</style>"""
Series = dict[str, list[tuple[float, float]]]


def ticks(top: float, wanted: int = 5) -> list[float]:
    """Round steps from 0 to at least the top."""
    if top <= 0:
        return [0.0, 1.0]
    rough = top / wanted
    size = 10 ** math.floor(math.log10(rough))
    step = next(factor * size for factor in (1, 2, 2.5, 5, 10) if factor * size >= rough * 0.999)
    return [step * i for i in range(math.ceil(top / step - 1e-9) + 1)]


def _text(x: float, y: float, words: str, anchor: str = "middle", kind: str = "small", turn: bool = False) -> str:
    rotate = f' transform="rotate(-90 {x:.1f} {y:.1f})"' if turn else ""
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{rotate}>{escape(words)}</text>'


def _frame(title: str, width: int, height: int, parts: list[str]) -> str:
    return "\n".join([f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" aria-label="{escape(title)}">',
                      STYLE, f'<rect class="back" width="{width}" height="{height}"/>', _text(16, 22, title, "start", "title"), *parts, "</svg>"]) + "\n"


def _legend(names: list[str], y: float) -> list[str]:
    parts, x = [], 16.0
    for i, name in enumerate(names):
        parts += [f'<rect x="{x:.0f}" y="{y - 9:.0f}" width="10" height="10" fill="{COLOURS[i % len(COLOURS)]}"/>', _text(x + 15, y, name, "start")]
        x += 32 + 6.6 * len(name)
    return parts


def bars(title: str, unit: str, groups: dict[str, dict[str, float | None]], names: list[str]) -> str:
    """Horizontal bars in groups: one group for each scenario, in it one bar for each name that has a value."""
    width, left, bar, gap = 820, 130, 15, 14
    shown = {group: [(i, name, values[name]) for i, name in enumerate(names) if values.get(name) is not None] for group, values in groups.items()}
    top = max((value for rows in shown.values() for _, _, value in rows), default=1.0)
    marks = ticks(top)
    scale = (width - left - 80) / marks[-1]
    y, parts = 62.0, _legend(names, 44)
    bottom = y + sum(len(rows) * bar + gap for rows in shown.values())
    for mark in marks:
        x = left + mark * scale
        parts += [f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="56" y2="{bottom:.1f}"/>', _text(x, bottom + 16, f"{mark:g}")]
    for group, rows in shown.items():
        parts.append(_text(left - 8, y + len(rows) * bar / 2 + 4, group, "end"))
        for i, name, value in rows:
            parts += [f'<rect x="{left}" y="{y:.1f}" width="{max(1.0, value * scale):.1f}" height="{bar - 3}" fill="{COLOURS[i % len(COLOURS)]}"><title>{escape(name)}: {value:.4g}</title></rect>',
                      _text(left + value * scale + 5, y + bar - 5, f"{value:.3g}" if value < 1000 else f"{value:.0f}", "start")]
            y += bar
        y += gap
    parts += [f'<line class="axis" x1="{left}" x2="{left}" y1="56" y2="{bottom:.1f}"/>', _text((left + width - 80) / 2, bottom + 36, unit)]
    return _frame(title, width, int(bottom + 48), parts)


def lines(title: str, x_unit: str, y_unit: str, series: Series, x_names: list[str] | None = None, logarithmic: bool = False) -> str:
    """Lines over a common x axis; with names for the places of x instead of numbers where they are given."""
    width, height, left, right, above, below = 820, 380, 70, 24, 62, 56
    points = [point for line in series.values() for point in line]
    high_x = max((x for x, _ in points), default=1.0) or 1.0
    high_y = max((y for _, y in points), default=1.0) or 1.0
    low_y = min((y for _, y in points if y > 0), default=0.1)
    first, last = (math.floor(math.log10(low_y)), max(math.ceil(math.log10(high_y)), math.floor(math.log10(low_y)) + 1)) if logarithmic else (0, 0)
    y_marks = [10.0 ** power for power in range(first, last + 1)] if logarithmic else ticks(high_y)

    def across(x: float) -> float:
        return left + x / high_x * (width - left - right)

    def up(y: float) -> float:
        share = (math.log10(max(y, y_marks[0])) - first) / (last - first) if logarithmic else y / y_marks[-1]
        return height - below - share * (height - above - below)

    parts = _legend(list(series), 44)
    for mark in y_marks:
        parts += [f'<line class="grid" x1="{left}" x2="{width - right}" y1="{up(mark):.1f}" y2="{up(mark):.1f}"/>', _text(left - 8, up(mark) + 4, f"{mark:g}", "end")]
    x_marks = list(enumerate(x_names)) if x_names else [(mark, f"{mark:g}") for mark in ticks(high_x, 8) if mark <= high_x * 1.001]
    parts += [_text(across(place), height - below + 18, name) for place, name in x_marks]
    for i, line in enumerate(series.values()):
        path = " ".join(f"{across(x):.1f},{up(y):.1f}" for x, y in line)
        parts.append(f'<polyline fill="none" stroke="{COLOURS[i % len(COLOURS)]}" stroke-width="2" points="{path}"/>')
        if len(line) < 20:
            parts += [f'<circle cx="{across(x):.1f}" cy="{up(y):.1f}" r="3" fill="{COLOURS[i % len(COLOURS)]}"/>' for x, y in line]
    parts += [f'<line class="axis" x1="{left}" x2="{width - right}" y1="{height - below}" y2="{height - below}"/>', f'<line class="axis" x1="{left}" x2="{left}" y1="{above}" y2="{height - below}"/>',
              _text((left + width - right) / 2, height - 14, x_unit), _text(18, (height + above - below) / 2, y_unit, turn=True)]
    return _frame(title, width, height, parts)
