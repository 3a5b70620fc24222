"""A broker, the service or the version that serves goes away while people label: nothing is lost, and no tab
is loaded again.

Each label that is given stands on the topic of feedback once, as long as the service itself runs; if that is
restarted meanwhile, one whose answer was lost may stand there twice, which learning ignores.
"""

import contextlib
import json
import os
import re
import signal
import subprocess
import time
from collections import Counter

from confluent_kafka import Consumer, TopicPartition
from playwright.sync_api import expect

from browser import Page, log_in
from service import IMPRINT, LABELS, Broker, Service, until
from teach import answer, current, waiting
from versions import command, row

AWAY_SECONDS = float(os.environ.get("AWAY_SECONDS", "12"))
BACK_MS = 60_000
PASSWORD = "correct horse battery"

# What is given in a tab, and whether the tab is still the same.
LISTEN = """() => {
  window.given = [];
  const set = Storage.prototype.setItem;
  Storage.prototype.setItem = function (key, value) {
    if (key.startsWith('imprint.label.')) {
      window.given.push(JSON.parse(value));
    }
    set.call(this, key, value);
  };
}"""


@contextlib.contextmanager
def stand(scratch):
    """A broker and a service, each in a process of its own, with a user whose logins outlive both."""
    broker = Broker(scratch / "broker")
    broker.start()
    service = Service(scratch / "service", broker)
    try:
        key = scratch / "key"
        key.write_bytes(os.urandom(32))
        user = service.command("users", "password", "ada", "--stdin", stdin=PASSWORD.encode()).stdout.decode()
        settings = scratch / "service.yaml"
        settings.write_text(f"http:\n  session_key_file: {key}\n  users:\n  {user}")
        service.imprint("topics", "create")
        service.options = ["--config", str(settings)]
        service.start()
        yield service
    finally:
        for each in (service, broker):
            if each.process:
                each.process.send_signal(signal.SIGCONT)
                each.end(signal.SIGKILL)


class Tabs:
    """A person's browser: two tabs that ask for labels, and one each that shows pictures and versions."""

    def __init__(self, browser, service):
        self.browser, self.service = Page(browser, service), service
        self.teaching, self.others = [], {}

    def __enter__(self):
        for each in (self.service.broker, self.service):  # a test that failed may have left them so
            each.process.send_signal(signal.SIGCONT)
            if each.process.poll() is not None:
                each.start()
        self.browser.open()
        log_in(self.browser.page, "ada", PASSWORD)
        expect(self.browser.page.get_by_role("navigation", name="Views")).to_be_visible()
        self.watch = self.browser.page
        self.versions = self.tab("#/versions")
        self.teaching = [self.tab("#/teach"), self.tab("#/teach")]
        for page in (self.watch, self.versions):
            page.evaluate("window.given = []")
        return self

    def tab(self, view):
        page = self.browser.tab()
        page.goto(self.service.url + "/" + view)
        page.evaluate(LISTEN)
        return page

    def label(self, count):
        """In both tabs that ask, in turn."""
        for number in range(count):
            page = self.teaching[number % len(self.teaching)]
            page.bring_to_front()
            expect(current(page)).to_be_visible(timeout=BACK_MS)
            answer(page)

    def all_sent(self):
        until("all labels are sent", lambda: waiting(self.teaching[0]) == 0)

    def given(self):
        """What was said, as it is to be found on Kafka; fails if a tab was loaded again."""
        said = [each for page in self.teaching for each in page.evaluate("window.given")]
        for page in (self.watch, self.versions):
            assert page.evaluate("window.given.length") == 0
        return Counter((each["image_id"], each.get("label"), each.get("verdict"), each["at"]) for each in said)

    def __exit__(self, *failure):
        # The browser reports each request that fails meanwhile, by its status or by the connection.
        self.browser.complaints = [each for each in self.browser.complaints if "Failed to load" not in each]
        self.browser.__exit__(*failure)


def on_kafka(service):
    """What people said, by the topic of feedback."""
    consumer = Consumer({
        "bootstrap.servers": f"localhost:{service.kafka_port}", "group.id": "counts", "enable.auto.commit": False,
        "enable.partition.eof": True, "auto.offset.reset": "earliest"})
    partitions = consumer.list_topics("feedback", timeout=20).topics["feedback"].partitions
    consumer.assign([TopicPartition("feedback", each, 0) for each in partitions])
    said, ended = Counter(), 0
    while ended < len(partitions):
        record = consumer.poll(20)
        assert record is not None, "Kafka does not answer"
        if record.error():
            ended += 1
            continue
        value = json.loads(record.value())
        said[(value["image_id"], value["label"], value["verdict"], value["at"])] += 1
    consumer.close()
    return said


def pictures(service, name, each=30):
    service.send(service.draw(name, each))


def stands_once(tabs, service):
    given, stored = tabs.given(), on_kafka(service)
    assert given and all(count == 1 for count in given.values()), given
    wrong = {each: stored[each] for each in given if stored[each] != 1}
    assert not wrong, f"of {len(given)} labels, these are not there once: {wrong}"
    print(f"      {len(given)} labels, each once on the topic")


def everything_goes_on(tabs, service, name):
    """Without a reload: streams, labels, health, and what the tabs said about the trouble."""
    tabs.all_sent()
    for page in tabs.teaching:
        page.bring_to_front()
        expect(page.locator(".teach p.status")).to_have_text("", timeout=BACK_MS)
    picture = f"{LABELS[0]}/after-{name}"
    service.one_picture(picture)
    tabs.watch.bring_to_front()
    expect(tabs.watch.get_by_title(picture)).to_be_visible(timeout=BACK_MS)
    expect(tabs.watch.locator("p.status", has_text="Newest first")).to_be_visible()
    expect(tabs.watch.get_by_role("link", name="Up")).to_be_visible(timeout=BACK_MS)
    tabs.versions.bring_to_front()
    expect(tabs.versions.get_by_text(re.compile("does not answer|is lost"))).to_have_count(0, timeout=BACK_MS)
    expect(tabs.versions.get_by_role("banner").get_by_role("link", name="Up")).to_be_visible(timeout=BACK_MS)
    tabs.label(2)
    tabs.all_sent()


