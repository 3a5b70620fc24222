package dev.imprint.pipeline.learning;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.model.Claim;
import dev.imprint.model.Prediction;
import dev.imprint.model.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.internals.WindowKeySchema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RecentPredictionsTest {
  private static final Duration WINDOW = Duration.ofHours(1);
  private static final long NOW = Instant.parse("2026-01-02T03:04:05.678Z").toEpochMilli();

  private final KeyValueStore<byte[], byte[]> store =
      Stores.keyValueStoreBuilder(
              Stores.inMemoryKeyValueStore("recent"), Serdes.ByteArray(), Serdes.ByteArray())
          .withLoggingDisabled()
          .build();
  private final RecentPredictions recent = new RecentPredictions(store, WINDOW);

  @BeforeEach
  void open() {
    store.init(new MockProcessorContext<>().getStateStoreContext(), store);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void shouldFindTheNewestOrTheOneThatIsClaimedThoughAllCameInOneMillisecond() {
    recent.add(prediction("7", 0), NOW);
    recent.add(prediction("7", 1), NOW);
    recent.add(prediction("7", 2), NOW);
    recent.add(prediction("7", 1), NOW); // again, as after a crash

    assertThat(recent.find("7", null, NOW)).isEqualTo(prediction("7", 2));
    assertThat(recent.find("7", claim(0), NOW)).isEqualTo(prediction("7", 0));
    assertThat(recent.find("7", claim(1), NOW)).isEqualTo(prediction("7", 1));
    assertThat(recent.find("7", claim(3), NOW)).isNull();
  }

  @Test
  void shouldNotAskAgainForAnAnswerIfThePredictionIsReadAgainAfterACrash() {
    recent.add(asked("7", 0), NOW);
    recent.answered(asked("7", 0), NOW + 1);

    recent.add(asked("7", 0), NOW + 2);

    assertThat(recent.find("7", claim(0), NOW + 3))
        .isNotNull()
        .extracting(Prediction::ask)
        .isEqualTo(false);
  }

  @Test
  void shouldTellAnIdFromThoseThatBeginWithIt() {
    String longer = "7" + "\0".repeat(12);
    recent.add(prediction("77", 0), NOW);
    recent.add(prediction(longer, 1), NOW);

    assertThat(recent.find("7", null, NOW)).isNull();
    assertThat(recent.find(longer, null, NOW)).isEqualTo(prediction(longer, 1));
  }

  @Test
  void shouldFindWhatArrivedWithinTheWindowAndWhereAnotherClockWasAhead() {
    recent.add(prediction("old", 0), NOW - WINDOW.toMillis() - 1);
    recent.add(prediction("oldest", 1), NOW - WINDOW.toMillis());
    recent.add(prediction("ahead", 2), NOW + WINDOW.toMillis());

    assertThat(recent.find("old", null, NOW)).isNull();
    assertThat(recent.find("oldest", null, NOW)).isNotNull();
    assertThat(recent.find("ahead", null, NOW)).isNotNull();
  }

  @Test
  void shouldDeleteWhatHasExpiredOverAnyNumberOfRestarts() {
    int aWindow = 2_000;
    long apart = WINDOW.toMillis() / aWindow;
    for (int n = 0; n < 10 * aWindow; n++) {
      RecentPredictions restarted = n % 100 == 0 ? new RecentPredictions(store, WINDOW) : recent;
      restarted.add(prediction(Integer.toString(n * 7919 % 100_003), n), NOW + n * apart);

      assertThat(store.approximateNumEntries()).isLessThan(aWindow * 3 / 2);
    }
    assertThat(store.approximateNumEntries()).isGreaterThanOrEqualTo(aWindow);
  }

  @Test
  void shouldHaveTheKeysOfTheWindowStoreThatEarlierReleasesWrote() {
    Bytes earlier = WindowKeySchema.toStoreKeyBinary(Bytes.wrap("ä-7".getBytes(UTF_8)), NOW, 0);

    assertThat(RecentPredictions.key("ä-7", NOW, 0)).isEqualTo(earlier.get());
  }

  private static Prediction prediction(String id, long offset) {
    return prediction(id, offset, false);
  }

  private static Prediction asked(String id, long offset) {
    return prediction(id, offset, true);
  }

  private static Prediction prediction(String id, long offset, boolean ask) {
    Instant at = Instant.ofEpochMilli(NOW);
    return new Prediction(
        id,
        "odd",
        0.5f,
        List.of(),
        "v1",
        Role.SERVING,
        claim(offset),
        null,
        at,
        at,
        ask,
        List.of());
  }

  private static Claim claim(long offset) {
    return new Claim("images", 0, offset, "0".repeat(64));
  }
}
