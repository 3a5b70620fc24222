package dev.imprint.page.teach;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.event.FeedbackCodec;
import dev.imprint.event.ImageBytes;
import dev.imprint.event.IncomingImage;
import dev.imprint.event.Sha256;
import dev.imprint.event.Topics;
import dev.imprint.model.Claim;
import dev.imprint.model.Feedback;
import dev.imprint.model.Why;
import dev.imprint.model.labels.PlainText;
import dev.imprint.web.api.Caller;
import dev.imprint.web.api.ProblemException;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Writes pictures that a person drops on the page to the topic of images, with the limits of the
 * command {@code send}.
 */
record PicturePost(PageProducer producer, Topics topics, int maxBytes, Clock clock) {
  /**
   * Returns once Kafka has acknowledged the picture, and its label.
   *
   * @param id of the image, such as its path in the folder that was dropped
   * @throws ProblemException if the picture would only become a dead letter, or Kafka is away
   */
  SentPicture post(String id, byte[] picture, @Nullable String label, Caller caller)
      throws ProblemException {
    byte[] key = id.getBytes(UTF_8);
    if (key.length == 0 || key.length > IncomingImage.MAX_ID_BYTES) {
      throw ProblemException.unusable(
          "id has %d bytes: use 1 to %d".formatted(key.length, IncomingImage.MAX_ID_BYTES));
    }
    String shown = checked(id, picture, label);
    long deadline = producer.deadline();
    RecordMetadata at =
        PageProducer.acknowledged(
            producer.send(new ProducerRecord<>(topics.images(), key, picture)), deadline);
    Claim claim = new Claim(at.topic(), at.partition(), at.offset(), Sha256.hex(picture));
    if (shown != null) {
      Feedback feedback =
          new Feedback(id, shown, null, claim, LabelPost.who(caller), Why.OTHER, clock.instant());
      PageProducer.acknowledged(
          producer.sendPersistently(FeedbackCodec.record(topics.feedback(), feedback)), deadline);
    }
    return new SentPicture(id, claim, Instant.ofEpochMilli(at.timestamp()));
  }

  private @Nullable String checked(String id, byte[] picture, @Nullable String label)
      throws ProblemException {
    try {
      ImageBytes.checked(picture, maxBytes);
      return label == null ? null : PlainText.label(label);
    } catch (IOException e) {
      throw ProblemException.unusable("%s: not sent: %s".formatted(id, e.getMessage()));
    } catch (IllegalArgumentException e) {
      throw ProblemException.unusable("label " + e.getMessage());
    }
  }
}
