package dev.imprint.page.teach;

import dev.imprint.model.Claim;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.head.Head;
import dev.imprint.model.head.Score;
import dev.imprint.model.serving.Lease;
import dev.imprint.pipeline.RecentEmbeddings;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The model that serves, on loan for one request, and the pictures that it can be asked about
 * again. The borrower must close it.
 *
 * @param lease null if nothing serves yet
 * @param embeddings of the pictures that this instance classified lately, by its backbone
 */
public record CurrentModel(@Nullable Lease lease, Map<Claim, Embedding> embeddings)
    implements AutoCloseable {
  /** As many labels as predictions list unless {@code serving.top} says otherwise. */
  private static final int TOP = 5;

  /**
   * @param recent null while the service is starting
   */
  public static CurrentModel of(@Nullable Lease lease, @Nullable RecentEmbeddings recent) {
    return new CurrentModel(
        lease,
        lease == null || recent == null ? Map.of() : recent.of(lease.serving().backbone().id()));
  }

  @Nullable Head head() {
    return lease == null ? null : lease.serving().head();
  }

  /** Those that it knows; none without a head. */
  List<String> labels() {
    Head head = head();
    return head == null ? List.of() : head.labels();
  }

  /** The picture as this model sees it; as it was seen when it came if that cannot be told. */
  AskablePicture seen(AskablePicture picture) {
    Head head = head();
    Embedding embedding = embeddings.get(picture.prediction().claim());
    if (lease == null || head == null || embedding == null) {
      return picture;
    }
    List<Score> top = head.top(head.probabilities(embedding.numbers()), TOP);
    return new AskablePicture(
        picture.prediction(), picture.random(), top, lease.serving().version());
  }

  @Override
  public void close() {
    if (lease != null) {
      lease.close();
    }
  }
}
