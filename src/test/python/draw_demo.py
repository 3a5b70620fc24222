"""Draws what a terminal shows of the demo: docs/demo.svg.

    pip install rich==14.1.0
    script -qec "stty cols 110; bin/imprint demo --once" /dev/null | python src/test/python/draw_demo.py docs/demo.svg

Leaves out most of the predictions, which are many, and says so by a line of dots; and what is not
the demo's own: TensorFlow's greeting, the line that is overwritten, the list of versions.
"""
import io
import re
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

WIDTH = 110
PREDICTIONS = 1  # shown after each line of another kind
NOT_OURS = re.compile(r"WARNING: All log|I0000 |— |\d{4}-\d\d-\d\dT|latency|model |labels ")


def lines(recording):
    shown, dots = 0, False
    for line in recording.replace("\r\n", "\n").split("\n"):
        line = line.split("\r")[-1]  # what stands at last where a line was overwritten
        plain = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", line)
        if plain.startswith("version "):
            return
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
        text = Text.from_ansi(line)
        text.truncate(WIDTH, overflow="ellipsis")
        yield text


def main():
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    console.print(Text("$ bin/imprint demo --once", style="bold"))
    for text in lines(sys.stdin.read()):
        console.print(text, no_wrap=True)
    svg = console.export_svg(title="bin/imprint demo")
    # Whatever font the reader has: a picture in a repository loads nothing from elsewhere.
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    Path(sys.argv[1]).write_text(svg)


main()
