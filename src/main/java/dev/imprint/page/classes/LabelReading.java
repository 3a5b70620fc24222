package dev.imprint.page.classes;

import dev.imprint.event.Clients;
import dev.imprint.event.Topics;
import dev.imprint.labels.LabelledSet;
import dev.imprint.model.labels.LabelChanges;
import dev.imprint.web.api.ProblemException;
import java.lang.ref.SoftReference;
import java.time.Duration;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Reads all labels, which takes a second for some tens of thousands, when somebody asks; the same
 * ones serve those who ask within a few seconds. Thread-safe.
 */
final class LabelReading {
  private static final Duration FRESH = Duration.ofSeconds(3);

  private final Clients clients;
  private final Topics topics;
  // Both guarded by this. What nobody looks at gives way to what needs memory.
  private SoftReference<Reading> last = new SoftReference<>(null);
  private @Nullable Failure failure;

  private record Reading(LabelledSet set, LabelChanges changes, long at) {}

  private record Failure(KafkaException cause, long at) {}

  LabelReading(Clients clients, Topics topics) {
    this.clients = clients;
    this.topics = topics;
  }

  /**
   * Waits if they are being read.
   *
   * @throws ProblemException if Kafka does not answer; for a few seconds, it is not asked again
   */
  synchronized LabelledSet now(LabelChanges changes) throws ProblemException {
    Reading known = last.get();
    if (known != null && isFresh(known.at()) && known.changes().equals(changes)) {
      return known.set();
    }
    Failure failed = failure;
    if (failed != null && isFresh(failed.at())) {
      throw ProblemException.withoutKafka(failed.cause());
    }
    try {
      LabelledSet set = LabelledSet.read(clients, topics, changes);
      last = new SoftReference<>(new Reading(set, changes, System.nanoTime()));
      failure = null;
      return set;
    } catch (KafkaException e) {
      failure = new Failure(e, System.nanoTime());
      throw ProblemException.withoutKafka(e);
    }
  }

  private static boolean isFresh(long at) {
    return System.nanoTime() - at < FRESH.toNanos();
  }
}
