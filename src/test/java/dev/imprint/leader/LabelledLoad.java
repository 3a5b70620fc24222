package dev.imprint.leader;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.event.Clients;
import dev.imprint.event.FeedbackCodec;
import dev.imprint.event.Sha256;
import dev.imprint.event.Topics;
import dev.imprint.model.Claim;
import dev.imprint.model.Feedback;
import dev.imprint.model.Verdict;
import dev.imprint.model.Why;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Sends numbers as images at a steady rate, and feedback for every tenth one: before its image,
 * with its claim at once or later without, repeated, corrected, and forgotten. Each feedback has a
 * different author, so its effect can be recognized in labels and outcomes.
 *
 * <p>A thread of its own sends until {@link #stop()}; the results may be read after that, except
 * for {@link #sent()}.
 */
final class LabelledLoad {
  /** A label and its author. */
  record Said(String label, String who) {}

  private static final int IMAGES_PER_SECOND = 100; // three instances and a broker share two cores
  private static final int LABELLED_EACH = 10;
  private static final int SOON = IMAGES_PER_SECOND / 3;
  private static final int LATER = IMAGES_PER_SECOND;
  private static final int MUCH_LATER = 3 * IMAGES_PER_SECOND;

  private final Topics topics;
  private final Producer<byte[], byte[]> producer;
  private final Thread thread = new Thread(this::run, "load");
  private final TreeMap<Integer, List<Feedback>> due = new TreeMap<>();
  private final List<Future<RecordMetadata>> sending = new ArrayList<>();
  private final Map<String, List<Said>> accepted = new HashMap<>();
  private final Map<String, Said> forgotten = new HashMap<>();
  private volatile boolean stopping;
  private volatile int sent;

  LabelledLoad(Clients clients, Topics topics) {
    this.topics = topics;
    this.producer = clients.producer(1_000_000);
  }

  void start() {
    thread.start();
  }

  /** How many images. */
  int sent() {
    return sent;
  }

  /** Sends the feedback that is still due; fails if Kafka did not take all of it. */
  void stop() throws InterruptedException, ExecutionException {
    stopping = true;
    thread.join();
    due.values().forEach(all -> all.forEach(this::send));
    producer.flush();
    for (Future<RecordMetadata> each : sending) {
      each.get();
    }
    producer.close();
  }

  /** By image id, in order: labels that each must be learned and make an outcome. */
  Map<String, List<Said>> accepted() {
    return accepted;
  }

  /** By image id: labels that were taken back. */
  Map<String, Said> forgotten() {
    return forgotten;
  }

  private void run() {
    long start = System.nanoTime();
    int last = Integer.MAX_VALUE;
    for (int number = 0; number <= last; number++) {
      if (stopping && last == Integer.MAX_VALUE) {
        last = number + SOON; // images whose feedback was sent already
      }
      long at = start + number * TimeUnit.SECONDS.toNanos(1) / IMAGES_PER_SECOND;
      LockSupport.parkNanos(at - System.nanoTime());
      int early = number + SOON;
      if (early <= last && early % LABELLED_EACH == 0 && kind(early) == 0) {
        accept(number, early, 0, null);
      }
      byte[] id = NumberModel.image(number);
      Future<RecordMetadata> image =
          producer.send(new ProducerRecord<>(topics.images(), id, NumberModel.image(number)));
      sending.add(image);
      sent = number + 1;
      if (number % LABELLED_EACH == 0) {
        plan(number, image);
      }
      while (!due.isEmpty() && due.firstKey() <= number) {
        due.pollFirstEntry().getValue().forEach(this::send);
      }
    }
  }

  private static int kind(int number) {
    return number / LABELLED_EACH % 8;
  }

  private void plan(int number, Future<RecordMetadata> image) {
    switch (kind(number)) {
      case 0 -> {} // sent before
      case 1 -> {
        accept(number + LATER, number, 1, null);
        accept(number + MUCH_LATER, number, 0, null);
      }
      case 2 -> {
        accept(number + LATER, number, 0, null);
        // Repeats the label.
        String again = NumberModel.label(NumberModel.classOf(number));
        plan(number + MUCH_LATER, label(number, again, "nobody", null));
      }
      case 3 -> {
        String who = number + " forgotten";
        String label = NumberModel.label(NumberModel.classOf(number));
        forgotten.put(Integer.toString(number), new Said(label, who));
        plan(number + LATER, label(number, label, who, null));
        plan(
            number + MUCH_LATER,
            new Feedback(
                Integer.toString(number), null, Verdict.FORGET, null, who, Why.OTHER, null));
      }
      case 4 -> accept(number, number, 0, claim(number, image));
      case 5 -> {
        accept(number, number, 1, claim(number, image));
        accept(number + LATER, number, 0, null);
      }
      case 6 -> {
        accept(number + SOON, number, 1, null);
        accept(number + LATER, number, 0, claim(number, image));
      }
      default -> accept(number + LATER, number, 0, null);
    }
  }

  /** At the time of one image, feedback for another; {@code off} by this many classes. */
  private void accept(int at, int number, int off, @Nullable Claim claim) {
    String label = NumberModel.label(NumberModel.classOf(number) + off);
    String who = number + " off by " + off;
    accepted
        .computeIfAbsent(Integer.toString(number), id -> new ArrayList<>())
        .add(new Said(label, who));
    plan(at, label(number, label, who, claim));
  }

  private void plan(int at, Feedback feedback) {
    due.computeIfAbsent(at, number -> new ArrayList<>()).add(feedback);
  }

  private static Feedback label(int number, String label, String who, @Nullable Claim claim) {
    return new Feedback(Integer.toString(number), label, null, claim, who, Why.RANDOM, null);
  }

  private void send(Feedback feedback) {
    sending.add(
        producer.send(
            new ProducerRecord<>(
                topics.feedback(),
                feedback.imageId().getBytes(UTF_8),
                FeedbackCodec.encode(feedback))));
  }

  /** The position of the image; its feedback must overtake its prediction. */
  private static Claim claim(int number, Future<RecordMetadata> image) {
    try {
      RecordMetadata at = image.get();
      return new Claim(
          at.topic(), at.partition(), at.offset(), Sha256.hex(NumberModel.image(number)));
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException("the image was not sent", e);
    }
  }
}
