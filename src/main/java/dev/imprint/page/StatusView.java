package dev.imprint.page;

import dev.imprint.model.CheckResult;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * This instance's release, version and health.
 *
 * @param release of Imprint
 * @param ready whether it serves
 * @param health by part
 * @param serving the version that it serves with; null until it does
 * @param labels that this version knows
 */
record StatusView(
    String release,
    boolean ready,
    Map<String, Part> health,
    @Nullable String serving,
    List<String> labels) {

  /**
   * @param cause empty if it is up
   */
  record Part(CheckResult.Status status, String cause) {}
}
