package dev.imprint.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.event.Clients;
import dev.imprint.event.DeadLetter;
import dev.imprint.event.FeedbackCodec;
import dev.imprint.event.Json;
import dev.imprint.event.PredictionCodec;
import dev.imprint.event.Topics;
import dev.imprint.leader.Commands;
import dev.imprint.model.Feedback;
import dev.imprint.model.Prediction;
import dev.imprint.terminal.Screen;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;

/**
 * Sends pictures to a service and shows its answers, compared with the truth that the pictures were
 * drawn from. Knows the service only through its topics.
 *
 * <p>{@link #run} uses the calling thread and one of its own; {@link #stop} may be called from any
 * thread.
 */
public final class Demo {
  private static final Duration POLL = Duration.ofMillis(50);

  /** How long a finite demo keeps looking for duplicates once all answers have arrived. */
  private static final Duration AFTERMATH = Duration.ofMillis(500);

  private static final int MAX_RECORD_BYTES = 64 * 1024 * 1024;

  private final Clients clients;
  private final Topics topics;
  private final PictureStream pictures;
  private final DemoSettings settings;
  private final Learning learning;
  private final Tally tally;
  private final DemoText text;
  private final Screen screen;
  private final Throttle throttle;
  private volatile boolean stopped;

  /**
   * @param screen closed by the caller
   */
  public Demo(
      Clients clients,
      Topics topics,
      PictureStream pictures,
      DemoSettings settings,
      Learning learning,
      Screen screen) {
    this.clients = clients;
    this.topics = topics;
    this.pictures = pictures;
    this.settings = settings;
    this.learning = learning;
    this.tally = new Tally(settings.deadline());
    this.text = new DemoText(screen.ansi(), screen::width);
    this.screen = screen;
    this.throttle = new Throttle(screen, System.nanoTime());
  }

  /**
   * Runs until all pictures are answered or past their deadline, or until it is stopped, and prints
   * the summary.
   *
   * @throws IOException if a picture cannot be read or sent
   */
  public DemoReport run() throws IOException, InterruptedException {
    try (Consumer<byte[], byte[]> consumer = clients.consumer(Map.of());
        Producer<byte[], byte[]> producer = clients.producer(MAX_RECORD_BYTES)) {
      follow(consumer);
      tell(learning.begin());
      Sender sender = new Sender(producer);
      Feeder feeder = new Feeder(sender, topics.images(), pictures, settings, tally);
      FutureTask<Void> feeding = new FutureTask<>(feeder);
      Thread thread = new Thread(feeding, "imprint-demo-feeder");
      thread.start();
      try {
        while (!stopped && !(feeding.isDone() && tally.waiting(System.nanoTime()) == 0)) {
          step(consumer, sender);
          throwFailure(feeding);
          if (settings.endsWithStory() && learning.over()) {
            feeder.finish();
          }
        }
        throwFailure(feeding); // it may have failed before the first check
        for (long end = System.nanoTime() + AFTERMATH.toNanos();
            System.nanoTime() < end && !stopped; ) {
          step(consumer, sender);
        }
      } finally {
        feeding.cancel(true);
        thread.join();
      }
    }
    DemoReport report = new DemoReport(tally.report(System.nanoTime()), learning.report());
    screen.status("");
    text.summary(report).forEach(screen::print);
    return report;
  }

  /** Ends {@link #run} soon; it still prints its summary. */
  public void stop() {
    stopped = true;
  }

  /**
   * Reads answers from now on only, because older ones were for others, and versions from the
   * beginning.
   */
  private void follow(Consumer<byte[], byte[]> consumer) {
    List<TopicPartition> answers =
        partitions(consumer, topics.predictions(), topics.imagesDlq(), topics.commands());
    List<TopicPartition> models = partitions(consumer, topics.models());
    consumer.assign(Stream.concat(answers.stream(), models.stream()).toList());
    consumer.seekToEnd(answers);
    consumer.seekToBeginning(models);
    // Seeking is lazy: asking for the positions fixes the end at this moment.
    answers.forEach(consumer::position);
  }

  private static List<TopicPartition> partitions(
      Consumer<byte[], byte[]> consumer, String... topics) {
    return Stream.of(topics)
        .flatMap(topic -> Clients.partitions(consumer, topic).stream())
        .toList();
  }

  private void step(Consumer<byte[], byte[]> consumer, Sender sender) throws IOException {
    Clients.followAdded(consumer);
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
      take(record, System.nanoTime());
    }
    long now = System.nanoTime();
    for (Feedback feedback : learning.feedback(now)) {
      sender.send(topics.feedback(), feedback.imageId(), FeedbackCodec.encode(feedback));
    }
    learning
        .command()
        .ifPresent(command -> sender.send(topics.commands(), command.id(), Json.encode(command)));
    tell(learning.tick(now));
    if (throttle.statusDue(now)) {
      throttle.status(text.status(tally.report(now), learning.live()), now);
    }
  }

  private void take(ConsumerRecord<byte[], byte[]> record, long now) throws IOException {
    if (record.topic().equals(topics.predictions())) {
      predicted(PredictionCodec.decode(record.value()), now);
    } else if (record.topic().equals(topics.models())) {
      tell(learning.published(record.key(), record.value()));
    } else if (record.topic().equals(topics.commands())) {
      tell(Commands.answer(record.value()).flatMap(learning::heard));
    } else if (record.key() != null) {
      rejected(new String(record.key(), UTF_8), DeadLetter.of(record.headers()), now);
    }
  }

  private void predicted(Prediction prediction, long now) {
    if (tally.predicted(prediction.imageId(), now) instanceof Tally.Arrival.Answered first) {
      throttle.line(text.prediction(prediction, first.truth()), now);
      tell(learning.answered(prediction, first, now));
    }
  }

  private void tell(Optional<News> news) {
    news.map(text::news).ifPresent(screen::print);
  }

  private void rejected(String id, DeadLetter letter, long now) {
    if (tally.rejected(id, letter.reason(), now) instanceof Tally.Arrival.Answered) {
      learning.rejected();
      screen.print(text.rejection(id, letter.reason() + ": " + letter.message()));
    }
  }

  private static void throwFailure(FutureTask<Void> feeder)
      throws IOException, InterruptedException {
    if (!feeder.isDone()) {
      return;
    }
    try {
      feeder.get();
    } catch (ExecutionException e) {
      Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
      throw new IOException(cause.getMessage(), cause);
    }
  }
}
