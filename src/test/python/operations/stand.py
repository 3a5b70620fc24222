"""A broker, a service, a Prometheus and a belt of pictures, all real and on loopback."""

import contextlib
import io
import json
import os
import random
import re
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

import requests
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient
from deployment import PROMETHEUS, ROOT
from PIL import Image, ImageDraw

IMPRINT = ROOT / "bin/imprint"
# The rules wait minutes, so that nobody is woken for nothing; here, seconds replace minutes.
# Nothing else in them is changed.
FASTER = [(r"for: \d+m", "for: 3s")] + [
    (re.escape(f"[{window}]"), f"[{fast}]")
    for window, fast in (("5m", "10s"), ("10m", "10s"), ("15m", "25s"), ("1h", "15s"), ("1d", "90s"))
]
LABELS = ("circle", "square", "triangle")


def until(what, condition, patience=60):
    """Polls until there is an answer, and returns it."""
    deadline = time.monotonic() + patience
    while True:
        answer = condition()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"not within {patience} s: {what}"
        time.sleep(0.1)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Process:
    """A program whose output goes to a file; it ends with the stand."""

    def __init__(self, name, log, *command, **environment):
        self.name, self.log = name, log
        with open(log, "ab") as out:
            self.popen = subprocess.Popen(
                [str(c) for c in command], stdout=out, stderr=out, cwd=ROOT,
                env={**os.environ, **environment},
            )

    def end(self, how=signal.SIGTERM, patience=40):
        if self.popen.poll() is None:
            self.popen.send_signal(how)
        return self.popen.wait(patience)


class Prometheus:
    def __init__(self, url):
        self.url = url

    def query(self, expr):
        answer = requests.get(f"{self.url}/api/v1/query", params={"query": expr}, timeout=10).json()
        assert answer["status"] == "success", f"{expr}: {answer.get('error')}"
        return answer["data"]["result"]

    def firing(self, alert, **labels):
        """Whether it fires, with these labels."""
        wanted = "".join(f',{k}="{v}"' for k, v in labels.items())
        return self.query(f'ALERTS{{alertname="{alert}",alertstate="firing"{wanted}}}')

    def names(self):
        return requests.get(f"{self.url}/api/v1/label/__name__/values", timeout=10).json()["data"]


class Belt:
    """Sends drawn pictures, and a second later their labels, according to its current settings."""

    def __init__(self, kafka, seed=7):
        self.producer = Producer({"bootstrap.servers": kafka, "linger.ms": 5, "log_level": 2})
        self.random = random.Random(seed)
        self.rate = 8
        self.labels = True
        # Whether the lens is covered.
        self.covered = False
        self.count = 0
        self.sent = []
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while not self.stopped.wait(1 / self.rate):
            label = self.random.choice(LABELS)
            image = f"belt-{self.count}"
            self.count += 1
            covered = self.covered
            self.producer.produce("images", key=image, value=self.black() if covered else self.picture(label))
            self.sent.append((image, label, covered))
            if self.labels and len(self.sent) > self.rate:
                self.label(*self.sent[-1 - self.rate])
            self.producer.poll(0)

    def label(self, image, label, covered):
        # An inspector who sees nothing can say that it is wrong, but not what it is.
        value = {"verdict": "incorrect"} if covered else {"label": label}
        self.producer.produce("feedback", key=image, value=json.dumps({**value, "who": "inspector"}))

    def black(self):
        return jpeg(Image.new("RGB", (96, 96), (self.random.randrange(9),) * 3))

    def picture(self, label):
        shade = self.random.randrange(150, 240)
        image = Image.effect_noise((96, 96), 40).convert("RGB")
        draw = ImageDraw.Draw(image)
        size, x, y = self.random.randint(22, 34), self.random.randint(38, 58), self.random.randint(38, 58)
        box = (x - size, y - size, x + size, y + size)
        colour = (shade, self.random.randrange(90), self.random.randrange(90))
        if label == "circle":
            draw.ellipse(box, fill=colour)
        elif label == "square":
            draw.rectangle(box, fill=colour)
        else:
            draw.polygon(((x, y - size), (x - size, y + size), (x + size, y + size)), fill=colour)
        return jpeg(image)

    def stop(self):
        self.stopped.set()
        self.thread.join(10)
        self.producer.flush(10)


def jpeg(image):
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()


