package dev.imprint.model.backbone;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The backbones that an instance has open, so that a swap between heads of either, and back, loads
 * nothing. Their owner closes them.
 *
 * @param current the one that the service was configured with
 * @param next the one that it switches to; null if none
 */
public record Backbones(Backbone current, @Nullable Backbone next) {

  /** A single backbone. */
  public static Backbones of(Backbone current) {
    return new Backbones(current, null);
  }

  /** The backbone that heads are trained for: the next one, if there is one. */
  public Backbone trained() {
    return next == null ? current : next;
  }

  public List<Backbone> all() {
    return Stream.of(current, next).flatMap(Stream::ofNullable).toList();
  }

  /** The open backbone with this id, or whose last layer alone has it; null if there is none. */
  public @Nullable Backbone withId(String id) {
    return all().stream()
        .map(backbone -> backbone.withId(id))
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }
}
