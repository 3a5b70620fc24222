package dev.imprint.rollout;

import dev.imprint.training.Candidate;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;

/**
 * Publishes in a separate JVM that ends as if by {@code kill -9}: before a given step, or whenever
 * it is killed.
 */
public final class PublishWorker {
  /** Exit code of a JVM that halted before its step; a shell shows the same for a kill. */
  static final int HALTED = 137;

  /** The calls that reach the broker. */
  private static final Set<String> STEPS = Set.of("beginTransaction", "send", "commitTransaction");

  private PublishWorker() {}

  /**
   * @param args bootstrap servers, topic prefix, how many versions to publish, and the step before
   *     which to halt, from 1
   */
  public static void main(String[] args) throws Exception {
    TestRegistry registry = new TestRegistry(args[0], args[1]);
    try (Producer<byte[], byte[]> producer =
            halting(registry.producer(), Integer.parseInt(args[3]));
        Publisher publisher = registry.publisher(producer, 1)) {
      int versions = Integer.parseInt(args[2]);
      for (int i = 0; i < versions; i++) {
        publish(publisher);
      }
    }
  }

  /** A fine-tuned version that has not been published, better than the serving one. */
  static void publish(Publisher publisher) throws Exception {
    Models models = publisher.models();
    publisher.publish(
        candidate(models.nextNumber()),
        models.rollout() == null ? null : models.rollout().serving(),
        "worker",
        Publisher.NOTHING_MORE);
  }

  /** Head and network are large enough for two chunks each. */
  private static Candidate candidate(int number) {
    Candidate head = Versions.candidate(Versions.head("tuned-" + number, 1280, 130, number), true);
    byte[] weights = new byte[ArtifactReader.CHUNK_BYTES + 1];
    new Random(number).nextBytes(weights);
    return new Candidate(
        head.head(),
        head.folds(),
        head.training(),
        head.judgement(),
        head.examples(),
        head.unlabelled(),
        head.mistakes(),
        new Candidate.TunedNetwork(Versions.BACKBONE, weights, 1, "top"));
  }

  @SuppressWarnings("unchecked")
  private static Producer<byte[], byte[]> halting(Producer<byte[], byte[]> producer, int step) {
    AtomicInteger steps = new AtomicInteger();
    return (Producer<byte[], byte[]>)
        Proxy.newProxyInstance(
            PublishWorker.class.getClassLoader(),
            new Class<?>[] {Producer.class},
            (proxy, method, args) -> {
              if (STEPS.contains(method.getName()) && steps.incrementAndGet() == step) {
                Runtime.getRuntime().halt(HALTED);
              }
              return call(producer, method, args);
            });
  }

  private static @Nullable Object call(
      Producer<byte[], byte[]> producer, Method method, @Nullable Object @Nullable [] args)
      throws Throwable {
    try {
      return method.invoke(producer, args);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }
}
