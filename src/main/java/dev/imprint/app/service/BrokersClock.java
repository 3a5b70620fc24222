package dev.imprint.app.service;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.common.KafkaException;

/** The offset of the brokers' clock from ours. */
public record BrokersClock(TopicSetup topics, InstantSource clock) {
  /**
   * How far it is ahead of ours; negative if behind. The metadata leader reports when it was last
   * up to date, which for itself is always now.
   *
   * @throws KafkaException if they do not report it: brokers without KRaft, or not allowed
   */
  public Optional<Duration> ahead() {
    long before = clock.millis();
    QuorumInfo quorum = topics.answer(topics.admin().describeMetadataQuorum().quorumInfo());
    long now = before + (clock.millis() - before) / 2;
    List<QuorumInfo.ReplicaState> leaders =
        quorum.voters().stream().filter(voter -> voter.replicaId() == quorum.leaderId()).toList();
    return leaders.isEmpty() || leaders.get(0).lastCaughtUpTimestamp().isEmpty()
        ? Optional.empty()
        : Optional.of(Duration.ofMillis(leaders.get(0).lastCaughtUpTimestamp().getAsLong() - now));
  }
}
