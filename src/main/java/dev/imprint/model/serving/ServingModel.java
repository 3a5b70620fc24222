package dev.imprint.model.serving;

import dev.imprint.model.backbone.Backbone;
import dev.imprint.model.head.Head;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The model that serves at a given moment, as one immutable value: it is borrowed for a whole
 * batch, so no prediction mixes two models.
 *
 * @param version names the head in every prediction; {@link #NO_VERSION} without one
 * @param head null until there is a first head
 * @param unlearned labels that were known when it was trained, but had too few examples; those with
 *     most examples first
 */
public record ServingModel(
    String version, Backbone backbone, @Nullable Head head, List<String> unlearned) {
  /** The version of a service that has no head yet. */
  public static final String NO_VERSION = "none";

  /**
   * @throws IllegalArgumentException if the head does not match the backbone
   */
  public ServingModel {
    unlearned = List.copyOf(unlearned);
    if (head != null && !head.backboneId().equals(backbone.id())) {
      throw new IllegalArgumentException(
          "the head was trained on backbone %s, but %s is configured: train it again"
              .formatted(head.backboneId(), backbone.id()));
    }
    if (head != null && head.dimension() != backbone.dimension()) {
      throw new IllegalArgumentException(
          "the head takes embeddings of %d numbers, but the backbone gives %d: train it again"
              .formatted(head.dimension(), backbone.dimension()));
    }
  }

  /** A head that has learned every label, as far as is known. */
  public ServingModel(String version, Backbone backbone, @Nullable Head head) {
    this(version, backbone, head, List.of());
  }

  public static ServingModel withoutHead(Backbone backbone) {
    return new ServingModel(NO_VERSION, backbone, null);
  }

  /** To be closed once nothing uses it: the head, and the network if it was opened for it. */
  List<AutoCloseable> owned() {
    List<AutoCloseable> owned = new ArrayList<>(2);
    if (head != null) {
      owned.add(head);
    }
    if (backbone.isExtra()) {
      owned.add(backbone.whole());
    }
    return owned;
  }
}
