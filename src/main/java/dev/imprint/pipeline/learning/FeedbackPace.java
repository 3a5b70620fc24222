package dev.imprint.pipeline.learning;

import dev.imprint.model.Prediction;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Lets images have the processor first: during a flood of feedback, a thread pauses while a batch
 * is being classified, and works in between; if images leave no gaps, it still gets {@link #SHARE}
 * of a core. Predictions cause no pause, so that learning keeps up with serving when there is no
 * flood. Counts the thread's own processor time, without that of TensorFlow's threads. Thread-safe.
 */
public final class FeedbackPace {
  static final double SHARE = 0.1;

  /** Shorter pauses are accumulated, since the system rounds them. */
  private static final long LEAST_PAUSE_NANOS = 1_000_000;

  /**
   * A record that takes long is real work rather than part of a flood; and its transaction must not
   * take several times as long.
   */
  private static final long LONGEST_PAUSE_NANOS = 20_000_000;

  private final BooleanSupplier classifying;
  private final LongSupplier cpuTime;
  private final LongConsumer pause;

  /**
   * @param classifying whether a batch is being classified at this moment
   * @param cpuTime of the calling thread, in nanoseconds
   * @param pause waits for the given number of nanoseconds
   */
  FeedbackPace(BooleanSupplier classifying, LongSupplier cpuTime, LongConsumer pause) {
    this.classifying = classifying;
    this.cpuTime = cpuTime;
    this.pause = pause;
  }

  public static FeedbackPace whenever(BooleanSupplier classifying) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    return new FeedbackPace(
        classifying,
        threads.isCurrentThreadCpuTimeSupported()
            ? threads::getCurrentThreadCpuTime
            : System::nanoTime,
        LockSupport::parkNanos);
  }

  /** Wraps the processor so that it pauses after each record that is not a prediction. */
  <A, B, C, D> ProcessorSupplier<A, B, C, D> of(ProcessorSupplier<A, B, C, D> hurried) {
    return () -> new Paced<>(hurried.get());
  }

  /** Waits while a batch is being classified, at most so many nanoseconds. */
  public void standBack(long longest) {
    for (long left = longest; left > 0 && classifying.getAsBoolean(); left -= LEAST_PAUSE_NANOS) {
      pause.accept(Math.min(left, LEAST_PAUSE_NANOS));
    }
  }

  private final class Paced<A, B, C, D> implements Processor<A, B, C, D> {
    private final Processor<A, B, C, D> processor;
    private long due;

    Paced(Processor<A, B, C, D> processor) {
      this.processor = processor;
    }

    @Override
    public void init(ProcessorContext<C, D> context) {
      processor.init(context);
    }

    @Override
    public void process(Record<A, B> record) {
      if (record.value() instanceof Prediction) {
        processor.process(record);
        return;
      }
      long start = cpuTime.getAsLong();
      processor.process(record);
      due += (long) ((cpuTime.getAsLong() - start) * (1 / SHARE - 1));
      if (due >= LEAST_PAUSE_NANOS) {
        standBack(Math.min(due, LONGEST_PAUSE_NANOS));
        due = 0;
      }
    }

    @Override
    public void close() {
      processor.close();
    }
  }
}
