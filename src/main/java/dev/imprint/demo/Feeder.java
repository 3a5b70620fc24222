package dev.imprint.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** Sends the stream's pictures at an even rate, in a thread of its own, until it is interrupted. */
final class Feeder implements Callable<Void> {
  private final Producer<byte[], byte[]> producer;
  private final String topic;
  private final PictureStream pictures;
  private final DemoSettings settings;
  private final Tally tally;
  private volatile @Nullable Exception failure;

  Feeder(
      Producer<byte[], byte[]> producer,
      String topic,
      PictureStream pictures,
      DemoSettings settings,
      Tally tally) {
    this.producer = producer;
    this.topic = topic;
    this.pictures = pictures;
    this.settings = settings;
    this.tally = tally;
  }

  /**
   * @throws IOException if a picture cannot be read
   * @throws KafkaException if one could not be sent
   */
  @Override
  public Void call() throws IOException, InterruptedException {
    long start = System.nanoTime();
    for (long i = 0; i < settings.pictures(); i++) {
      Picture picture = pictures.next();
      long due = start + (long) (i * 1e9 / settings.rate());
      TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
      throwFailure();
      tally.sent(picture, System.nanoTime());
      producer.send(
          new ProducerRecord<>(topic, picture.id().getBytes(UTF_8), picture.bytes()),
          (metadata, exception) -> {
            if (exception != null) {
              failure = exception;
            }
          });
    }
    producer.flush();
    throwFailure();
    return null;
  }

  private void throwFailure() {
    Exception cause = failure;
    if (cause != null) {
      throw new KafkaException("a picture could not be sent: " + cause.getMessage(), cause);
    }
  }
}