def tells_of_a_training_that_nobody_asked_for(browser, service, shots):
    with Tabs(browser, service) as tabs:
        tabs.versions.bring_to_front()
        service.send(service.draw("known", 20), "--label-by-folder")
        training = command(tabs.versions, "Training of a head")
        expect(training).to_contain_text(
            re.compile("Running.*started by the number of new labels"), timeout=60_000)
        tabs.versions.screenshot(path=shots / "versions-own-training.png")
        expect(training).to_contain_text(re.compile(r"Done.*v\d+-"), timeout=120_000)
        expect(row(tabs.versions, "v1")).to_contain_text(re.compile("Serve|Retired"), timeout=30_000)


def labels_while_a_broker_is_away(browser, service, shots, name, go, back):
    pictures(service, name)
    with Tabs(browser, service) as tabs:
        tabs.label(4)
        tabs.all_sent()
        went = time.monotonic()
        go()
        tabs.label(6)
        first = tabs.teaching[0]
        first.bring_to_front()
        expect(first.get_by_text(re.compile(r"labels wait in this browser.*Kafka"))).to_be_visible()
        first.screenshot(path=shots / f"teach-{name}.png")
        before = current(first).get_attribute("data-picture")
        first.keyboard.press("u")  # second thoughts, which follow the label
        expect(first.locator(f'[data-picture="{before}"]')).to_have_count(0)
        answer(first)
        tabs.watch.bring_to_front()
        expect(tabs.watch.locator("p.status", has_text="Kafka does not answer")).to_be_visible(timeout=30_000)
        tabs.watch.screenshot(path=shots / f"watch-{name}.png")
        late = tabs.tab("#/teach")
        expect(late.get_by_text(re.compile("Kafka"))).to_be_visible(timeout=30_000)
        late.screenshot(path=shots / f"teach-late-{name}.png")
        time.sleep(max(0, AWAY_SECONDS - (time.monotonic() - went)))
        back()
        print(f"      away for {time.monotonic() - went:.0f} s")
        expect(current(late)).to_be_visible(timeout=BACK_MS)  # of those that no other tab has
        late.close()
        everything_goes_on(tabs, service, name)
        stands_once(tabs, service)


def labels_while_the_broker_is_killed_and_restarted(browser, service, shots):
    labels_while_a_broker_is_away(
        browser, service, shots, "killed", lambda: service.broker.end(signal.SIGKILL), service.broker.start)


def labels_while_the_broker_hangs(browser, service, shots):
    signals = service.broker.process.send_signal
    labels_while_a_broker_is_away(
        browser, service, shots, "hung", lambda: signals(signal.SIGSTOP), lambda: signals(signal.SIGCONT))


def labels_while_the_service_restarts(browser, service, shots, name, how):
    pictures(service, name)
    with Tabs(browser, service) as tabs:
        tabs.label(4)
        service.process.send_signal(how)
        tabs.label(2)  # on their way while it ends
        service.process.wait(60)
        tabs.label(4)
        tabs.watch.bring_to_front()
        expect(tabs.watch.get_by_text("Not connected")).to_be_visible(timeout=30_000)
        tabs.teaching[0].bring_to_front()
        expect(tabs.teaching[0].get_by_text(re.compile("labels wait in this browser"))).to_be_visible()
        service.start()
        everything_goes_on(tabs, service, name)
        given, stored = tabs.given(), on_kafka(service)
        wrong = {each: stored[each] for each in given if not 1 <= stored[each] <= 2}
        assert not wrong, f"of {len(given)} labels, these are not there once or twice: {wrong}"
        print(f"      {len(given)} labels, of which {sum(stored[each] == 2 for each in given)} twice")


def labels_while_the_service_is_stopped_and_started(browser, service, shots):
    labels_while_the_service_restarts(browser, service, shots, "stopped", signal.SIGTERM)


def labels_while_the_service_is_killed_and_started(browser, service, shots):
    labels_while_the_service_restarts(browser, service, shots, "crashed", signal.SIGKILL)


def labels_while_versions_are_swapped(browser, service, shots):
    pictures(service, "swapped")
    with Tabs(browser, service) as tabs:
        tabs.label(2)
        kafka = ["--bootstrap-server", f"localhost:{service.kafka_port}"]
        training = subprocess.Popen([IMPRINT, "retrain", "--force", "--wait", *kafka], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while training.poll() is None:
            tabs.label(2)
            time.sleep(0.5)
        newest = service.command("models", "list", *kafka).stdout.decode()
        new = re.search(r"v\d+-[0-9a-f]{8}", newest)[0]
        tabs.versions.bring_to_front()
        expect(row(tabs.versions, new.split("-")[0])).to_be_visible(timeout=BACK_MS)
        if row(tabs.versions, new.split("-")[0]).get_by_text("Serves").count() == 0:
            service.imprint("models", "promote", new)
        tabs.label(2)
        service.imprint("models", "rollback")
        tabs.label(4)
        everything_goes_on(tabs, service, "swapped")
        stands_once(tabs, service)


TESTS = (
    tells_of_a_training_that_nobody_asked_for,
    labels_while_the_broker_is_killed_and_restarted,
    labels_while_the_broker_hangs,
    labels_while_the_service_is_stopped_and_started,
    labels_while_the_service_is_killed_and_started,
    labels_while_versions_are_swapped,
)
