"""Draws the demo as in a terminal: docs/demo.svg, and docs/demo-80.txt and demo-40.txt as text.

    pip install rich==14.1.0
    script -qec "stty cols 80; bin/imprint demo --once" /dev/null >recording
    python src/test/python/draw_demo.py 80 docs/demo.svg docs/demo-80.txt <recording

Leaves out most of the many predictions, marking the gap with a line of dots, and anything that is
not the demo's own: TensorFlow's greeting and the status line, which is overwritten. The picture
leaves out the summary too. Fails if a line is wider than the terminal.
"""
import io
import re
import sys
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

PREDICTIONS = 1  # shown after each line of another kind
NOT_OURS = re.compile(r"WARNING: All log|I0000 |— |\d{4}-\d\d-\d\dT|Script ")
SUMMARY = re.compile(r"sent +\d")


def lines(recording):
    shown, dots = 0, False
    for line in recording.replace("\r\n", "\n").split("\n"):
        line = line.split("\r")[-1]  # the last state of an overwritten line
        plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", line)
        if NOT_OURS.match(plain):
            continue
        if re.match(r"belt-\d+ ", plain):
            shown += 1
            if shown > PREDICTIONS:
                dots = True
                continue
        else:
            if dots:
                yield Text("…", style="dim")
            shown, dots = 0, False
        yield Text.from_ansi(line)


def draw(shown, width):
    console = Console(record=True, width=width, file=io.StringIO(), force_terminal=True)
    for text in shown:
        console.print(text, no_wrap=True)
    svg = console.export_svg(title="bin/imprint demo")
    # Use the reader's own font: a picture in a repository cannot load one from elsewhere.
    return re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)


def main():
    width = int(sys.argv[1])
    shown = [Text("$ bin/imprint demo --once", style="bold"), *lines(sys.stdin.read())]
    while not shown[-1].plain.strip():
        shown.pop()
    for text in shown:
        if cell_len(text.plain) > width:
            raise SystemExit(f"wider than {width} columns: {text.plain}")
    summary = next(i for i, text in enumerate(shown) if SUMMARY.match(text.plain))
    for name in sys.argv[2:]:
        if name.endswith(".svg"):
            Path(name).write_text(draw(shown[: summary - 1], width))
        else:
            Path(name).write_text("".join(text.plain.rstrip() + "\n" for text in shown))


main()
