"""Runs the examples in docs/events.md against a service that has been used and has learned.

    python check_events.py HOST:PORT FOLDER       from the repository's root

The commands (sh) run in FOLDER, with the test's broker in place of localhost:9092. Python and Go
must be quoted from examples/, whose programs the caller runs. A record (json TOPIC) must have the
fields of one that the service wrote to that topic, or must be valid feedback.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import textwrap
import time

from confluent_kafka import Consumer, Producer, TopicPartition

ROOT = pathlib.Path(__file__).parents[3]
sys.path.insert(0, str(ROOT / "examples" / "python"))
import single_object  # noqa: E402

DOCUMENT = ROOT / "docs" / "events.md"
servers, folder = sys.argv[1], pathlib.Path(sys.argv[2])


def records(topic):
    """All current records of a topic."""
    consumer = Consumer({"bootstrap.servers": servers, "group.id": "check", "enable.auto.commit": False,
                         "enable.partition.eof": True, "auto.offset.reset": "earliest"})
    partitions = consumer.list_topics(topic, 10).topics[topic].partitions
    consumer.assign([TopicPartition(topic, partition, 0) for partition in partitions])
    found, open_ones, deadline = [], set(partitions), time.monotonic() + 30
    while open_ones:
        assert time.monotonic() < deadline, f"{topic} was not read to its end"
        message = consumer.poll(1)
        if message is not None and message.error():
            open_ones.discard(message.partition())
        elif message is not None:
            found.append(message)
    consumer.close()
    return found


def fields(value):
    """A record's fields, with nested ones; a list counts as its first element."""
    if isinstance(value, list):
        return fields(value[0]) if value else None
    return {name: fields(inner) for name, inner in value.items()} if isinstance(value, dict) else None


def check_record(topic, text):
    example = fields(json.loads(text))
    if topic == "feedback":  # everything that is allowed, so the schema's fields
        names = {f["name"] for f in json.loads((ROOT / "schemas/feedback.avsc").read_text())["fields"]}
        assert set(example) <= names, f"{set(example) - names} are no fields of feedback"
        return
    real = [fields(json.loads(r.value())) for r in records(topic) if r.value()]
    assert example in real, f"{topic}: no record has the fields {example}; there are {real[:3]}"


def check_quote(suffix, text):
    """A part of a file, except for its indentation."""
    quote = textwrap.dedent(text.expandtabs(4)).strip()
    for file in (ROOT / "examples").rglob(f"*{suffix}"):
        lines = file.read_text().expandtabs(4).splitlines()
        count = len(quote.splitlines())
        if any(textwrap.dedent("\n".join(lines[i:i + count])).strip() == quote for i in range(len(lines))):
            return
    raise AssertionError(f"not in examples/*{suffix}:\n{quote}")


def run(text):
    script = text.replace("localhost:9092", servers)
    path = f"{pathlib.Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=folder, timeout=60,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          env={**os.environ, "PATH": path})
    assert done.returncode == 0, f"{script}\n{done.stdout[-1000:]}\n{done.stderr[-1000:]}"
    assert "kcat -C" not in script or done.stdout.strip(), f"nothing was printed by\n{script}"


def await_(what, condition):
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, f"not within 60 s: {what}"
        time.sleep(0.2)


def check_avro_feedback():
    producer = Producer({"bootstrap.servers": servers})
    feedback = {"label": "Avro", "who": "check", "why": "random"}
    producer.produce("feedback", key="belt-17",
                     value=single_object.encode(feedback, ROOT / "schemas/feedback.avsc"))
    assert producer.flush(10) == 0, "not sent"
    await_("the label that was sent in Avro", lambda: any(
        r.key() == b"belt-17" and r.value() and json.loads(r.value())["label"] == "Avro"
        for r in records("labels")))


def check_rollback():
    """A client rolls back with a command, and back again."""
    producer = Producer({"bootstrap.servers": servers})
    for name in ("back", "and-again"):
        command = {"id": name, "kind": "rollback", "expires_at": "2100-01-01T00:00:00Z", "by": "check"}
        producer.produce("commands", key=name, value=json.dumps(command))
        assert producer.flush(10) == 0, "not sent"
        await_(f"the answer to the command {name}", lambda: any(
            r.key() == name.encode() and json.loads(r.value()).get("state") == "done"
            for r in records("commands")))


def check_version():
    """Everything the service writes to these topics names its release."""
    for topic in ("predictions", "outcomes", "labels", "pictures", "images.dlq", "models"):
        for record in records(topic):
            named = [value for name, value in record.headers() or [] if name == "imprint.version"]
            assert len(named) == 1 and named[0], f"{topic}: {record.key()} has imprint.version {named}"


def check_tables(document):
    for name in ("image-event", "prediction", "feedback"):
        header = single_object.header(ROOT / f"schemas/{name}.avsc").hex()
        line = f"| {name}.avsc | `{header[:4]} {header[4:]}` |"
        assert line in document, f"missing: {line}"
    named = set(re.findall(r"`((?:imprint\.|__streams\.errors\.)\w[\w.]*)`",
                           document.split("## Dead letters")[1].split("```")[0]))
    for letter in records("images.dlq"):
        real = {name for name, _ in letter.headers()} - {"imprint.version"}
        assert named == real, f"dead letters have {real}, the document names {named}"


def main():
    document = DOCUMENT.read_text()
    blocks = re.findall(r"^```(\w+) ?(\S*)\n(.*?)^```$", document, re.M | re.S)
    assert len(blocks) == document.count("\n```") / 2, "a block that is not understood"
    # Records last: they are compared with those that the commands caused, too.
    for language, topic, text in sorted(blocks, key=lambda block: block[0] == "json"):
        if language == "sh":
            run(text)
        elif language == "json":
            check_record(topic, text)
        else:
            check_quote({"python": ".py", "go": ".go"}[language], text)
    check_version()
    check_tables(document)
    check_avro_feedback()
    await_("the answer to the command", lambda: any(
        r.key() == b"night-1" and json.loads(r.value()).get("state") in ("done", "refused")
        for r in records("commands")))
    check_rollback()
    print(f"docs/events.md: {len(blocks)} examples hold")


main()
