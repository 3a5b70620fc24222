"""Whether the interface does what /api/v1/openapi.json says, by Schemathesis."""

import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path

DOCUMENT = "/api/v1/openapi.json"
SECONDS = 45


def streams(document):
    """Paths of server-sent events: valid requests for them never end."""
    return [path for path, operations in document["paths"].items()
            if any("text/event-stream" in operation["responses"]["2XX"]["content"]
                   for operation in operations.values())]


def does_what_its_description_says(browser, service, shots):
    token, line = service.command("users", "token", "contract", "--role", "operate").stdout.decode().splitlines()
    service.restart("http:\n  tokens:\n  " + line)
    try:
        asked = urllib.request.Request(service.url + DOCUMENT, headers={"Authorization": f"Bearer {token}"})
        with urllib.request.urlopen(asked) as answer:
            document = json.load(answer)
        file = service.scratch / "openapi.json"
        file.write_text(json.dumps(document))
        without = [part for path in streams(document) for part in ("--exclude-path", path)]
        command = Path(sys.executable).parent / "schemathesis"
        done = subprocess.run(
            [command, "--config-file", Path(__file__).parent / "schemathesis.toml", "run", file,
             "--url", service.url, "--checks", "all", "--max-time", str(SECONDS), *without],
            cwd=service.scratch, capture_output=True, text=True, timeout=4 * SECONDS,
            env={**os.environ, "IMPRINT_TOKEN": token})
        tested = [each.strip() for each in done.stdout.splitlines() if "Tested:" in each or "generated," in each]
        print("     ", *tested)
        assert done.returncode == 0, done.stdout
    finally:
        service.restart()


TESTS = (does_what_its_description_says,)
