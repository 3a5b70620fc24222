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
import dev.imprint.page.feed.PageProducer;
import dev.imprint.web.api.Answer;
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
   * Answers with {@link SentPicture} once Kafka has acknowledged the picture, and its label.
   *
   * @param id of the image, such as its path in the folder that was dropped
   * @throws ProblemException if the picture would only become a dead letter, or Kafka is away
   */
  Answer post(String id, byte[] picture, @Nullable String label, Caller caller)
      throws ProblemException {
    byte[] key = id.getBytes(UTF_8);
    if (key.length == 0 || key.length > IncomingImage.MAX_ID_BYTES) {
      throw ProblemException.unusable(
          "id has %d bytes: use 1 to %d".formatted(key.length, IncomingImage.MAX_ID_BYTES));
    }
    String shown = checked(id, picture, label);
    String sha256 = Sha256.hex(picture);
    return producer.inTurn(
        () ->
            producer.acknowledged(
                producer.send(new ProducerRecord<>(topics.images(), key, picture)),
                at -> labelled(sent(id, at, sha256), shown, caller)));
  }

  private static SentPicture sent(String id, RecordMetadata at, String sha256) {
    Claim claim = new Claim(at.topic(), at.partition(), at.offset(), sha256);
    return new SentPicture(id, claim, Instant.ofEpochMilli(at.timestamp()));
  }

  private Answer labelled(SentPicture sent, @Nullable String label, Caller caller) {
    if (label == null) {
      return Answer.ok(sent);
    }
    Instant now = clock.instant();
    String who = LabelPost.who(caller);
    Feedback said = new Feedback(sent.imageId(), label, null, sent.claim(), who, Why.OTHER, now);
    return producer.inTurn(
        () ->
            producer.acknowledged(
                producer.sendPersistently(FeedbackCodec.record(topics.feedback(), said)),
                at -> Answer.ok(sent)));
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
