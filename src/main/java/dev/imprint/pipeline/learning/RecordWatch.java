package dev.imprint.pipeline.learning;

import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Reports for each record whether its processor succeeded.
 *
 * @param worked runs after each success
 * @param failed runs after each failure, before the exception is rethrown
 * @param pace of work that images take priority over
 */
public record RecordWatch(Runnable worked, Runnable failed, FeedbackPace pace) {
  <A, B, C, D> ProcessorSupplier<A, B, C, D> paced(ProcessorSupplier<A, B, C, D> watched) {
    return pace.of(of(watched));
  }

  <A, B, C, D> ProcessorSupplier<A, B, C, D> of(ProcessorSupplier<A, B, C, D> watched) {
    return () -> new Watched<>(watched.get(), this);
  }

  private record Watched<A, B, C, D>(Processor<A, B, C, D> processor, RecordWatch watch)
      implements Processor<A, B, C, D> {
    @Override
    public void init(ProcessorContext<C, D> context) {
      processor.init(context);
    }

    @Override
    public void process(Record<A, B> record) {
      boolean done = false;
      try {
        processor.process(record);
        done = true;
      } finally {
        (done ? watch.worked() : watch.failed()).run();
      }
    }

    @Override
    public void close() {
      processor.close();
    }
  }
}
