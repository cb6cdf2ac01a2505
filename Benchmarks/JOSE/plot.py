#!/usr/bin/env python3
"""Draws what compare.py measured: python3 plot.py [results.json], into plots/*.svg."""

import json
import math
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
COLOURS = {
    "tessera": "#1f6f5c",
    "swift-crypto": "#9aa5ab",
    "raw": "#5c6b73",
    "jsonwebtoken": "#b5651d",
    "golang-jwt": "#3b83bd",
    "jwt-kit": "#d1495b",
    "PyJWT": "#c9a227",
    "joserfc": "#7b5ea7",
    "jwcrypto": "#e08e79",
}
NAMES = {
    "tessera": "this library",
    "swift-crypto": "swift-crypto alone",
    "raw": "two copied SHA-256 states",
    "jsonwebtoken": "jsonwebtoken (Rust)",
    "golang-jwt": "golang-jwt (Go)",
    "jwt-kit": "jwt-kit (Swift)",
    "PyJWT": "PyJWT",
    "joserfc": "joserfc",
    "jwcrypto": "jwcrypto",
}
STYLE = "text{font:12px sans-serif;fill:#222}.small{font-size:10px;fill:#555}.title{font-size:14px;font-weight:bold}"


def escape(text):
    return text.replace("&", "&amp;").replace("<", "&lt;")


def text(x, y, words, anchor="start", kind=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" class="{kind}">{escape(words)}</text>'


def rectangle(x, y, width, height, colour):
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}"/>'


def line(x1, y1, x2, y2, colour="#ddd"):
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"/>'


def write(name, width, height, parts):
    folder = HERE / "plots"
    folder.mkdir(exist_ok=True)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
    body = [head, f"<style>{STYLE}</style>", rectangle(0, 0, width, height, "#fff"), *parts, "</svg>"]
    (folder / name).write_text("\n".join(body) + "\n")


def bars(results, operation):
    """Operations a second on a logarithmic scale, a group of bars for each algorithm."""
    rows = [row for row in results["rates"] if row["operation"] == operation]
    order = [name for name in COLOURS if any(name in row["rates"] for row in rows)]
    left, top, right, bar, gap = 130, 50, 860, 9, 12
    lowest, highest = 2, math.ceil(math.log10(max(max(row["rates"].values()) for row in rows)))

    def place(rate):
        return left + (right - left) * (math.log10(rate) - lowest) / (highest - lowest)

    parts = [text(left, 22, f"{operation}: operations a second of one core (logarithmic)", kind="title")]
    y = top
    for row in rows:
        names = [name for name in order if name in row["rates"]]
        parts.append(text(left - 8, y + bar * len(names) / 2 + 4, row["algorithm"], "end"))
        for name in names:
            rate = row["rates"][name]
            parts.append(rectangle(left, y, max(place(rate) - left, 1), bar - 1, COLOURS[name]))
            parts.append(text(place(rate) + 4, y + bar - 1, f"{rate:,.0f}", kind="small"))
            y += bar
        y += gap
    for power in range(lowest, highest + 1):
        x = place(10**power)
        parts.insert(1, line(x, top - 6, x, y))
        parts.append(text(x, top - 10, f"{10 ** power:,}", "middle", "small"))
    x = left
    for name in order:
        parts += [rectangle(x, y + 6, 10, 10, COLOURS[name]), text(x + 14, y + 15, NAMES[name], kind="small")]
        x += 24 + 5.4 * len(NAMES[name])
    write(f"{operation}.svg", 960, round(y + 30), parts)


def curve(results):
    """Microseconds by the size of the token."""
    curves = {
        "groups": ("HS256, accepted: a claim of many names", "#1f6f5c"),
        "text": ("HS256, accepted: one long claim", "#57a773"),
        "raw": ("two copied SHA-256 states alone", "#5c6b73"),
        "broken": ("refused by its last character", "#d1495b"),
    }
    left, top, right, bottom = 60, 50, 700, 380
    points = [point for kind in curves for point in results["sizes"][kind]]
    widest, highest = 16384, max(time for _, time in points)
    step = 10 ** math.floor(math.log10(highest))
    step = step / 2 if highest / step < 3 else step
    top_value = math.ceil(highest / step) * step

    def place(size, time):
        return left + (right - left) * size / widest, bottom - (bottom - top) * time / top_value

    parts = [text(left, 22, "Microseconds a verification by the token's size in bytes", kind="title")]
    value = 0.0
    while value <= top_value:
        _, y = place(0, value)
        parts += [line(left, y, right, y), text(left - 6, y + 4, f"{value:g}", "end", "small")]
        value += step
    for size in range(0, widest + 1, 2048):
        x, _ = place(size, 0)
        parts += [line(x, bottom, x, bottom + 4), text(x, bottom + 16, f"{size:,}", "middle", "small")]
    for index, (kind, (words, colour)) in enumerate(curves.items()):
        path = [place(*point) for point in results["sizes"][kind]]
        joined = " ".join(f"{x:.1f},{y:.1f}" for x, y in path)
        parts.append(f'<polyline points="{joined}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{colour}"/>' for x, y in path]
        parts += [rectangle(left + 14, top + 8 + 18 * index, 10, 10, colour)]
        parts += [text(left + 30, top + 17 + 18 * index, words)]
    write("size.svg", 740, 420, parts)


def main():
    with open(sys.argv[1] if len(sys.argv) > 1 else HERE / "results.json") as file:
        results = json.load(file)
    for operation in sorted({row["operation"] for row in results["rates"]}):
        bars(results, operation)
    curve(results)
    print(f"drawn: {HERE / 'plots'}")


if __name__ == "__main__":
    main()
