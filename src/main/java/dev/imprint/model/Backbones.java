package dev.imprint.model;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The backbones that an instance has open, so that a swap between heads of both, and back, loads
 * nothing. They stay whose they were to close.
 *
 * @param current what the service started on
 * @param next what it changes to; null while it changes to none
 */
public record Backbones(Backbone current, @Nullable Backbone next) {

  /** One alone. */
  public static Backbones of(Backbone current) {
    return new Backbones(current, null);
  }

  /** What heads are trained for: the next one, if there is one. */
  public Backbone trained() {
    return next == null ? current : next;
  }

  public List<Backbone> all() {
    return Stream.of(current, next).flatMap(Stream::ofNullable).toList();
  }

  /** Null if none that is open has this id. */
  public @Nullable Backbone withId(String id) {
    return all().stream().filter(backbone -> backbone.id().equals(id)).findFirst().orElse(null);
  }
}
