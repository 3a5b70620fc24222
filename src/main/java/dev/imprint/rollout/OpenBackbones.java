package dev.imprint.rollout;

import dev.imprint.model.Backbones;
import org.jspecify.annotations.Nullable;

/**
 * The backbones that a service has open, by id: versions of others cannot serve. Whoever leads says
 * so on the topic {@code models}, for commands whose settings need not be the service's.
 *
 * @param current what the service started on
 * @param next what it changes to; null while it changes to none
 */
public record OpenBackbones(String current, @Nullable String next) {
  /** Characters of an id that people are shown. */
  private static final int SHOWN = 12;

  public static OpenBackbones of(Backbones open) {
    return new OpenBackbones(open.current().id(), open.next() == null ? null : open.next().id());
  }

  public boolean has(String id) {
    return id.equals(current) || id.equals(next);
  }

  /** For people. */
  public String describe() {
    return next == null ? shortened(current) : shortened(current) + " and " + shortened(next);
  }

  /** As people are shown an id. */
  public static String shortened(String id) {
    return id.substring(0, Math.min(SHOWN, id.length()));
  }
}
