package dev.imprint.page.teach;

import java.util.List;

/**
 * The result of sending labels.
 *
 * @param taken ids of those that Kafka has acknowledged, now or before
 * @param refused those that are wrong, and would be so again
 */
public record TakenLabels(List<String> taken, List<Refused> refused) {
  /**
   * @param why for people
   */
  public record Refused(String id, String why) {}
}
