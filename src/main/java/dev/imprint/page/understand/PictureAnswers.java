package dev.imprint.page.understand;

import dev.imprint.buffer.Example;
import dev.imprint.buffer.NearExample;
import dev.imprint.event.Topics;
import dev.imprint.model.Claim;
import dev.imprint.model.RejectedException;
import dev.imprint.model.Role;
import dev.imprint.model.backbone.Backbone;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.backbone.ProbedDecoder;
import dev.imprint.model.head.Head;
import dev.imprint.model.head.Score;
import dev.imprint.model.serving.Lease;
import dev.imprint.model.serving.ServingModel;
import dev.imprint.page.understand.PictureAnswer.Near;
import dev.imprint.page.understand.PictureAnswer.Neighbour;
import dev.imprint.page.watch.LedExamples;
import dev.imprint.page.watch.PictureRoute;
import dev.imprint.web.api.ProblemException;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Asks the serving model about one picture, and compares it with the labelled ones: at most two
 * pictures' worth of work for the network.
 */
record PictureAnswers(Insight insight, PictureBytes bytes, Topics topics) {
  static final int MOST_NEAR = 12;

  /**
   * @param imageId left out of those that it is compared with
   * @throws ProblemException if the picture is gone, or the service is starting
   */
  PictureAnswer answer(String imageId, Claim claim) throws ProblemException {
    byte[] picture = bytes.read(claim);
    try (Lease lease = borrowed(insight)) {
      ServingModel model = lease.serving();
      float[] embedding = embedding(model.backbone(), picture);
      Head head = model.head();
      List<Score> scores =
          head == null ? List.of() : head.top(head.probabilities(embedding), head.labels().size());
      Near near = near(imageId, claim, picture, new Seen(model.backbone(), embedding));
      return new PictureAnswer(model.version(), Role.SERVING, scores, near);
    } catch (RejectedException e) {
      throw ProblemException.notFound("the picture cannot be decoded: " + e.getMessage());
    } catch (IllegalStateException | ArithmeticException e) { // being closed, or no number
      throw ProblemException.unavailable("the model does not answer: " + e.getMessage());
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Seen(Backbone backbone, float[] embedding) {}

  /**
   * @throws ProblemException if nothing serves yet
   */
  static Lease borrowed(Insight insight) throws ProblemException {
    Lease lease = insight.models().get();
    if (lease == null) {
      throw ProblemException.unavailable("the service is starting: try again in a moment");
    }
    return lease;
  }

  private static float[] embedding(Backbone backbone, byte[] picture) throws RejectedException {
    return backbone.embed(List.of(new ProbedDecoder(backbone.decoder()).decode(picture)))[0];
  }

  private Near near(String imageId, Claim claim, byte[] picture, Seen seen)
      throws RejectedException {
    LedExamples led = insight.led().get();
    if (led == null) {
      return Near.NOT_LEADING;
    }
    List<Example> examples = led.snapshot().examples();
    Backbone trained = led.backbone();
    Predicate<Example> isOther = example -> !example.imageId().equals(imageId);
    int compared = (int) examples.stream().filter(isOther).count();
    if (compared == 0) {
      return new Near(true, 0, List.of());
    }
    Embedding known = known(examples, claim.sha256());
    Embedding its =
        known != null
            ? known
            : Embedding.of(
                seen.backbone().id().equals(trained.id())
                    ? seen.embedding()
                    : embedding(trained, picture),
                trained.layers());
    List<Neighbour> nearest =
        NearExample.of(led.snapshot(), its.lastLayer(), isOther, MOST_NEAR, topics.pictures())
            .stream()
            .map(PictureAnswers::neighbour)
            .toList();
    return new Near(true, compared, nearest);
  }

  /** Computed when it was labelled. */
  private static @Nullable Embedding known(List<Example> examples, String sha256) {
    return examples.stream()
        .filter(example -> example.sha256().equals(sha256))
        .map(Example::embedding)
        .findFirst()
        .orElse(null);
  }

  private static Neighbour neighbour(NearExample near) {
    Example example = near.example();
    return new Neighbour(
        example.imageId(),
        example.label(),
        example.group(),
        example.labelledAt(),
        near.cosine(),
        PictureRoute.path(PictureSearch.COPY, near.copy()));
  }
}
