package dev.imprint.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.jspecify.annotations.Nullable;

/** Members of a group, of which the first has everything; it learns of a change by polling. */
public final class SimulatedGroup {
  private final String name;
  private final List<SimulatedConsumer> members = new ArrayList<>();
  private int generation;

  SimulatedGroup(String name) {
    this.name = name;
  }

  /** Whether it was none of the members until now. */
  boolean join(SimulatedConsumer member) {
    if (members.contains(member)) {
      return false;
    }
    members.add(member);
    generation++;
    return true;
  }

  void leave(SimulatedConsumer member) {
    if (members.remove(member)) {
      generation++;
    }
  }

  /** The first member was not heard of for too long; it joins again when it polls. */
  public void expireFirst() {
    if (!members.isEmpty()) {
      leave(members.get(0));
    }
  }

  /** All members were not heard of. */
  public void expireAll() {
    while (!members.isEmpty()) {
      expireFirst();
    }
  }

  @Nullable SimulatedConsumer first() {
    return members.isEmpty() ? null : members.get(0);
  }

  ConsumerGroupMetadata membership(SimulatedConsumer member) {
    return new ConsumerGroupMetadata(name, generation, member.memberId(), Optional.empty());
  }

  /** Sticky assignment: others may come and go, as long as this one keeps what it has. */
  boolean isCurrent(ConsumerGroupMetadata member) {
    SimulatedConsumer first = first();
    return first != null && first.memberId().equals(member.memberId());
  }
}
