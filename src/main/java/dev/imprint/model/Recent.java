package dev.imprint.model;

import java.util.LinkedHashMap;
import java.util.Map;

/** A map that forgets its oldest entries beyond a limit. Not thread-safe. */
public final class Recent<K, V> extends LinkedHashMap<K, V> {
  private static final long serialVersionUID = 1;

  private final int most;

  private Recent(int most, boolean byUse) {
    super(16, 0.75f, byUse);
    this.most = most;
  }

  /** Forgets what was put first. */
  public static <K, V> Map<K, V> put(int most) {
    return new Recent<>(most, false);
  }

  /** Forgets what was put or read the longest time ago. */
  public static <K, V> Map<K, V> used(int most) {
    return new Recent<>(most, true);
  }

  @Override
  protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
    return size() > most;
  }
}
