package dev.imprint.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.event.DeadLetter;
import dev.imprint.event.PredictionCodec;
import dev.imprint.event.Topics;
import dev.imprint.event.VersionHeader;
import dev.imprint.event.avro.ImageEvent;
import dev.imprint.model.Claim;
import dev.imprint.model.Prediction;
import dev.imprint.model.Rejection;
import dev.imprint.model.Release;
import dev.imprint.model.serving.Lease;
import dev.imprint.model.serving.ServingModel;
import dev.imprint.pipeline.part.PipelineMetrics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The result for one record. The driver commits after each record, so a batch has just one. */
class ServingTopologyTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");
  private static final Instant RECEIVED = NOW.minusSeconds(3);
  private static final OutgoingRecords.OutgoingLimits ROOMY =
      new OutgoingRecords.OutgoingLimits(10_000, 10_000);

  @TempDir private Path state;
  private final ExecutorService decoding = Executors.newSingleThreadExecutor();
  private final List<String> counted = new ArrayList<>();
  private @Nullable TopologyTestDriver driver;

  @AfterEach
  void stop() {
    if (driver != null) {
      driver.close();
    }
    decoding.shutdown();
  }

  @Test
  void shouldPredictABareImageUnderItsKeyWithItsHeaders() throws Exception {
    start(withHead(), ROOMY);
    var headers = new RecordHeaders().add("camera", "north".getBytes(UTF_8));

    send(new TestRecord<>(bytes("belt-17"), bytes("7"), headers, RECEIVED));

    TestRecord<byte[], byte[]> out = predictions().readRecord();
    assertThat(out.key()).asString().isEqualTo("belt-17");
    assertThat(out.headers().lastHeader("camera").value()).asString().isEqualTo("north");
    assertThat(out.getRecordTime()).isEqualTo(NOW);
    Prediction prediction = PredictionCodec.decode(out.value());
    assertThat(prediction.imageId()).isEqualTo("belt-17");
    assertThat(prediction.label()).isEqualTo("odd");
    assertThat(prediction.confidence()).isGreaterThan(0.99f);
    assertThat(prediction.top()).hasSize(2);
    assertThat(prediction.modelVersion()).isEqualTo("parity-1");
    assertThat(prediction.receivedAt()).isEqualTo(RECEIVED);
    // printf 7 | sha256sum
    assertThat(prediction.claim())
        .isEqualTo(
            new Claim(
                "images",
                0,
                0,
                "7902699be42c8a8e46fbbb4501726517e86b22c56a189f7625a6da49081b2451"));
    assertThat(counted).containsExactly("batch 1", "predicted true PT3S");
  }

  @Test
  void shouldPredictAnAvroEventAndPassItsGroupOn() throws Exception {
    start(withHead(), ROOMY);

    send(new TestRecord<>(null, event("7", "belt-17", "burst-1"), RECEIVED));

    Prediction prediction = PredictionCodec.decode(predictions().readRecord().value());
    assertThat(prediction.imageId()).isEqualTo("belt-17");
    assertThat(prediction.group()).isEqualTo("burst-1");
  }

  @Test
  void shouldNameAnImageWithoutAKeyByItsPlace() throws Exception {
    start(withHead(), ROOMY);

    send(new TestRecord<>(null, bytes("8"), RECEIVED));

    TestRecord<byte[], byte[]> out = predictions().readRecord();
    assertThat(out.key()).asString().isEqualTo("images-0-0");
    assertThat(PredictionCodec.decode(out.value()).imageId()).isEqualTo("images-0-0");
  }

  @Test
  void shouldGiveANullLabelWithoutAHead() throws Exception {
    start(ServingModel.withoutHead(new ParityModel(batch -> {})), ROOMY);

    send(new TestRecord<>(bytes("a"), bytes("8"), RECEIVED));

    Prediction prediction = PredictionCodec.decode(predictions().readRecord().value());
    assertThat(prediction.label()).isNull();
    assertThat(prediction.confidence()).isZero();
    assertThat(prediction.modelVersion()).isEqualTo("none");
    assertThat(counted).contains("predicted false PT3S");
  }

  @Test
  void shouldMakeADeadLetterOfATombstone() {
    start(withHead(), ROOMY);

    send(new TestRecord<>(bytes("a"), null, RECEIVED));

    TestRecord<byte[], byte[]> letter = deadLetter(Rejection.EMPTY, "tombstone");
    assertThat(letter.value()).isNull();
    assertThat(DeadLetter.of(letter.headers()).size()).isEqualTo(-1);
  }

  @Test
  void shouldMakeADeadLetterOfAnEmptyValue() {
    start(withHead(), ROOMY);

    send(new TestRecord<>(bytes("a"), new byte[0], RECEIVED));

    assertThat(deadLetter(Rejection.EMPTY, "empty").value()).isEmpty();
  }

  @Test
  void shouldMakeADeadLetterOfAKeyThatIsNotUtf8() {
    start(withHead(), ROOMY);

    send(new TestRecord<>(new byte[] {(byte) 0xC3, 0x28}, bytes("8"), RECEIVED));

    deadLetter(Rejection.BAD_KEY, "UTF-8");
  }

  @Test
  void shouldMakeADeadLetterOfAnEventUnderAnotherKey() throws Exception {
    start(withHead(), ROOMY);

    send(new TestRecord<>(bytes("belt-1"), event("7", "belt-2", null), RECEIVED));

    deadLetter(Rejection.BAD_KEY, "belt-1", "belt-2");
  }

  @Test
  void shouldSayOnceInEachRecordWhichReleaseWroteIt() {
    start(withHead(), ROOMY);
    var claimed = new RecordHeaders().add(VersionHeader.NAME, "0.0.1".getBytes(UTF_8));

    send(new TestRecord<>(bytes("a"), bytes("7"), claimed, RECEIVED));
    send(new TestRecord<>(bytes("b"), bytes("no image"), claimed, RECEIVED));

    assertThat(List.of(predictions().readRecord(), deadLetter(Rejection.BROKEN_IMAGE)))
        .allSatisfy(
            record ->
                assertThat(record.headers().headers(VersionHeader.NAME))
                    .extracting(header -> new String(header.value(), UTF_8))
                    .containsExactly(Release.VERSION));
  }

  @Test
  void shouldKeepADeadLettersRecordAndSayWhereItLies() {
    start(withHead(), ROOMY);
    var headers = new RecordHeaders().add("camera", "north".getBytes(UTF_8));

    send(new TestRecord<>(bytes("a"), bytes("1"), RECEIVED));
    send(new TestRecord<>(bytes("b"), bytes("no image"), headers, RECEIVED));

    TestRecord<byte[], byte[]> letter = deadLetter(Rejection.BROKEN_IMAGE, "not a number");
    assertThat(letter.key()).asString().isEqualTo("b");
    assertThat(letter.value()).asString().isEqualTo("no image");
    assertThat(letter.headers().lastHeader("camera").value()).asString().isEqualTo("north");
    assertThat(DeadLetter.of(letter.headers()))
        .isEqualTo(new DeadLetter("broken_image", "not a number", "images", 0, 1, NOW, 8));
    assertThat(counted).contains("rejected broken_image");
  }

  @Test
  void shouldCutADeadLetterThatIsOverItsTopicsLimit() {
    start(withHead(), new OutgoingRecords.OutgoingLimits(10_000, 2_000));

    send(new TestRecord<>(bytes("a"), bytes("x".repeat(5_000)), RECEIVED));

    TestRecord<byte[], byte[]> letter = deadLetter(Rejection.BROKEN_IMAGE);
    assertThat(letter.value().length).isBetween(1_000, 2_000);
    assertThat(DeadLetter.of(letter.headers()).size()).isEqualTo(5_000);
  }

  @Test
  void shouldLeaveOutHeadersAndKeyIfADeadLetterDoesNotFitOtherwise() {
    start(withHead(), new OutgoingRecords.OutgoingLimits(10_000, 2_000));
    var headers = new RecordHeaders().add("huge", new byte[3_000]);

    send(new TestRecord<>(new byte[3_000], bytes("x"), headers, RECEIVED));

    TestRecord<byte[], byte[]> letter = deadLetter(Rejection.BAD_KEY, "3000");
    assertThat(letter.key()).isNull();
    assertThat(letter.headers().lastHeader("huge")).isNull();
    assertThat(letter.value()).asString().isEqualTo("x");
  }

  @Test
  void shouldMakeADeadLetterOfAnImageWhosePredictionWouldBeTooLarge() {
    start(withHead(), new OutgoingRecords.OutgoingLimits(2_000, 10_000));
    var headers = new RecordHeaders().add("huge", new byte[3_000]);

    send(new TestRecord<>(bytes("a"), bytes("7"), headers, RECEIVED));

    deadLetter(Rejection.PREDICTION_TOO_LARGE, "2000");
    assertThat(predictions().isEmpty()).isTrue();
  }

  private static ServingModel withHead() {
    return ParityModel.serving(new ParityModel(batch -> {}));
  }

  private void start(ServingModel model, OutgoingRecords.OutgoingLimits limits) {
    Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
    PipelineMetrics metrics = new CountedCalls(counted);
    var classifier =
        new ImageClassifier(
            () -> Lease.of(model),
            decoding,
            ServingConfig.DEFAULTS,
            metrics,
            clock,
            SamplingConfig.DEFAULTS);
    var outgoing = new OutgoingRecords(limits, PredictionCodec.JSON, metrics, clock);
    Properties properties = new Properties();
    properties.putAll(
        Map.of(
            "application.id",
            "test",
            "bootstrap.servers",
            "unused:1",
            "state.dir",
            state.toString()));
    Topology topology =
        ServingTopology.build(
            Topics.DEFAULTS,
            ServingTopology.batches(
                ServingConfig.DEFAULTS, classifier::classify, outgoing, () -> {}));
    driver = new TopologyTestDriver(topology, properties);
  }

  private TopologyTestDriver driver() {
    if (driver == null) {
      throw new IllegalStateException("start first");
    }
    return driver;
  }

  private void send(TestRecord<byte[], byte[]> record) {
    TestInputTopic<byte[], byte[]> images =
        driver().createInputTopic("images", new ByteArraySerializer(), new ByteArraySerializer());
    images.pipeInput(record);
  }

  private TestOutputTopic<byte[], byte[]> predictions() {
    return output("predictions");
  }

  private TestRecord<byte[], byte[]> deadLetter(Rejection reason, String... said) {
    TestRecord<byte[], byte[]> letter = output("images.dlq").readRecord();
    DeadLetter read = DeadLetter.of(letter.headers());
    assertThat(read.reason()).isEqualTo(reason.tag());
    for (String part : said) {
      assertThat(read.message()).contains(part);
    }
    assertThat(letter.headers().lastHeader("__streams.errors.message").value())
        .asString()
        .isEqualTo(read.message());
    return letter;
  }

  private TestOutputTopic<byte[], byte[]> output(String topic) {
    return driver()
        .createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private static byte[] event(String image, String id, @Nullable String group) throws IOException {
    ImageEvent event =
        ImageEvent.newBuilder()
            .setImage(ByteBuffer.wrap(bytes(image)))
            .setImageId(id)
            .setGroup(group)
            .build();
    ByteBuffer encoded = ImageEvent.getEncoder().encode(event);
    byte[] bytes = new byte[encoded.remaining()];
    encoded.get(bytes);
    return bytes;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
