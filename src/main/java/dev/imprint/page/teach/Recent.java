package dev.imprint.page.teach;

import java.util.LinkedHashMap;
import java.util.Map;

/** A map that forgets its oldest entries beyond a limit. */
final class Recent<K, V> extends LinkedHashMap<K, V> {
  private static final long serialVersionUID = 1;

  private final int most;

  Recent(int most) {
    this.most = most;
  }

  @Override
  protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
    return size() > most;
  }
}
