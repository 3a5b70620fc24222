package dev.imprint.pipeline.learning;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.event.IncomingImage;
import dev.imprint.event.Topics;
import dev.imprint.model.Claim;
import dev.imprint.model.labels.LabelChanges;
import dev.imprint.pipeline.TestClock;
import dev.imprint.pipeline.part.DeadLetters;
import dev.imprint.pipeline.part.PipelineMetrics;
import dev.imprint.simulation.SimulatedStore;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.Punctuator;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Learning's processors with stores in memory, run as Kafka Streams runs them: what they forward
 * and store is written to topics by one producer.
 */
final class LearningTask {
  private static final Topics TOPICS = Topics.DEFAULTS;
  private static final LearningRecords.LearningLimits ROOMY =
      new LearningRecords.LearningLimits(10_000, 10_000, 10_000, 10_000);

  private final Producer<byte[], byte[]> producer;
  private final String guarantee;
  private final SentImages images;
  private final Clock wall;
  private final TestClock clock;
  private final PlantedLabelFault fault;
  private final Map<String, SimulatedStore<?, ?>> stores = new HashMap<>();
  private final PredictionCheck predictions;
  private final FeedbackCheck feedback;
  private final LabelProcessor labels;
  private final List<Punctuator> timers = new ArrayList<>();
  private final Map<String, Long> written = new HashMap<>();
  private Set<Claim> gone = Set.of();
  private @Nullable ConsumerRecord<byte[], byte[]> current;

  LearningTask(
      Producer<byte[], byte[]> producer,
      String guarantee,
      SentImages images,
      Clock wall,
      PlantedLabelFault fault) {
    this.producer = producer;
    this.guarantee = guarantee;
    this.images = images;
    this.wall = wall;
    this.clock = new TestClock(wall.instant());
    this.fault = fault;
    for (String bytes : List.of(LabelProcessor.RECENT, LabelProcessor.WAITING)) {
      add(bytes, Serdes.ByteArray(), fault.values(bytes));
    }
    for (String labels : List.of(LabelProcessor.BUFFER, LabelProcessor.AWAITED)) {
      add(labels, Serdes.String(), fault.values(labels));
    }
    add(LabelProcessor.SEEN, Serdes.String(), Serdes.String());
    DeadLetters letters = new DeadLetters(10_000, clock);
    LearningRecords records =
        new LearningRecords(ROOMY, SentImages.MAX_PICTURE_BYTES, SentImages::decoder, clock);
    FeedbackDecision decision =
        new FeedbackDecision(
            records, this::picture, letters, PipelineMetrics.NOOP, () -> LabelChanges.NONE, clock);
    predictions = new PredictionCheck(letters, PipelineMetrics.NOOP, clock);
    feedback = new FeedbackCheck(TOPICS.images(), letters, PipelineMetrics.NOOP, clock);
    labels = new LabelProcessor(LearningConfig.DEFAULTS, decision, images, clock);
  }

  private <K, V> void add(String name, Serde<K> keys, Serde<V> values) {
    String topic = LearningTopics.changelog(name);
    stores.put(
        topic,
        new SimulatedStore<>(
            name,
            keys,
            values,
            (key, value) -> producer.send(new ProducerRecord<>(topic, key, value))));
  }

  /** Restores a record of a changelog, before the start. */
  void restore(ConsumerRecord<byte[], byte[]> record) {
    store(record.topic()).restore(record.key(), record.value());
  }

  void start() {
    ProcessorContext<byte[], byte[]> context = context();
    predictions.init(context);
    feedback.init(context);
    labels.init(context);
  }

  /** Returns what the label processor processed; null if this record was not for it. */
  @Nullable LabelEvent process(ConsumerRecord<byte[], byte[]> record) {
    current = record;
    begin();
    long now = clock.millis();
    String topic = record.topic();
    if (topic.equals(TOPICS.predictions())) {
      predictions.process(new Record<>(record.key(), record.value(), now, record.headers()));
      return null;
    }
    if (topic.equals(TOPICS.feedback())) {
      feedback.process(new Record<>(record.key(), record.value(), now, record.headers()));
      return null;
    }
    Object value =
        topic.equals(LearningTopics.PREDICTED)
            ? RecentPredictions.decode(record.value())
            : topic.equals(LearningTopics.CHECKED)
                ? ArrivedFeedback.decode(record.value())
                : record.value();
    String id = new String(record.key(), UTF_8);
    labels.process(new Record<>(id, value, now, fault.headers(record)));
    return new LabelEvent(record, now, now, Map.copyOf(written), gone);
  }

  /** Fires the timers; returns null if nothing has expired. */
  @Nullable LabelEvent tick() {
    begin();
    SimulatedStore<?, ?> waiting = store(LearningTopics.changelog(LabelProcessor.WAITING));
    long before = waiting.approximateNumEntries();
    long now = clock.millis();
    long read = Math.min(now, images.readUntil());
    List.copyOf(timers).forEach(timer -> timer.punctuate(now));
    return waiting.approximateNumEntries() == before
        ? null
        : new LabelEvent(null, now, read, Map.copyOf(written), gone);
  }

  private @Nullable IncomingImage picture(Claim claim) {
    return gone.contains(claim) ? null : images.image(claim);
  }

  /** Stops time and retention during a call, although other processes may run meanwhile. */
  private void begin() {
    written.clear();
    gone = images.gone();
    clock.advance(Duration.between(clock.instant(), wall.instant()));
  }

  private SimulatedStore<?, ?> store(String changelog) {
    return Optional.<SimulatedStore<?, ?>>ofNullable(stores.get(changelog)).orElseThrow();
  }

  @SuppressWarnings("unchecked")
  private ProcessorContext<byte[], byte[]> context() {
    return (ProcessorContext<byte[], byte[]>)
        Proxy.newProxyInstance(
            LearningTask.class.getClassLoader(),
            new Class<?>[] {ProcessorContext.class},
            (proxy, method, args) ->
                switch (method.getName()) {
                  case "getStateStore" -> store(LearningTopics.changelog((String) args[0]));
                  case "appConfigs" ->
                      Map.of(
                          StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
                  case "recordMetadata" -> Optional.ofNullable(current).map(RecordPlace::new);
                  case "schedule" -> timer((Punctuator) args[2]);
                  case "forward" -> {
                    forward((Record<byte[], byte[]>) args[0], (String) args[1]);
                    yield null;
                  }
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  private Cancellable timer(Punctuator punctuator) {
    timers.add(punctuator);
    return () -> timers.remove(punctuator);
  }

  private void forward(Record<byte[], byte[]> record, String child) {
    String topic = Optional.ofNullable(LearningTopics.SINKS.get(child)).orElseThrow();
    var sent =
        producer.send(
            new ProducerRecord<>(
                topic, null, record.key(), record.value(), fault.headers(record.headers())));
    if (topic.equals(TOPICS.labels())) {
      try {
        RecordMetadata at = sent.get();
        written.put(new String(record.key(), UTF_8), at.offset());
      } catch (ExecutionException | InterruptedException e) {
        return; // fenced; its commit will fail
      }
    }
  }

  private record RecordPlace(ConsumerRecord<byte[], byte[]> record)
      implements org.apache.kafka.streams.processor.api.RecordMetadata {
    @Override
    public String topic() {
      return record.topic();
    }

    @Override
    public int partition() {
      return record.partition();
    }

    @Override
    public long offset() {
      return record.offset();
    }
  }
}
