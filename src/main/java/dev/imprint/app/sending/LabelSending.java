package dev.imprint.app.sending;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.app.service.Failures;
import dev.imprint.event.IncomingImage;
import dev.imprint.event.Sha256;
import dev.imprint.event.Topics;
import dev.imprint.labels.LabelLine;
import dev.imprint.model.Claim;
import dev.imprint.model.Feedback;
import dev.imprint.model.Why;
import dev.imprint.terminal.Text;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Sends labels, each with its picture if there is one: first that, then the label, which names the
 * picture's position. For one thread; the producer belongs to the caller.
 */
public final class LabelSending {
  /** Pictures on their way; their bytes are in the producer's buffer. */
  private static final int MOST_ON_THE_WAY = 200;

  private record SentPicture(LabelLine line, String sha256, Future<RecordMetadata> at) {}

  private final Producer<byte[], byte[]> producer;
  private final Topics topics;
  private final String who;
  private final Consumer<String> said;
  private final Queue<SentPicture> onTheWay = new ArrayDeque<>();
  // Also updated by the producer's thread.
  private final Set<String> failed = ConcurrentHashMap.newKeySet();

  /**
   * @param who gives the labels that do not say it themselves
   * @param said receives a line for each failure
   */
  public LabelSending(
      Producer<byte[], byte[]> producer, Topics topics, String who, Consumer<String> said) {
    this.producer = producer;
    this.topics = topics;
    this.who = who;
    this.said = said;
  }

  /**
   * @param picture null for an image that the service knows
   */
  public void send(LabelLine line, byte @Nullable [] picture) throws InterruptedException {
    if (picture == null) {
      label(line, line.claim(topics.images()));
      return;
    }
    try {
      byte[] key = line.imageId().getBytes(UTF_8);
      byte[] value = IncomingImage.value(picture, line.group());
      Future<RecordMetadata> at = producer.send(new ProducerRecord<>(topics.images(), key, value));
      onTheWay.add(new SentPicture(line, Sha256.hex(picture), at));
    } catch (KafkaException e) { // thrown at once by a producer that was refused
      failed(line, Failures.describe(e));
    }
    while (onTheWay.size() > MOST_ON_THE_WAY) {
      labelFirst();
    }
  }

  /** Returns how many labels, or their pictures, were not sent; each has been reported. */
  public int finish() throws InterruptedException {
    producer.flush();
    while (!onTheWay.isEmpty()) {
      labelFirst();
    }
    producer.flush();
    return failed.size();
  }

  private void labelFirst() throws InterruptedException {
    SentPicture first = onTheWay.remove();
    try {
      RecordMetadata at = first.at().get();
      label(first.line(), new Claim(at.topic(), at.partition(), at.offset(), first.sha256()));
    } catch (ExecutionException e) {
      failed(first.line(), Failures.describe(e));
    }
  }

  private void label(LabelLine line, @Nullable Claim claim) {
    Instant at = line.at() == null ? Clock.systemUTC().instant() : line.at();
    String by = line.who() == null ? who : line.who();
    Feedback feedback = new Feedback(line.imageId(), line.label(), null, claim, by, Why.OTHER, at);
    new FeedbackSending(producer, topics.feedback())
        .send(feedback, e -> failed(line, Failures.describe(e)));
  }

  public void failed(LabelLine line, String why) {
    if (failed.add(line.imageId())) {
      said.accept("%s: not sent: %s".formatted(Text.oneLine(line.imageId()), why));
    }
  }
}