class Stand(contextlib.ExitStack):
    def __init__(self, tools):
        super().__init__()
        self.tools = tools
        self.scratch = tools.scratch
        self.kafka_port, self.http_port, self.broker_http, self.prometheus_port = (free_port() for _ in range(4))
        self.kafka = f"127.0.0.1:{self.kafka_port}"
        self.prometheus = Prometheus(f"http://127.0.0.1:{self.prometheus_port}")
        # 127.0.0.1, not 0.0.0.0, and learning only on command, so that causes are known.
        self.settings(
            "service", kafka={"bootstrap_servers": self.kafka}, learning={"feedback_wait_seconds": 2},
            training={"new_labels": 0, "max_wait_minutes": 0}, sampling={"random": 0.5},
        )
        # It provides its broker and gets no pictures.
        self.settings(
            "broker", application_id="idle", topics={"prefix": "idle-"}, training={"enabled": False},
            serving={"threads": 1}, log={"level": "error"},
        )

    def settings(self, name, **sections):
        path = self.scratch / f"{name}.yaml"
        path.write_text(json.dumps(sections))  # JSON is YAML
        return path

    def start(self, name, *command, **environment):
        process = Process(name, self.scratch / f"{name}.log", *command, **environment)
        self.callback(lambda: process.end(signal.SIGKILL))
        return process

    def start_broker(self):
        self.broker = self.start(
            "broker", IMPRINT, "serve", "--embedded", "--config", self.scratch / "broker.yaml",
            "--data", self.scratch / "broker", "--bootstrap-port", self.kafka_port,
            "--http-port", self.broker_http, IMPRINT_JAVA_OPTS="-Xmx384m",
        )
        self.await_http("broker", self.broker_http, self.broker)
        self.admin = AdminClient({"bootstrap.servers": self.kafka, "log_level": 2})

    def start_service(self, settings="service", heap="512m"):
        self.service = self.start(
            "service", IMPRINT, "serve", "--config", self.scratch / f"{settings}.yaml",
            "--data", self.scratch / "data", "--http-port", self.http_port, IMPRINT_JAVA_OPTS=f"-Xmx{heap}",
        )
        self.await_http("service", self.http_port, self.service)

    def await_http(self, name, port, process, patience=90):
        def ready():
            assert process.popen.poll() is None, f"{name} ended: see {process.log}"
            with contextlib.suppress(requests.RequestException):
                return requests.get(f"http://127.0.0.1:{port}/health/ready", timeout=5).ok
        until(f"{name} is ready", ready, patience)

    def start_prometheus(self):
        text = (PROMETHEUS / "rules.yml").read_text()
        for pattern, fast in FASTER:
            text = re.sub(pattern, fast, text)
        (self.scratch / "rules.yml").write_text(text)
        config = (PROMETHEUS / "prometheus.yml").read_text()
        for slow, fast in (("15s", "2s"), ("imprint:8080", f"127.0.0.1:{self.http_port}"),
                           ("localhost:9090", f"127.0.0.1:{self.prometheus_port}")):
            assert slow in config
            config = config.replace(slow, fast)
        (self.scratch / "prometheus.yml").write_text(config)
        self.start(
            "prometheus", self.tools.prometheus, f"--config.file={self.scratch / 'prometheus.yml'}",
            f"--storage.tsdb.path={self.scratch / 'tsdb'}", f"--web.listen-address=127.0.0.1:{self.prometheus_port}",
        )
        until("Prometheus scrapes the service", lambda: self.scraped(), 30)

    def scraped(self):
        with contextlib.suppress(requests.RequestException):
            return self.prometheus.query('up{job="imprint"} == 1')

    def imprint(self, *arguments, code=0, **environment):
        """Runs a shell command; returns its output."""
        done = subprocess.run(
            [str(IMPRINT), *map(str, arguments)], capture_output=True, text=True, cwd=ROOT, timeout=120,
            env={**os.environ, **environment},
        )
        assert done.returncode in (code if isinstance(code, tuple) else (code,)), (
            f"imprint {arguments}: {done.returncode}: {done.stdout}{done.stderr}"
        )
        return done.stdout

    def with_kafka(self, *arguments, **more):
        return self.imprint(*arguments, "--bootstrap-server", self.kafka, **more)

    def health(self):
        return requests.get(f"http://127.0.0.1:{self.http_port}/health", timeout=5).json()

    def version(self):
        return self.prometheus.query("imprint_model_info")[0]["metric"]["version"]
