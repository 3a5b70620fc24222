package dev.imprint.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.broker.BrokerExtension;
import dev.imprint.demo.belt.BeltPicture;
import dev.imprint.event.DeadLetter;
import dev.imprint.event.PredictionCodec;
import dev.imprint.event.Topics;
import dev.imprint.terminal.Screen;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** With a real broker, and a service whose faults the tests choose. */
class DemoTest {
  private static final Duration DEADLINE = Duration.ofSeconds(2);

  @RegisterExtension private static final BrokerExtension broker = new BrokerExtension();

  private final StringWriter out = new StringWriter();

  @Test
  void shouldFindNothingToBlameInAServiceThatAnswersEachPictureOnce() throws Exception {
    DemoReport report = run(topics("good."), 20, Service::predict);

    assertThat(report.pictures().counts()).isEqualTo(new PicturesReport.Counts(20, 20, 0, 0, 0));
    assertThat(report.faults()).isEmpty();
    assertThat(report.learning().version()).isEqualTo("v1");
    PicturesReport.Latency latency = report.pictures().latency();
    assertThat(latency.p50()).isPositive().isLessThanOrEqualTo(latency.p99());
    assertThat(out.toString()).contains("nut         0.90  ✓").contains("predicted   20");
  }

  @Test
  void shouldNoticeAPictureThatIsLostOneThatIsDoubledAndOneThatIsRejected() throws Exception {
    DemoReport report =
        run(
            topics("bad."),
            10,
            (service, id) -> {
              switch (id) {
                case "p3" -> {}
                case "p5" -> {
                  service.predict(id);
                  service.predict(id);
                }
                case "p7" -> service.reject(id);
                default -> service.predict(id);
              }
            });

    assertThat(report.pictures().counts()).isEqualTo(new PicturesReport.Counts(10, 8, 1, 1, 0));
    assertThat(report.pictures().rejected()).isEqualTo(Map.of("broken_image", 1));
    assertThat(report.faults()).containsExactly("1 lost: p3", "1 duplicated: p5");
  }

  @Test
  void shouldRunUntilItIsStopped() throws Exception {
    Topics topics = topics("endless.");
    DemoSettings settings = new DemoSettings(50, DemoSettings.ENDLESS, DEADLINE, false);
    Demo demo = new Demo(broker.clients(), topics, numbered(), settings, Learning.none(), output());
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try (Service service = new Service(topics, Service::predict)) {
      Future<?> served = threads.submit(service);
      Future<DemoReport> report = threads.submit(demo::run);
      Awaitility.await().until(() -> out.toString().contains("nut         0.90  ✓"));

      demo.stop();

      assertThat(report.get(10, TimeUnit.SECONDS).pictures().counts().predicted()).isPositive();
      service.close();
      served.get(10, TimeUnit.SECONDS);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void shouldSayWhichPictureCannotBeRead() throws Exception {
    Topics topics = topics("unreadable.");
    PictureStream broken =
        () -> {
          throw new IOException("a.jpg cannot be read");
        };
    Demo demo =
        new Demo(
            broker.clients(),
            topics,
            broken,
            new DemoSettings(50, 5, DEADLINE, false),
            Learning.none(),
            output());

    assertThatThrownBy(demo::run)
        .isInstanceOf(IOException.class)
        .hasMessage("a.jpg cannot be read");
  }

  private DemoReport run(Topics topics, int pictures, Answer answer) throws Exception {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (Service service = new Service(topics, answer)) {
      Future<?> served = thread.submit(service);
      DemoSettings settings = new DemoSettings(50, pictures, DEADLINE, false);
      DemoReport report =
          new Demo(broker.clients(), topics, numbered(), settings, Learning.none(), output()).run();
      service.close();
      served.get(10, TimeUnit.SECONDS);
      return report;
    } finally {
      thread.shutdownNow();
    }
  }

  private Screen output() {
    return Screen.plain(new PrintWriter(out));
  }

  private static PictureStream numbered() {
    int[] count = {0};
    return () -> new BeltPicture("p" + ++count[0], new byte[] {1}, "nut", null);
  }

  private Topics topics(String prefix) throws Exception {
    Topics topics = new Topics(prefix);
    List<NewTopic> all =
        topics.specs(1000).stream().map(s -> new NewTopic(s.name(), 2, (short) 1)).toList();
    broker.createTopics(all);
    return topics;
  }

  private interface Answer {
    void answer(Service service, String id);
  }

  /** Answers each image as instructed, until it is closed. */
  private final class Service implements Runnable, AutoCloseable {
    private final Topics topics;
    private final Answer answer;
    private final Producer<byte[], byte[]> producer = broker.clients().producer(1_000_000);
    private final Consumer<byte[], byte[]> consumer;
    private volatile boolean closed;

    Service(Topics topics, Answer answer) {
      this.topics = topics;
      this.answer = answer;
      this.consumer = broker.clients().consumer(Map.of("auto.offset.reset", "earliest"));
      consumer.assign(
          List.of(new TopicPartition(topics.images(), 0), new TopicPartition(topics.images(), 1)));
    }

    @Override
    public void run() {
      try (producer;
          consumer) {
        while (!closed) {
          for (ConsumerRecord<byte[], byte[]> image : consumer.poll(Duration.ofMillis(20))) {
            answer.answer(this, new String(image.key(), StandardCharsets.UTF_8));
          }
        }
      }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a test fails if it is missing
    private void predict(String id) {
      byte[] value = PredictionCodec.JSON.encode(Predictions.of(id, "nut"));
      producer.send(new ProducerRecord<>(topics.predictions(), bytes(id), value));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a test fails if it is missing
    private void reject(String id) {
      DeadLetter letter =
          new DeadLetter("broken_image", "no", topics.images(), 0, 0, Instant.EPOCH, 1);
      producer.send(
          new ProducerRecord<>(
              topics.imagesDlq(),
              null,
              bytes(id),
              new byte[] {1},
              letter.headers(new RecordHeaders())));
    }

    private byte[] bytes(String id) {
      return id.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
