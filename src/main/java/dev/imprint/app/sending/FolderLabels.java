package dev.imprint.app.sending;

import dev.imprint.event.Sha256;
import dev.imprint.model.Claim;
import dev.imprint.model.Feedback;
import dev.imprint.model.Why;
import dev.imprint.model.labels.PlainText;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Labels images with the name of their folder. A label is sent once Kafka has its image: it names
 * the image's position, so it is valid however far behind the service is. For one thread.
 */
final class FolderLabels {
  private record Sent(ImageFile file, String sha256, Future<RecordMetadata> record) {}

  private final FeedbackSending sending;
  private final String who;
  private final BiConsumer<ImageFile, Exception> failed;
  private final Queue<Sent> waiting = new ArrayDeque<>();

  /**
   * @param topic of the feedback
   * @param who author of the labels, for people
   * @param failed called with labels that Kafka does not accept
   */
  FolderLabels(
      Producer<byte[], byte[]> producer,
      String topic,
      String who,
      BiConsumer<ImageFile, Exception> failed) {
    this.sending = new FeedbackSending(producer, topic);
    this.who = who;
    this.failed = failed;
  }

  /** Registers an image in transit; sends the labels of earlier images that have arrived. */
  void sent(ImageFile file, byte[] image, Future<RecordMetadata> record)
      throws InterruptedException {
    waiting.add(new Sent(file, Sha256.hex(image), record));
    sendReady();
  }

  /** Sends the labels of images that have arrived. */
  void sendReady() throws InterruptedException {
    while (!waiting.isEmpty() && waiting.element().record().isDone()) {
      label(waiting.remove());
    }
  }

  /** Waits until all images have arrived or failed, and sends the remaining labels. */
  void finish() throws InterruptedException {
    while (!waiting.isEmpty()) {
      label(waiting.remove());
    }
  }

  private void label(Sent image) throws InterruptedException {
    RecordMetadata at;
    try {
      at = image.record().get();
    } catch (ExecutionException e) {
      return; // reported by the image's own callback
    }
    String label;
    try {
      label = PlainText.label(folder(image.file().path()));
    } catch (IllegalArgumentException e) {
      failed.accept(image.file(), new IOException("its folder's name " + e.getMessage(), e));
      return;
    }
    Claim claim = new Claim(at.topic(), at.partition(), at.offset(), image.sha256());
    Feedback feedback =
        new Feedback(
            image.file().id(), label, null, claim, who, Why.OTHER, Clock.systemUTC().instant());
    sending.send(feedback, e -> failed.accept(image.file(), e));
  }

  private static String folder(Path file) {
    Path parent = file.toAbsolutePath().normalize().getParent();
    return parent == null ? "" : String.valueOf(parent.getFileName());
  }
}
