package dev.imprint.leader;

import dev.imprint.event.Clients;
import dev.imprint.model.CheckResult;
import dev.imprint.model.RetryPause;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Elects the one instance that trains and decides: the one that Kafka assigns the only partition of
 * {@code commands}, for as long as its {@link Leadership} lasts. Each instance runs a leader; all
 * but one wait.
 *
 * <p>Runs in a thread of its own; {@link #check()} and {@link #close()} may be called from any
 * thread. The creator must close it.
 */
public final class Leader implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Leader.class);
  private static final Duration IDLE = Duration.ofMillis(500);

  /** A training may end, or report progress, at any time. */
  private static final Duration BUSY = Duration.ofMillis(200);

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);

  private final Clients clients;
  private final String group;
  private final TopicPartition commands;
  private final Function<Consumer<byte[], byte[]>, Leadership> leaderships;
  private final Thread thread = new Thread(this::run, "imprint-leader");
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile @Nullable Consumer<byte[], byte[]> consumer;
  private volatile @Nullable Leadership leadership;
  private volatile @Nullable String failure;

  /**
   * @param group of the instances that take part in the election
   * @param commandsTopic topic with one partition, which decides the election
   * @param leaderships begins a leadership, and fences the previous one on any instance
   */
  public Leader(
      Clients clients,
      String group,
      String commandsTopic,
      Function<Consumer<byte[], byte[]>, Leadership> leaderships) {
    this.clients = clients;
    this.group = group;
    this.commands = new TopicPartition(commandsTopic, 0);
    this.leaderships = leaderships;
  }

  public void start() {
    thread.start();
  }

  /** Whether this instance leads. */
  public boolean leads() {
    return leadership != null;
  }

  /**
   * DEGRADED with its cause if it cannot lead for now or the last training failed; DOWN if only a
   * restart helps.
   */
  public CheckResult check() {
    String cause = failure;
    if (thread.getState() == Thread.State.TERMINATED && isOpen()) {
      return CheckResult.down("this instance can no longer become leader: " + cause).untilRestart();
    }
    if (cause != null) {
      return CheckResult.degraded(cause);
    }
    Leadership current = leadership;
    return current == null ? CheckResult.UP : current.check();
  }

  @Override
  public void close() {
    closing.countDown();
    Consumer<byte[], byte[]> current = consumer;
    if (current != null) {
      current.wakeup();
    }
    try {
      thread.join(CLOSE_TIMEOUT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isOpen() {
    return closing.getCount() > 0;
  }

  private void run() {
    RetryPause pauses = new RetryPause(FIRST_PAUSE, LONGEST_PAUSE);
    try {
      while (isOpen()) {
        long start = System.nanoTime();
        try {
          takePart();
        } catch (WakeupException e) {
          LOG.debug("woken up to close");
        } catch (RuntimeException e) {
          if (System.nanoTime() - start > LONGEST_PAUSE.toNanos()) {
            pauses.worked(); // meanwhile
          }
          Duration pause = pauses.failed();
          failure =
              "this instance cannot lead, retrying in %d s: %s".formatted(pause.toSeconds(), e);
          LOG.warn("Leadership failed; retrying in {} s", pause.toSeconds(), e);
          closing.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        }
      }
    } catch (InterruptedException e) {
      failure = "the leader was interrupted";
      LOG.error("The leader was interrupted and stops", e);
    } catch (Error e) {
      failure = e.toString();
      LOG.error("The leader's thread has stopped", e);
      throw e;
    }
  }

  /** One membership of the group, until it is closed or fails. */
  private void takePart() {
    try (Consumer<byte[], byte[]> member = join()) {
      consumer = member;
      while (isOpen()) {
        serve(member);
      }
    } finally {
      consumer = null;
      end();
    }
  }

  /** Becomes a member of the group. */
  Consumer<byte[], byte[]> join() {
    Map<String, ?> own =
        Map.of(
            ConsumerConfig.GROUP_ID_CONFIG,
            group,
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            "earliest", // expired commands are refused, none is missed
            ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
            10_000,
            ConsumerConfig.RETRY_BACKOFF_MS_CONFIG,
            clients.memberBackoffMs(),
            // The leader keeps leading when others join or leave; Kafka's default would end its
            // leadership, and the running training, each time.
            ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
            CooperativeStickyAssignor.class.getName());
    Consumer<byte[], byte[]> member = clients.consumer(own);
    member.subscribe(List.of(commands.topic()), new RevocationListener());
    return member;
  }

  /** Polls once, and leads if this member is elected. */
  void serve(Consumer<byte[], byte[]> member) {
    Leadership current = leadership;
    var records = member.poll(current != null && current.isBusy() ? BUSY : IDLE);
    failure = null;
    if (!member.assignment().contains(commands)) {
      return;
    }
    current = leadership; // which the poll may have ended
    if (current == null) {
      // Records polled before the leadership began are read again, after the last one carried out.
      current = begin(member);
    } else {
      records.forEach(current::accept);
    }
    try {
      current.step();
    } catch (KafkaException e) {
      // Fenced by another leader or a rollback, or Kafka has aborted a transaction.
      LOG.warn("Leadership ended: {}", e.toString());
      end();
      throw e;
    }
    if (current.isBusy()) {
      member.pause(List.of(commands));
    } else {
      member.resume(List.of(commands));
    }
  }

  private Leadership begin(Consumer<byte[], byte[]> member) {
    Leadership begun = leaderships.apply(member);
    leadership = begun;
    OffsetAndMetadata carriedOut = member.committed(Set.of(commands)).get(commands);
    if (carriedOut == null) {
      member.seekToBeginning(List.of(commands));
    } else {
      member.seek(commands, carriedOut.offset());
    }
    LOG.info("This instance is now the leader");
    return begun;
  }

  void end() {
    Leadership ending = leadership;
    leadership = null;
    if (ending != null) {
      ending.close();
      LOG.info("This instance is no longer the leader");
    }
  }

  /** Called by {@code poll}, on the leader's thread. */
  private final class RevocationListener implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      if (partitions.contains(commands)) {
        end();
      }
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      // The leadership begins after the poll, since that takes longer than a rebalance should.
    }
  }
}
