package dev.imprint.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.event.DeadLetter;
import dev.imprint.event.FeedbackCodec;
import dev.imprint.event.IncomingImage;
import dev.imprint.event.Json;
import dev.imprint.event.LabelRemoval;
import dev.imprint.event.PredictionCodec;
import dev.imprint.event.Sha256;
import dev.imprint.event.Topics;
import dev.imprint.event.VersionHeader;
import dev.imprint.model.Claim;
import dev.imprint.model.Feedback;
import dev.imprint.model.Label;
import dev.imprint.model.Outcome;
import dev.imprint.model.RejectedException;
import dev.imprint.model.Release;
import dev.imprint.model.Verdict;
import dev.imprint.model.Why;
import dev.imprint.model.backbone.ImageDecoder;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.model.backbone.ProbedDecoder;
import dev.imprint.model.labels.LabelChanges;
import dev.imprint.model.serving.Lease;
import dev.imprint.model.serving.ServingModel;
import dev.imprint.pipeline.learning.FeedbackDecision;
import dev.imprint.pipeline.learning.FeedbackPace;
import dev.imprint.pipeline.learning.LearningConfig;
import dev.imprint.pipeline.learning.LearningRecords;
import dev.imprint.pipeline.learning.LearningTopology;
import dev.imprint.pipeline.learning.RecordWatch;
import dev.imprint.pipeline.part.DeadLetters;
import dev.imprint.pipeline.part.PipelineMetrics;
import dev.imprint.pipeline.part.PipelinePart;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/**
 * Both topologies without a broker: images are numbers, labelled odd or even; pictures are read
 * back from a map. Keeps the output on labels and pictures like a compacted topic.
 */
public final class LearningDriver implements AutoCloseable {
  public static final Instant START = Instant.parse("2026-01-02T03:04:05.678Z");
  public static final LearningRecords.LearningLimits ROOMY =
      new LearningRecords.LearningLimits(10_000, 2_000_000, 10_000, 100_000);

  public final TestClock clock = new TestClock(START);
  public final List<String> counted = new ArrayList<>();

  /** The records still on the topic images. */
  public final Map<Claim, IncomingImage> images = new HashMap<>();

  public final Map<String, Label> labels = new HashMap<>();
  public final Map<String, TestRecord<byte[], byte[]>> pictures = new HashMap<>();
  public final List<Outcome> outcomes = new ArrayList<>();
  public final List<DeadLetter> deadLetters = new ArrayList<>();
  public final List<TestRecord<byte[], byte[]>> deadRecords = new ArrayList<>();

  /** How often something was written there. */
  public int labelsWritten;

  public int picturesWritten;

  /** Up to when images have been read. */
  public long imagesRead = Long.MAX_VALUE;

  /** The labels' current names. */
  public LabelChanges labelChanges = LabelChanges.NONE;

  private final ExecutorService decoding = Executors.newSingleThreadExecutor();
  private final TopologyTestDriver serving;
  private final TopologyTestDriver driver;
  private int imagesSent;

  public LearningDriver(Path state) {
    this(
        state,
        ParityModel.serving(new ParityModel(batch -> {})),
        LearningConfig.DEFAULTS,
        ROOMY,
        picture -> picture);
  }

  public LearningDriver(
      Path state,
      ServingModel model,
      LearningConfig config,
      LearningRecords.LearningLimits limits,
      UnaryOperator<byte[]> shrinking) {
    this(state, model, config, limits, shrinking, SamplingConfig.DEFAULTS);
  }

  public LearningDriver(
      Path state,
      ServingModel model,
      LearningConfig config,
      LearningRecords.LearningLimits limits,
      UnaryOperator<byte[]> shrinking,
      SamplingConfig sampling) {
    ImageDecoder decoder = new ProbedDecoder(shrinking(model.backbone().decoder(), shrinking));
    PipelineMetrics metrics = new CountedCalls(counted);
    var classifier =
        new ImageClassifier(
            () -> Lease.of(model), decoding, ServingConfig.DEFAULTS, metrics, clock, sampling);
    var outgoing =
        new OutgoingRecords(
            new OutgoingRecords.OutgoingLimits(10_000, 10_000),
            PredictionCodec.JSON,
            metrics,
            clock);
    serving =
        driver(
            state,
            PipelinePart.SERVING,
            ServingTopology.build(
                Topics.DEFAULTS,
                ServingTopology.batches(
                    ServingConfig.DEFAULTS, classifier::classify, outgoing, () -> {})));
    Topology topology =
        LearningTopology.build(
            Topics.DEFAULTS,
            1,
            config,
            new FeedbackDecision(
                new LearningRecords(limits, config.maxPictureBytes(), () -> decoder, clock),
                images::get,
                new DeadLetters(limits.deadLetter(), clock),
                metrics,
                () -> labelChanges,
                clock),
            () -> imagesRead,
            new RecordWatch(() -> {}, () -> {}, FeedbackPace.whenever(() -> false)));
    driver = driver(state, PipelinePart.LEARNING, topology);
  }

