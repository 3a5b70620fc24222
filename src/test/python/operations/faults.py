"""Each alert, fired by a real fault, and gone again after it."""

import contextlib
import json
import re
import signal
import subprocess
import time

from confluent_kafka import TopicPartition
from confluent_kafka.admin import AlterConfigOpType, ConfigEntry, ConfigResource, OffsetSpec, ResourceType
from deployment import DASHBOARDS, alerts
from stand import IMPRINT, until

NAME = re.compile(r"\b(?:imprint|jvm|process|logback|kafka)_\w+|\bup\b|\bALERTS\b")
SELECTOR = re.compile(r"([a-zA-Z_]\w*)\{([^}]*)\}")
MATCHER = re.compile(r'(\w+)=~?"([^"]*)"')


class Faults:
    """In an order in which each continues from the previous one. Numbers are seconds."""

    def __init__(self, stand, belt, say):
        self.stand, self.belt, self.say = stand, belt, say
        self.prometheus = stand.prometheus

    def fires(self, alert, since, patience=90, **labels):
        found = until(f"{alert} {labels or ''} fires", lambda: self.prometheus.firing(alert, **labels), patience)
        more = {k: v for k, v in found[0]["metric"].items() if k in ("part", "outcome", "severity")}
        self.say(f"  {alert} fires after {time.monotonic() - since:.0f} s: {more}")

    def goes(self, alert, since, patience=120, **labels):
        until(f"{alert} is gone", lambda: not self.prometheus.firing(alert, **labels), patience)
        self.say(f"  {alert} is gone {time.monotonic() - since:.0f} s after it was mended")

    def quiet(self, *names):
        for name in names:
            assert not self.prometheus.firing(name), f"{name} fires before its fault"

    def caused(self, cause, mend, *names, patience=90, **labels):
        """One fault, the alerts that it fires, and its end."""
        self.quiet(*names)
        since = time.monotonic()
        cause()
        for name in names:
            self.fires(name, since, patience, **labels)
        since = time.monotonic()
        mend()
        for name in names:
            self.goes(name, since, **labels)

    def labels_that_nobody_learns_from(self):
        """Pictures and labels arrive, and training is only on command, which nobody gives."""
        self.caused(lambda: None, lambda: self.stand.with_kafka("retrain", "--wait", "--force"), "ImprintLabelsNotLearned")
        until("the first version serves", lambda: self.stand.version().startswith("v1-"), 20)

    def text_files_among_the_pictures(self):
        """Every other record of the topic images is text."""
        self.while_sent("images", b"this is no picture", "ImprintDeadLetters", outcome="unsupported_format")

    def feedback_for_images_that_do_not_exist(self):
        """A client labels ids that no image has."""
        self.while_sent("feedback", b'{"label": "circle"}', "ImprintFeedbackRejected", outcome="no_such_image")

    def while_sent(self, topic, value, alert, **labels):
        self.quiet(alert)
        since = time.monotonic()
        sent = 0

        def fires():
            nonlocal sent
            sent += 1
            self.belt.producer.produce(topic, key=f"stray-{sent}", value=value)
            return self.prometheus.firing(alert, **labels)

        until(f"{alert} fires", fires)
        self.fires(alert, since, **labels)
        self.goes(alert, time.monotonic(), **labels)

    def pictures_deleted_before_they_are_labelled(self):
        """Records of images are deleted, as by too short a retention; then their labels arrive."""
        late = self.unlabelled()
        self.delete_before(self.ends("images"))
        self.caused(lambda: [self.belt.label(*one) for one in late], lambda: None, "ImprintPicturesLost")

    def unlabelled(self):
        self.belt.labels = False
        begin = len(self.belt.sent)
        until("pictures without labels", lambda: len(self.belt.sent) > begin + 25)
        self.belt.labels = True
        late = self.belt.sent[begin + 2 : begin + 12]
        done = self.counted()
        until("they are classified", lambda: self.counted() > done + 30)
        return late

    def counted(self):
        found = self.prometheus.query('sum(imprint_images_total{outcome="predicted"})')
        return float(found[0]["value"][1])

    def ends(self, topic):
        count = len(self.stand.admin.list_topics(topic).topics[topic].partitions)
        wanted = {TopicPartition(topic, p): OffsetSpec.latest() for p in range(count)}
        found = {tp: f.result().offset for tp, f in self.stand.admin.list_offsets(wanted).items()}
        return [TopicPartition(tp.topic, tp.partition, offset) for tp, offset in found.items()]

    def delete_before(self, offsets):
        for done in self.stand.admin.delete_records(offsets).values():
            done.result()

    def a_covered_lens(self):
        """The camera sees black; the inspector says that the predictions are wrong."""
        # To have a good period for comparison.
        until("a good time before", lambda: self.accuracy("60s") > 0.75, 80)

        def cover(covered):
            self.belt.covered = covered

        self.caused(lambda: cover(True), lambda: cover(False), "ImprintAccuracyDropped")

    def accuracy(self, window):
        found = self.prometheus.query(
            f'sum(increase(imprint_outcomes_total{{result="right"}}[{window}]))'
            f" / sum(increase(imprint_outcomes_total[{window}]))"
        )
        return float(found[0]["value"][1]) if found else 0

    def a_version_whose_bytes_are_gone(self):
        """A retention on artifacts deletes the serving version, which trainings read."""
        first = self.stand.version()
        self.stand.with_kafka("retrain", "--wait", "--force")
        second = until("the second version serves", lambda: self.other_than(first), 20)
        self.stand.with_kafka("models", "rollback")
        until("the first one serves again", lambda: self.stand.version() == first, 20)

        def cause():
            self.delete_artifacts(first, second)
            self.stand.with_kafka("retrain", "--wait", "--force", code=1)

        def mend():
            self.stand.with_kafka("models", "promote", second)
            self.stand.with_kafka("retrain", "--wait", "--force", code=(0, 3))

        self.caused(cause, mend, "ImprintTrainingFails", "ImprintPartUnwell")
        assert self.stand.health()["status"] == "up", self.stand.health()

    def other_than(self, version):
        now = self.stand.version()
        return now if now != version else None

    def delete_artifacts(self, version, kept):
        topic = ConfigResource(
            ResourceType.TOPIC, "artifacts",
            incremental_configs=[ConfigEntry("cleanup.policy", "compact,delete", incremental_operation=AlterConfigOpType.SET)],
        )
        for done in self.stand.admin.incremental_alter_configs([topic]).values():
            done.result()
        offsets = {}
        for chunk in self.chunks(version):
            offsets[chunk["partition"]] = max(offsets.get(chunk["partition"], 0), chunk["offset"] + 1)
        assert all(c["offset"] >= offsets.get(c["partition"], 0) for c in self.chunks(kept))
        self.delete_before([TopicPartition("artifacts", p, o) for p, o in offsets.items()])

    def chunks(self, version):
        shown = json.loads(self.stand.with_kafka("models", "show", version))
        return shown["head"]["chunks"] + shown["manifest"]["chunks"]

    def more_than_it_can_classify_and_then_no_kafka(self):
        """Images arrive at 1.5 times its measured speed; the broker is killed while they wait."""
        self.quiet("ImprintLate", "ImprintLagGrows", "ImprintStalled", "ImprintNotReady")
        pictures = [self.belt.picture("circle") for _ in range(100)]
        since = time.monotonic()
        before = self.counted()
        sent = 0

        def fire():
            nonlocal sent
            while sent < 1000 + 1.5 * (self.counted() - before):
                for picture in pictures:
                    self.belt.producer.produce("images", key=f"load-{sent}", value=picture)
                    sent += 1
                self.belt.producer.poll(0)
            return self.prometheus.firing("ImprintLagGrows") and self.prometheus.firing("ImprintLate")

        until("ImprintLagGrows and ImprintLate fire", fire, 90)
        for alert in ("ImprintLagGrows", "ImprintLate"):
            self.fires(alert, since)
        since = time.monotonic()
        self.stand.broker.end(signal.SIGKILL)
        self.fires("ImprintNotReady", since)
        self.fires("ImprintStalled", since)
        since = time.monotonic()
        self.stand.start_broker()
        for alert in ("ImprintNotReady", "ImprintStalled", "ImprintLagGrows", "ImprintLate"):
            self.goes(alert, since, 300)

    def a_topic_that_somebody_deletes(self):
        """feedback is deleted; imprint topics create, as in docker-compose.yml, restores it."""
        self.belt.labels = False

        def cause():
            for done in self.stand.admin.delete_topics(["feedback"]).values():
                done.result()

        self.caused(cause, self.create_topics, "ImprintPipelineRestarts", patience=90)
        until("it is well again", lambda: self.stand.health()["status"] == "up", 60)
        self.belt.labels = True

    def create_topics(self):
        settings = "config/container.yaml"
        self.stand.imprint("topics", "create", "--config", settings,
                           IMPRINT_KAFKA=self.stand.kafka, IMPRINT_HTTP_AUTH="users")

    def a_kill(self):
        """kill -9; a restart is all that it needs afterwards."""
        self.caused(lambda: self.stand.service.end(signal.SIGKILL), self.stand.start_service, "ImprintDown")

    def too_small_a_heap(self):
        """Long-lived objects get less room in the heap than they need."""
        self.quiet("ImprintHeapNearFull")
        self.belt.labels = False
        until("it fills its heap", self.smaller_heap, 120)
        self.restart()
        self.goes("ImprintHeapNearFull", time.monotonic())
        self.belt.labels = True

    def smaller_heap(self):
        """Whether it is nearly full; called repeatedly, since a new process keeps less."""
        old = 0.85 * self.live_data() / 2**20
        # Objects that do not fit stay in the young generation: it is slow then, but continues.
        self.restart(heap=f"256m -Xmn{256 - old:.0f}m")
        self.live_data()
        with contextlib.suppress(AssertionError):
            self.fires("ImprintHeapNearFull", time.monotonic(), 15)
            return True
        return False

    def restart(self, *settings, **heap):
        assert self.stand.service.end() == 143, "an orderly end"
        self.stand.start_service(*settings, **heap)

    def live_data(self):
        """Bytes after a full collection, which this triggers."""
        until("the buffer is read", lambda: self.stand.health()["status"] == "up")
        before = time.time()
        subprocess.run(["jcmd", str(self.stand.service.popen.pid), "GC.run"], check=True, capture_output=True)
        until("it is scraped", lambda: self.scraped_at() > before + 1)
        return float(self.prometheus.query('jvm_gc_live_data_size_bytes{job="imprint"}')[0]["value"][1])

    def scraped_at(self):
        found = self.prometheus.query("timestamp(imprint_ready)")
        return float(found[0]["value"][1]) if found else 0

    def a_training_setting_that_learns_nothing(self):
        """The learning rate is nearly 0; the gate refuses the result."""
        self.quiet("ImprintVersionsRefused")
        settings = json.loads((self.stand.scratch / "service.yaml").read_text())
        settings["training"].update(epochs=1, learning_rate=1e-45)
        self.stand.settings("unlearning", **settings)
        self.restart("unlearning")
        since = time.monotonic()
        while not self.prometheus.firing("ImprintVersionsRefused"):
            assert time.monotonic() < since + 200
            self.stand.with_kafka("retrain", "--wait", "--force", code=3)
        self.fires("ImprintVersionsRefused", since)
        self.restart()
        since = time.monotonic()
        self.stand.with_kafka("retrain", "--wait", "--force")
        self.goes("ImprintVersionsRefused", since)

    def every_query_names_only_what_the_service_exports(self):
        """Runs each expression of dashboards and rules in this Prometheus."""
        exported = set(self.prometheus.names())
        exprs = [a["expr"] for a in alerts()]
        for file in DASHBOARDS:
            board = json.loads(file.read_text())
            exprs += [t["expr"] for p in board["panels"] for t in p["targets"]]
            exprs += [a["expr"] for a in board["annotations"]["list"]]
        for expr in exprs:
            for variable, value in (("$__rate_interval", "20s"), ("$instance", ".+"), ("$window", "60s")):
                expr = expr.replace(variable, value)
            self.prometheus.query(expr)
            missing = set(NAME.findall(expr)) - exported
            assert not missing, f"{missing} in {expr}"
            for name, matchers in SELECTOR.findall(expr):
                for label, values in MATCHER.findall(matchers):
                    for value in values.split("|"):
                        found = self.prometheus.query(f'last_over_time({name}{{{label}=~"{value}"}}[10m])')
                        assert found, f"no {name} has {label} {value}: {expr}"
        self.say(f"  {len(exprs)} expressions")

    def nothing_fires_at_the_end(self):
        """All faults are fixed."""
        self.belt.labels = False
        until("no alert fires", lambda: not self.prometheus.query('ALERTS{alertstate="firing"}'), 90)

    def in_order(self):
        return [
            self.labels_that_nobody_learns_from,
            self.text_files_among_the_pictures,
            self.feedback_for_images_that_do_not_exist,
            self.pictures_deleted_before_they_are_labelled,
            self.a_covered_lens,
            self.a_version_whose_bytes_are_gone,
            self.more_than_it_can_classify_and_then_no_kafka,
            self.a_topic_that_somebody_deletes,
            self.a_kill,
            self.too_small_a_heap,
            self.a_training_setting_that_learns_nothing,
            self.every_query_names_only_what_the_service_exports,
            self.nothing_fires_at_the_end,
        ]
