"""A service with an embedded broker or one of its own, and pictures for it."""

import io
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))
from learn_from_labels import LABELS, picture  # noqa: E402

IMPRINT = os.environ.get("IMPRINT", "bin/imprint")
PATIENCE = 120


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def until(what, true, seconds=PATIENCE):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"not after {seconds} s: {what}"
        time.sleep(0.2)


class Service:
    def __init__(self, scratch, broker=None):
        """With a broker in its own process, unless one is given."""
        scratch.mkdir(parents=True, exist_ok=True)
        self.scratch = scratch
        self.broker = broker
        self.kafka_port = broker.kafka_port if broker else free_port()
        self.http_port = free_port()
        self.url = f"http://localhost:{self.http_port}"
        self.rng = random.Random(1)
        self.options = []
        self.process = None

    def start(self):
        kafka = (["--bootstrap-server", f"localhost:{self.kafka_port}"] if self.broker
                 else ["--embedded", "--bootstrap-port", str(self.kafka_port)])
        with open(self.scratch / "service.log", "a") as log:
            self.process = subprocess.Popen(
                [IMPRINT, "serve", *kafka, "--http-port", str(self.http_port),
                 "--data", str(self.scratch / "data"), *self.options],
                stderr=log)
        until("the service is ready", self.is_ready)

    def is_ready(self):
        try:
            with urllib.request.urlopen(self.url + "/health/ready") as answer:
                return answer.status == 200
        except OSError:
            return False

    def stop(self):
        self.end(signal.SIGTERM)

    def end(self, how):
        self.process.send_signal(how)
        self.process.wait(PATIENCE)

    def restart(self, settings=None):
        """With these settings under http."""
        self.stop()
        self.options = []
        if settings:
            file = self.scratch / "settings.yaml"
            file.write_text(settings)
            self.options = ["--config", str(file)]
        self.start()

    def imprint(self, *arguments, stdin=None):
        return self.command(*arguments, "--bootstrap-server", f"localhost:{self.kafka_port}", stdin=stdin)

    def command(self, *arguments, stdin=None):
        command = [IMPRINT, *map(str, arguments)]
        return subprocess.run(command, input=stdin, check=True, capture_output=True, timeout=PATIENCE)

    def draw(self, name, each):
        """A folder with a folder of pictures for each label."""
        folder = self.scratch / name
        for label in LABELS:
            (folder / label).mkdir(parents=True)
            for number in range(each):
                picture(label, self.rng).save(folder / label / f"{name}-{number}.jpg", quality=90)
        return folder

    def send(self, folder, *options):
        self.imprint("send", *options, folder)

    def send_bytes(self, image_id, content):
        self.imprint("send", "--id", image_id, "-", stdin=content)

    def one_picture(self, image_id):
        file = io.BytesIO()
        picture(LABELS[0], self.rng).save(file, "JPEG")
        self.send_bytes(image_id, file.getvalue())


class Broker(Service):
    """A broker in a process of its own: that of an idle service, which gets no pictures."""

    def __init__(self, scratch):
        super().__init__(scratch)
        settings = scratch / "broker.yaml"
        settings.write_text(json.dumps({  # JSON is YAML
            "application_id": "idle", "topics": {"prefix": "idle-"}, "training": {"enabled": False},
            "serving": {"threads": 1}}))
        self.options = ["--config", str(settings)]
