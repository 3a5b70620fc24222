"""Tests the deployment and makes each alert fire: operations PROMETHEUS_FOLDER [SCRATCH_FOLDER].

Seconds replace minutes in the alerts' waits and windows; see stand.FASTER.
"""

import sys
import tempfile
import time
import traceback
from pathlib import Path
from types import SimpleNamespace

import deployment
from faults import Faults
from stand import Belt, Stand

passed = failed = 0


def say(text):
    print(text, flush=True)


def check(test, *arguments):
    global passed, failed
    began = time.monotonic()
    name = test.__name__.replace("_", " ")
    try:
        test(*arguments)
        passed += 1
        say(f"ok   {name} ({time.monotonic() - began:.0f} s)")
        return True
    except Exception:
        failed += 1
        traceback.print_exc()
        say(f"FAIL {name}")
        return False


def live(tools):
    with Stand(tools) as stand:
        stand.start_broker()
        stand.imprint("topics", "create", "--config", "config/container.yaml",
                      IMPRINT_KAFKA=stand.kafka, IMPRINT_HTTP_AUTH="users")
        stand.start_service()
        stand.start_prometheus()
        belt = Belt(stand.kafka)
        stand.callback(belt.stop)
        faults = Faults(stand, belt, say)
        for test in faults.in_order():
            say(f"     {test.__name__.replace('_', ' ')}: {test.__doc__}")
            if not check(test):
                say("the faults after it need what it leaves; stopped")
                for name in ("service", "broker"):
                    say("".join((tools.scratch / f"{name}.log").read_text().splitlines(keepends=True)[-30:]))
                break


def main(prometheus, scratch):
    folder = Path(prometheus)
    tools = SimpleNamespace(
        bin=Path(sys.executable).parent,
        promtool=folder / "promtool",
        prometheus=folder / "prometheus",
        scratch=Path(scratch),
    )
    began = time.monotonic()
    for test in deployment.CHECKS:
        check(test, tools)
    live(tools)
    say(f"{time.monotonic() - began:.0f} s in all")
    say(f"operations: {passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) > 2:
        sys.exit(main(sys.argv[1], sys.argv[2]))
    with tempfile.TemporaryDirectory() as scratch:
        sys.exit(main(sys.argv[1], scratch))
