package dev.imprint.rollout;

import dev.imprint.model.backbone.Backbones;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The backbones that a service has open, by id: versions of others cannot serve. The leader
 * announces them on the topic {@code models}, for commands whose settings may differ from the
 * service's.
 *
 * @param current the one that the service started with
 * @param next the one that it changes to; null if it is not changing
 * @param parts backbones that these compute as well, each being the last layer of one of them
 */
public record OpenBackbones(String current, @Nullable String next, List<String> parts) {
  /** Characters of an id that are displayed. */
  private static final int SHOWN = 12;

  /** Records of earlier releases omit {@code parts}. */
  @SuppressWarnings("RedundantNullCheck")
  public OpenBackbones {
    parts = List.copyOf(Objects.requireNonNullElse(parts, List.of()));
  }

  /** Backbones of one layer each. */
  public OpenBackbones(String current, @Nullable String next) {
    this(current, next, List.of());
  }

  public static OpenBackbones of(Backbones open) {
    return of(open.current().ids(), open.next() == null ? List.of() : open.next().ids());
  }

  /**
   * @param current as {@link dev.imprint.model.backbone.Backbone#ids}
   * @param next likewise; empty for none
   */
  public static OpenBackbones of(List<String> current, List<String> next) {
    return new OpenBackbones(
        current.get(0),
        next.isEmpty() ? null : next.get(0),
        Stream.of(current, next).flatMap(ids -> ids.stream().skip(1)).toList());
  }

  /** Whether a head of this backbone can serve. */
  public boolean has(String id) {
    return id.equals(current) || id.equals(next) || parts.contains(id);
  }

  /** For messages. */
  public String describe() {
    return next == null ? shortened(current) : shortened(current) + " and " + shortened(next);
  }

  /** The displayed form of an id. */
  public static String shortened(String id) {
    return id.substring(0, Math.min(SHOWN, id.length()));
  }
}
