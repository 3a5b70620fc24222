"""Draws the dashboards roughly as Grafana would, if it is not available: each panel's queries, run
against a Prometheus, at the panel's position."""

import json
import math
import time
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.dates as mdates
import matplotlib.pyplot as plt
import requests
from deployment import DASHBOARDS
from matplotlib.ticker import FuncFormatter, MaxNLocator

COLOURS = {"green": "#56a64b", "yellow": "#e0b400", "red": "#c4162a", "blue": "#3274d9", "transparent": "#ffffff00"}
BACK, PAPER, TEXT, GRID = "#111217", "#181b1f", "#ccccdc", "#2c2f36"
STEP = 5
# Under a panel.
MOST_NAMES = 8
# Grafana's variables; narrow, for a run of minutes.
VARIABLES = {"$__rate_interval": "20s", "$instance": ".+", "$window": "45s"}


def filled(expr):
    for name, value in VARIABLES.items():
        expr = expr.replace(name, value)
    return expr


class Prometheus:
    def __init__(self, url, start, end):
        self.url, self.start, self.end = url, start, end

    def get(self, path, **params):
        answer = requests.get(f"{self.url}/api/v1/{path}", params=params, timeout=30).json()
        if answer["status"] != "success":
            raise SystemExit(f"{params}: {answer.get('error')}")
        return answer["data"]["result"]

    def series(self, target):
        """[(name, times, values)], with a gap where there is no value."""
        found = self.get(
            "query_range", query=filled(target["expr"]), start=self.start, end=self.end, step=STEP
        )
        times = [self.start + i * STEP for i in range(int((self.end - self.start) // STEP) + 1)]
        result = []
        for one in found:
            at = {round(float(t)): float(v) for t, v in one["values"]}
            values = [at.get(round(t), math.nan) for t in times]
            if any(not math.isnan(v) for v in values):
                result.append((legend(target, one["metric"]), times, values))
        return sorted(result, key=lambda s: natural(s[0]))

    def instant(self, target):
        found = self.get("query", query=filled(target["expr"]), time=self.end)
        return [(legend(target, one["metric"]), float(one["value"][1])) for one in found]


def legend(target, labels):
    text = target["legendFormat"]
    for name, value in labels.items():
        text = text.replace("{{" + name + "}}", value)
    return text


def natural(name):
    """Sorts v10 after v9."""
    head = name[1:].split("-")[0]
    return (0, int(head), name) if name.startswith("v") and head.isdigit() else (1, 0, name)


def shown(value, defaults):
    unit = defaults.get("unit", "short")
    if math.isnan(value):
        return "–"
    if unit == "percentunit":
        return f"{value * 100:.{defaults.get('decimals', 0)}f} %"
    if unit == "bytes":
        return f"{value / 2**20:.0f} MiB"
    if unit == "s":
        return f"{value * 1000:.0f} ms" if abs(value) < 1 else f"{value:.1f} s"
    digits = defaults.get("decimals")
    number = f"{value:.{digits}f}" if digits is not None else f"{value:,.3g}" if value < 1000 else f"{value:,.0f}"
    return number + (" /s" if unit == "cps" else "")


def colour(value, defaults):
    chosen = "blue"
    for step in defaults.get("thresholds", {}).get("steps", []):
        if step["value"] is None or value >= step["value"]:
            chosen = step["color"]
    return COLOURS[chosen]


def stat(axes, panel, prometheus):
    defaults = panel["fieldConfig"]["defaults"]
    results = [r for target in panel["targets"] for r in prometheus.instant(target)]
    results = [(n, v) for n, v in results if not math.isnan(v)]
    if not results:
        text, fill = defaults.get("noValue", "no data"), GRID
    elif panel["options"].get("textMode") == "name":
        text, fill = "\n".join(name for name, _ in results), COLOURS["blue"]
    elif panel["options"].get("textMode") == "value_and_name":
        text = "\n".join(f"{shown(value, defaults)} {name}" for name, value in results)
        fill = colour(results[0][1], defaults)
    else:
        value = results[0][1]
        texts = {k: o["text"] for m in defaults.get("mappings", []) for k, o in m["options"].items()}
        text, fill = texts.get(f"{value:g}", shown(value, defaults)), colour(value, defaults)
    axes.set_facecolor(fill)
    axes.set_xticks([])
    axes.set_yticks([])
    size = 19 if len(text) < 9 else 12
    axes.text(0.5, 0.5, text, ha="center", va="center", color="white", fontsize=size, fontweight="bold")


def timeseries(axes, panel, prometheus):
    defaults = panel["fieldConfig"]["defaults"]
    custom = defaults.get("custom", {})
    overrides = panel["fieldConfig"]["overrides"]
    series = [s for target in panel["targets"] for s in prometheus.series(target)]
    own = [s for s in series if not (overrides and s[0].startswith("threads"))]
    stacked = "stacking" in custom
    base = [0.0] * len(series[0][1]) if series else []
    palette = plt.get_cmap("tab10" if len(series) <= 10 else "tab20").colors
    for i, (name, times, values) in enumerate(own):
        at = [t / 86400 for t in times]
        paint = palette[i % len(palette)]
        if not stacked:
            axes.plot(at, values, color=paint, linewidth=1.4, label=name)
            continue
        top = [b + (0 if math.isnan(v) else v) for b, v in zip(base, values)]
        if custom.get("drawStyle") == "bars":
            heights = [t - b for t, b in zip(top, base)]
            axes.bar(at, heights, bottom=base, width=STEP / 86400, color=paint, label=name)
        else:
            axes.fill_between(at, base, top, color=paint, alpha=0.75, linewidth=0, label=name)
        base = top
    if custom.get("thresholdsStyle"):
        limit = defaults["thresholds"]["steps"][-1]["value"]
        axes.axhline(limit, color=COLOURS["red"], linewidth=1, linestyle="--")
        if own and max(v for s in own for v in s[2] if not math.isnan(v)) < limit / 5:
            axes.set_ylim(0, limit * 1.1)
            axes.set_yscale("symlog", linthresh=0.1)
            axes.set_yticks([0, 0.05, 0.1, 0.5, 1, 5])
            axes.minorticks_off()
    elif "max" in defaults:
        axes.set_ylim(defaults.get("min"), defaults["max"] * 1.03)
    elif "min" in defaults:
        axes.set_ylim(bottom=defaults["min"])
    if not series:
        axes.set_ylim(0, 1)
        axes.text(0.5, 0.5, defaults.get("noValue", "no data"), transform=axes.transAxes, color=TEXT, ha="center")
    if not custom.get("thresholdsStyle"):
        axes.yaxis.set_major_locator(MaxNLocator(4))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: shown(v, defaults)))
    right(axes, [s for s in series if s not in own])
    clock(axes, prometheus)
    swaps(axes, prometheus)
    named(axes)


def right(axes, series):
    """Draws the series with another unit, according to an override."""
    if not series:
        return
    other = axes.twinx()
    for name, times, values in series:
        other.plot([t / 86400 for t in times], values, color="#b877d9", linewidth=1.2)
        axes.plot([], [], color="#b877d9", label=name + " (right)")
    other.set_ylim(bottom=0)
    other.tick_params(colors=TEXT, labelsize=7, length=0)


def named(axes):
    handles, labels = axes.get_legend_handles_labels()
    handles, labels = handles[:MOST_NAMES], labels[:MOST_NAMES]
    if labels:
        axes.legend(
            handles, labels, loc="upper center", bbox_to_anchor=(0.5, -0.13), fontsize=6.5, frameon=False,
            ncols=4, labelcolor=TEXT, handlelength=1, columnspacing=1,
        )


def clock(axes, prometheus):
    axes.set_xlim(prometheus.start / 86400, prometheus.end / 86400)
    axes.xaxis.set_major_locator(MaxNLocator(6))
    axes.xaxis.set_major_formatter(mdates.DateFormatter("%H:%M"))
    axes.xaxis.set_major_locator(mdates.MinuteLocator(interval=max(1, int((prometheus.end - prometheus.start) // 360))))
    axes.grid(color=GRID, linewidth=0.6)


def swaps(axes, prometheus):
    for at in prometheus.swaps:
        axes.axvline(at / 86400, color="#b877d9", linewidth=0.8, linestyle=":")


def states(axes, panel, prometheus):
    defaults = panel["fieldConfig"]["defaults"]
    series = [s for target in panel["targets"] for s in prometheus.series(target)]
    for row, (_, times, values) in enumerate(series):
        for at, value in zip(times, values):
            if not math.isnan(value):
                axes.barh(row, STEP / 86400, left=at / 86400, height=0.7, color=colour(value, defaults))
    axes.set_yticks(range(len(series)), [s[0] for s in series])
    axes.invert_yaxis()
    clock(axes, prometheus)


def bargauge(axes, panel, prometheus):
    defaults = panel["fieldConfig"]["defaults"]
    bars = [r for target in panel["targets"] for r in prometheus.instant(target)]
    axes.barh([b[0] for b in bars], [b[1] for b in bars], color=[colour(b[1], defaults) for b in bars], height=0.7)
    for row, (_, value) in enumerate(bars):
        axes.text(value, row, f" {value:g}", color=TEXT, va="center", fontsize=8)
    axes.invert_yaxis()
    axes.set_xticks([])
    axes.margins(x=0.12)


KINDS = {"stat": stat, "timeseries": timeseries, "state-timeline": states, "bargauge": bargauge}


def draw(board, prometheus, out):
    rows = max(p["gridPos"]["y"] + p["gridPos"]["h"] for p in board["panels"])
    width, height = 16.0, 0.42 * rows + 0.7
    figure = plt.figure(figsize=(width, height), facecolor=BACK)
    figure.text(0.012, 1 - 0.3 / height, board["title"], color="white", fontsize=15, fontweight="bold", va="center")
    figure.text(0.2, 1 - 0.3 / height, board["description"], color=TEXT, fontsize=10, va="center")
    for panel in board["panels"]:
        place = panel["gridPos"]
        small = panel["type"] == "stat"
        inch = (height - 0.7) / rows
        left = (place["x"] + (0.12 if small else 1.15)) / 24.4 + 0.004
        # An axis on the right needs room for its labels.
        spare = 0.24 if small else 2.0 if panel["fieldConfig"]["overrides"] else 1.45
        if panel["type"] in ("state-timeline", "bargauge"):
            left, spare = left + 0.014, spare + 0.35
        bottom = height - 0.6 - inch * (place["y"] + place["h"]) + (0.1 if small else 0.62)
        size = ((place["w"] - spare) / 24.4, (inch * place["h"] - (0.5 if small else 1.05)) / height)
        axes = figure.add_axes((left, bottom / height, *size), facecolor=PAPER)
        axes.set_title(panel["title"], color="white", fontsize=9.5, loc="left", pad=5)
        axes.tick_params(colors=TEXT, labelsize=7, length=0)
        for spine in axes.spines.values():
            spine.set_visible(False)
        KINDS[panel["type"]](axes, panel, prometheus)
    figure.savefig(out, dpi=85, facecolor=BACK, pil_kwargs={"optimize": True})
    plt.close(figure)
    print(f"{out}: {len(board['panels'])} panels, {out.stat().st_size // 1024} KB")


def draw_all(url, folder, minutes):
    """Draws each dashboard over the last minutes."""
    end = time.time() // STEP * STEP
    prometheus = Prometheus(url, end - 60 * minutes, end)
    counted = prometheus.series({"expr": "sum(imprint_swaps_total)", "legendFormat": ""})
    steps = [list(zip(t, v, v[1:])) for _, t, v in counted]
    prometheus.swaps = [t + STEP for one in steps for t, a, b in one if b > a]
    for file in DASHBOARDS:
        draw(json.loads(file.read_text()), prometheus, Path(folder) / f"{file.stem}.png")
