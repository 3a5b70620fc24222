package dev.imprint.page.versions;

import dev.imprint.event.Clients;
import dev.imprint.event.Json;
import dev.imprint.event.Topics;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.Outcome;
import dev.imprint.page.feed.FeedLoop;
import dev.imprint.page.feed.InstanceState;
import dev.imprint.page.feed.LiveAnswers;
import dev.imprint.page.feed.LiveTopics;
import dev.imprint.rollout.Models;
import dev.imprint.web.api.EventStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The work of the feed's thread: reads commands, answers and outcomes, and tells browsers. */
final class VersionsLoop implements FeedLoop {
  static final String COMMAND = "command";
  static final String NOW = "now";

  private static final Duration TICK = Duration.ofMillis(250);
  private static final Duration IDLE = Duration.ofSeconds(10);

  /** Each line of a training's progress takes two, as it is a transaction of its own. */
  private static final int NEWEST_COMMANDS = 400;

  private static final Logger LOG = LoggerFactory.getLogger(VersionsLoop.class);

  private final String commandsTopic;
  private final Supplier<InstanceState> instance;
  private final Supplier<Models> models;
  private final Queue<EventStream> arriving;
  private final List<EventStream> browsers = new ArrayList<>();
  private final RecentCommands commands = new RecentCommands();
  private final LiveAnswers answers = new LiveAnswers();
  private final LiveTopics live;
  private @Nullable VersionsNow last;
  private long lastFollowed = System.nanoTime();

  VersionsLoop(
      Clients clients,
      Topics topics,
      Supplier<InstanceState> instance,
      Supplier<Models> models,
      Queue<EventStream> arriving) {
    this.commandsTopic = topics.commands();
    this.instance = instance;
    this.models = models;
    this.arriving = arriving;
    this.live =
        new LiveTopics(
            clients,
            Map.of(topics.commands(), NEWEST_COMMANDS, topics.outcomes(), LiveAnswers.MOST),
            answers::clear);
  }

  @Override
  public boolean tick() {
    welcome();
    live.read(TICK, (record, isNew) -> take(record));
    VersionsNow now = now();
    if (!now.equals(last)) {
      last = now;
      browsers.forEach(browser -> browser.send(NOW, now));
    }
    browsers.removeIf(browser -> !browser.isOpen());
    if (!browsers.isEmpty()) {
      lastFollowed = System.nanoTime();
    }
    return System.nanoTime() - lastFollowed < IDLE.toNanos();
  }

  private void welcome() {
    VersionsNow now = last;
    for (EventStream next = arriving.poll(); next != null; next = arriving.poll()) {
      EventStream browser = next;
      commands.all().forEach(each -> browser.send(COMMAND, each));
      if (now != null) {
        browser.send(NOW, now);
      }
      browsers.add(browser);
    }
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    if (record.topic().equals(commandsTopic)) {
      for (CommandProgress changed : commands.take(record.value())) {
        browsers.forEach(browser -> browser.send(COMMAND, changed));
      }
    } else if (record.value() != null) {
      try {
        answers.judged(Json.decode(record.value(), Outcome.class));
      } catch (IOException e) {
        LOG.debug("Skipping {}-{}", record.topic(), record.offset(), e); // learning reports it
      }
    }
  }

  private VersionsNow now() {
    InstanceState state = instance.get();
    Models known = models.get();
    ModelVersion newest = known.newest();
    return new VersionsNow(
        state.health(),
        state.serving(),
        known.rollout(),
        newest == null ? null : newest.version(),
        answers.byVersion(),
        live.problem());
  }

  @Override
  public void close() {
    live.close();
    browsers.forEach(EventStream::close);
  }
}
