"""Draws the dashboards from a Prometheus' data on the demo: draw PROMETHEUS_FOLDER OUT_FOLDER.

The demo learns ten versions or more; broken pictures, and labels of no image, are sent as well.
"""

import json
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace

from confluent_kafka import Producer
from dashboards import draw_all
from deployment import ROOT
from stand import IMPRINT, Stand, until

MINUTES = 4


def main(prometheus, folder):
    with tempfile.TemporaryDirectory() as scratch:
        with Stand(SimpleNamespace(prometheus=Path(prometheus) / "prometheus", scratch=Path(scratch))) as stand:
            stand.service = stand.start(
                "demo", IMPRINT, "demo", "--http-port", stand.http_port, "--bootstrap-port", stand.kafka_port
            )
            stand.start_prometheus()
            began = time.monotonic()
            producer = Producer({"bootstrap.servers": stand.kafka})
            picture = (ROOT / "src/test/resources/pictures/cmyk.jpg").read_bytes()

            def enough():
                """Sends something invalid now and then, in the third minute."""
                minutes = (time.monotonic() - began) / 60
                if 2 < minutes < 2.6:
                    number = f"bad-{time.monotonic_ns()}"
                    producer.produce("images", key=number, value=picture[:3000])
                    producer.produce("feedback", key=number, value=json.dumps({"label": ""}))
                    producer.poll(1)
                return minutes > MINUTES

            until("enough to draw", enough, 60 * MINUTES + 30)
            draw_all(stand.prometheus.url, folder, MINUTES)


if __name__ == "__main__":
    main(*sys.argv[1:])
