package dev.imprint.leader;

import dev.imprint.broker.EmbeddedBroker;
import dev.imprint.rollout.TestRegistry;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Whole instances in separate JVMs under load, to be killed and watched. */
class LearningCrashSteps {
  static final int PARTITIONS = 4;
  private static final long SEED = 20261124;

  private final String prefix;
  final Random random = new Random(SEED);
  @TempDir Path directory;
  private EmbeddedBroker broker;
  TestRegistry registry;
  LearningObserver observer;
  LabelledLoad load;
  LearningWorkers workers;

  /**
   * @param prefix of the topics
   */
  LearningCrashSteps(String prefix) {
    this.prefix = prefix;
  }

  @BeforeEach
  void start() throws Exception {
    broker = EmbeddedBroker.start(directory.resolve("broker"), 0);
    registry = TestRegistry.createAll(broker.bootstrapServers(), prefix, PARTITIONS);
    observer = new LearningObserver(registry.store.clients(), registry.store.topics(), PARTITIONS);
    load = new LabelledLoad(registry.store.clients(), registry.store.topics());
    workers = new LearningWorkers(directory, broker.bootstrapServers(), prefix);
  }

  @AfterEach
  void stop() throws Exception {
    workers.close();
    observer.close();
    broker.close();
  }
}
