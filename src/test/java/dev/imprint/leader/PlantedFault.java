package dev.imprint.leader;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** A fault in a simulation, which its invariants have to find. */
enum PlantedFault {
  NONE,

  /** Brokers let a producer go on when another one has taken its id. */
  NO_FENCING,

  /** A leader that was fenced takes the id again, and goes on with what it knows. */
  TAKES_ID_AGAIN,

  /** A command's offset is committed after its answer, in a transaction of its own. */
  OFFSET_AFTER_ANSWER,

  /** Records that are committed but have no marker yet are not read. */
  IGNORES_MISSING_MARKERS,

  /** A leader does not know which labels the network was fine-tuned with before. */
  FORGETS_LEARNED_LABELS;

  /** The behaviour that replaces a producer's call. */
  interface Call {
    @Nullable Object on(Producer<byte[], byte[]> producer, Method method, Object[] args)
        throws Throwable;
  }

  /** Of the leaders' producers. */
  Producer<byte[], byte[]> in(Producer<byte[], byte[]> producer) {
    return switch (this) {
      case TAKES_ID_AGAIN -> wrapped(producer, PlantedFault::takingIdAgain);
      case OFFSET_AFTER_ANSWER -> wrapped(producer, new OffsetAfterAnswer());
      default -> producer;
    };
  }

  private static @Nullable Object takingIdAgain(
      Producer<byte[], byte[]> producer, Method method, Object[] args) throws Throwable {
    if (method.getName().equals("beginTransaction")) {
      producer.initTransactions();
    }
    return method.invoke(producer, args);
  }

  private static final class OffsetAfterAnswer implements Call {
    private @Nullable Map<TopicPartition, OffsetAndMetadata> offsets;
    private @Nullable ConsumerGroupMetadata member;

    @Override
    @SuppressWarnings("unchecked")
    public @Nullable Object on(Producer<byte[], byte[]> producer, Method method, Object[] args)
        throws Throwable {
      if (method.getName().equals("sendOffsetsToTransaction")) {
        offsets = (Map<TopicPartition, OffsetAndMetadata>) args[0];
        member = (ConsumerGroupMetadata) args[1];
        return null;
      }
      Object result = method.invoke(producer, args);
      if (method.getName().equals("commitTransaction") && offsets != null && member != null) {
        var late = offsets;
        offsets = null;
        producer.beginTransaction();
        producer.sendOffsetsToTransaction(late, member);
        producer.commitTransaction();
      }
      return result;
    }
  }

  @SuppressWarnings("unchecked")
  static Producer<byte[], byte[]> wrapped(Producer<byte[], byte[]> producer, Call call) {
    return (Producer<byte[], byte[]>)
        Proxy.newProxyInstance(
            PlantedFault.class.getClassLoader(),
            new Class<?>[] {Producer.class},
            (proxy, method, args) -> {
              try {
                return call.on(producer, method, args);
              } catch (InvocationTargetException e) {
                throw e.getCause() == null ? e : e.getCause();
              }
            });
  }
}
