package dev.imprint.page.watch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.model.Claim;
import dev.imprint.model.Predictions;
import dev.imprint.model.Score;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class WatchEventTest {
  @Test
  void shouldBeEncodedOnceHoweverManyBrowsersWatch() {
    Claim claim = new Claim("images", 0, 7, "0".repeat(64));
    Instant now = Instant.EPOCH;
    WatchEvent event =
        new WatchEvent(Predictions.of("image", claim, now, now, new Score("nut", 0.6f)));

    byte[] encoded = event.encoded();

    assertThat(new String(encoded, UTF_8))
        .startsWith("event: prediction\ndata: {")
        .contains("\"image_id\":\"image\"")
        .endsWith("}\n\n");
    assertThat(event.encoded()).isSameAs(encoded);
  }
}
