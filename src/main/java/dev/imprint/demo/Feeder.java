package dev.imprint.demo;

import dev.imprint.demo.belt.BeltPicture;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;

/**
 * Sends the stream's pictures at an even rate, or as fast as they are answered if that is slower,
 * in its own thread, until it is interrupted or told to finish.
 */
final class Feeder implements Callable<Void> {
  /**
   * Seconds' worth of pictures that may wait for an answer: a slow machine gets fewer per second.
   */
  private static final int WAITING_SECONDS = 2;

  private static final long LOOK_AGAIN_MS = 20;

  private final Sender sender;
  private final String topic;
  private final PictureStream pictures;
  private final DemoSettings settings;
  private final Tally tally;
  private volatile boolean finishing;

  Feeder(Sender sender, String topic, PictureStream pictures, DemoSettings settings, Tally tally) {
    this.sender = sender;
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
    for (long i = 0; i < settings.pictures() && !finishing; i++) {
      BeltPicture picture = pictures.next();
      long due = start + (long) (i * 1e9 / settings.rate());
      TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
      while (tally.waiting(System.nanoTime()) > WAITING_SECONDS * settings.rate() && !finishing) {
        TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MS);
      }
      tally.sent(picture, System.nanoTime());
      sender.send(topic, picture.id(), picture.bytes());
    }
    sender.flush();
    return null;
  }

  /** Stops sending pictures; may be called from any thread. */
  void finish() {
    finishing = true;
  }
}
