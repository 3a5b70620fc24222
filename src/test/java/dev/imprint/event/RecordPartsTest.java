package dev.imprint.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.record.internal.AbstractRecords;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Compared with the estimate by which a producer refuses a record. */
class RecordPartsTest {
  @Property(tries = 200)
  void shouldNeverTakeARecordForSmallerThanAProducerDoes(
      @ForAll byte[] key, @ForAll byte[] value, @ForAll @Size(max = 5) List<String> names) {
    Headers headers = RecordParts.headers();
    names.forEach(name -> headers.add(name, name.getBytes(UTF_8)));

    assertBound(key, value, headers);
  }

  @Test
  void shouldHoldForWhatIsMissingAndWhatIsLarge() {
    assertBound(null, null, RecordParts.headers());
    assertBound(new byte[300], new byte[5_000_000], RecordParts.headers().add("empty", null));
  }

  private static void assertBound(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
    int producers =
        AbstractRecords.estimateSizeInBytesUpperBound(
            RecordBatch.CURRENT_MAGIC_VALUE, CompressionType.NONE, key, value, headers.toArray());
    int parts = headers.toArray().length;

    assertThat(RecordParts.sizeUpperBound(key, value, headers))
        .isBetween(producers, producers + 5 * (3 + 2 * parts));
  }
}