  private static TopologyTestDriver driver(Path state, PipelinePart part, Topology topology) {
    Properties properties = new Properties();
    properties.putAll(
        Map.of(
            "application.id", part.applicationId("test"),
            "bootstrap.servers", "unused:1",
            "state.dir", state.toString()));
    return new TopologyTestDriver(topology, properties, START);
  }

  private static ImageDecoder shrinking(ImageDecoder decoder, UnaryOperator<byte[]> shrinking) {
    return new ImageDecoder() {
      @Override
      public Pixels decode(byte[] image) throws RejectedException {
        return decoder.decode(image);
      }

      @Override
      public byte[] shrink(byte[] image, int mostBytes) throws RejectedException {
        decode(image);
        return shrinking.apply(image);
      }

      @Override
      public byte[] thumbnail(byte[] image, int longestSide) throws RejectedException {
        return decoder.thumbnail(image, longestSide);
      }
    };
  }

  /** Sends a number as an image, received now; returns where it lies. */
  public Claim image(String id, String number) throws IOException {
    return image(id, number, clock.instant());
  }

  public Claim image(String id, String number, Instant stamped) throws IOException {
    byte[] picture = bytes(number);
    Claim claim = new Claim("images", 0, imagesSent++, Sha256.hex(picture));
    images.put(claim, new IncomingImage(id, picture, null));
    pipe(serving, "images", new TestRecord<>(bytes(id), picture, stamped));
    for (var prediction : read(serving, "predictions")) {
      pipe("predictions", prediction);
    }
    return claim;
  }

  public void label(String id, String label) throws IOException {
    label(id, label, null);
  }

  public void label(String id, String label, @Nullable Claim claim) throws IOException {
    feedback(new Feedback(id, label, null, claim, "anna", Why.RANDOM, null));
  }

  public void verdict(String id, Verdict verdict) throws IOException {
    feedback(new Feedback(id, null, verdict, null, "anna", Why.RANDOM, null));
  }

  public void feedback(Feedback feedback) throws IOException {
    feedback(bytes(feedback.imageId()), FeedbackCodec.encode(feedback));
  }

  public void feedback(byte @Nullable [] key, byte @Nullable [] value) throws IOException {
    pipe("feedback", new TestRecord<>(key, value, clock.instant()));
  }

  /** Takes a label out of the buffer as the leader does, which knows this one. */
  public void remove(Label known) throws IOException {
    var tombstone =
        new LabelRemoval(known.label(), known.labelledAt())
            .record(Topics.DEFAULTS, 0, known.imageId());
    labels.remove(known.imageId());
    pipe("labels", new TestRecord<>(tombstone.key(), null, tombstone.headers(), clock.instant()));
  }

  /** Lets time pass, while no stream moves. */
  public void pass(Duration time) throws IOException {
    clock.advance(time);
    driver.advanceWallClockTime(time);
    collect();
  }

  /** Puts a record on any topic that learning reads, internal ones too. */
  public void pipe(String topic, TestRecord<byte[], byte[]> record) throws IOException {
    pipe(driver, topic, record);
    collect();
  }

  private static void pipe(
      TopologyTestDriver into, String topic, TestRecord<byte[], byte[]> record) {
    into.createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer())
        .pipeInput(record);
  }

  /** How many entries a store holds. */
  public long entries(String store) {
    try (var all = driver.getKeyValueStore(store).all()) {
      long count = 0;
      while (all.hasNext()) {
        all.next();
        count++;
      }
      return count;
    }
  }

  public Label labelOf(String id) {
    return Objects.requireNonNull(labels.get(id), () -> "no label of " + id);
  }

  public TestRecord<byte[], byte[]> pictureOf(String id) {
    return Objects.requireNonNull(pictures.get(id), () -> "no picture of " + id);
  }

  private void collect() throws IOException {
    for (var record : read("labels")) {
      labelsWritten++;
      if (record.value() == null) {
        labels.remove(text(record.key()));
      } else {
        labels.put(text(record.key()), Json.decode(record.value(), Label.class));
      }
    }
    for (var record : read("pictures")) {
      picturesWritten++;
      if (record.value() == null) {
        pictures.remove(text(record.key()));
      } else {
        pictures.put(text(record.key()), record);
      }
    }
    for (var record : read("outcomes")) {
      outcomes.add(Json.decode(record.value(), Outcome.class));
    }
    for (var record : read("feedback.dlq")) {
      deadLetters.add(DeadLetter.of(record.headers()));
      deadRecords.add(record);
    }
  }

  private List<TestRecord<byte[], byte[]>> read(String topic) {
    return read(driver, topic);
  }

  private static List<TestRecord<byte[], byte[]>> read(TopologyTestDriver from, String topic) {
    var records =
        from.createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
            .readRecordsToList();
    assertThat(records)
        .as("each record of %s says which release wrote it", topic)
        .allSatisfy(
            record ->
                assertThat(record.headers().headers(VersionHeader.NAME))
                    .extracting(header -> text(header.value()))
                    .containsExactly(Release.VERSION));
    return records;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, UTF_8);
  }

  public static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  @Override
  public void close() {
    serving.close();
    driver.close();
    decoding.shutdown();
  }
}
