package dev.imprint.rollout;

import dev.imprint.model.Backbones;
import org.jspecify.annotations.Nullable;

/**
 * The backbones that a service has open, by id: versions of others cannot serve. The leader
 * announces them on the topic {@code models}, for commands whose settings may differ from the
 * service's.
 *
 * @param current the one that the service started with
 * @param next the one that it changes to; null if it is not changing
 */
public record OpenBackbones(String current, @Nullable String next) {
  /** Characters of an id that are displayed. */
  private static final int SHOWN = 12;

  public static OpenBackbones of(Backbones open) {
    return new OpenBackbones(open.current().id(), open.next() == null ? null : open.next().id());
  }

  public boolean has(String id) {
    return id.equals(current) || id.equals(next);
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
