package dev.imprint.simulation;

import java.util.List;
import java.util.SplittableRandom;

/**
 * The brokers' own activity: they write markers, expire members and transactions, compact topics.
 *
 * @param group whose first member expires
 * @param compacted topics
 */
public record SimulatedBrokers(
    SimulatedKafka kafka, SplittableRandom random, String group, List<String> compacted)
    implements Schedule.Process {
  @Override
  public void step() {
    switch (random.nextInt(16)) {
      case 0, 1, 2 -> kafka.group(group).expireFirst();
      case 3 -> kafka.timeOutTransactions();
      case 4, 5 -> {
        if (!compacted.isEmpty()) {
          kafka.compact(compacted.get(random.nextInt(compacted.size())));
        }
      }
      default -> kafka.writeMarker(random.nextInt(4));
    }
  }
}
