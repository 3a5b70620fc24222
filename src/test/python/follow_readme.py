"""Follows the README's five minutes word for word: runs its blocks one after another.

    python follow_readme.py README.md

Runs in the working directory, which has bin/imprint; makes the pictures that a reader would have.
The service that the first block starts runs alongside the others, and is stopped at the end.
"""
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from random import Random

from learn_from_labels import picture

SECTION = "## Five minutes with Kafka"


def blocks(page):
    """Language and text of each fenced block of the section."""
    section = page.split(SECTION + "\n")[1].split("\n## ")[0]
    return re.findall(r"^```(\w+)\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)


def make_pictures():
    """Some of them, or all, may have been learned by themselves before the reader's training."""
    rng = Random(1)
    for label, kind in (("washer", "disc"), ("nut", "square")):
        Path("photos", label).mkdir(parents=True)
        for number in range(24):
            picture(kind, rng).save(Path("photos", label, f"{number}.jpg"), quality=90)
    picture("disc", rng).save("belt-17.jpg", quality=90)
    picture("square", rng).save("belt-18.jpg", quality=90)


def await_ready(service):
    deadline = time.monotonic() + 120
    while True:
        try:
            with urllib.request.urlopen("http://127.0.0.1:8080/health/ready", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError):
            if service.poll() is not None or time.monotonic() > deadline:
                raise SystemExit("the service does not get ready") from None
            time.sleep(0.2)


def run(language, text):
    print(f"-- {language}\n{text}", flush=True)
    command = {"sh": ["bash", "-euo", "pipefail", "-c", text],
               "python": [sys.executable, "-c", text]}[language]
    done = subprocess.run(command, timeout=180, stdout=subprocess.PIPE, text=True)
    print(done.stdout, flush=True)
    # A pipe's reader that has read enough ends the writer with SIGPIPE.
    if done.returncode not in (0, 141):
        raise SystemExit(f"exit code {done.returncode} of: {text}")
    return done.stdout


def main():
    (_, serve), *others = blocks(Path(sys.argv[1]).read_text())
    make_pictures()
    service = subprocess.Popen(serve.split("#")[0].split())
    started = time.monotonic()
    try:
        await_ready(service)
        print(f"ready after {time.monotonic() - started:.0f} s", flush=True)
        said = [run(language, text) for language, text in others if language != "json"]
    finally:
        service.terminate()
        service.wait(30)
    print(f"all followed after {time.monotonic() - started:.0f} s")
    told = "".join(said)
    for promised in ("promoted", '"image_id":"belt-17","label":"washer"', "nut ", " v1-"):
        if promised not in told:
            raise SystemExit(f"nothing printed {promised}")
    print("readme: %d passed, 0 failed" % (len(said) + 1))


if __name__ == "__main__":
    main()
