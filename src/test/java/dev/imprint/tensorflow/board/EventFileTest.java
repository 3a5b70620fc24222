package dev.imprint.tensorflow.board;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.runs.RecordedEvents;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.Summary;

class EventFileTest {
  private static final Instant AT = Instant.ofEpochMilli(1_700_000_000_250L);
  private static final Clock CLOCK = Clock.fixed(AT, ZoneOffset.UTC);

  @TempDir private Path run;

  @Test
  void shouldWriteWhatTensorBoardReads() throws Exception {
    try (EventFile file = EventFile.create(run, "imprint", CLOCK)) {
      file.scalar("fit/loss", 7, 0.5);
      file.text("verdict", "better, 'Straße'");
    }

    List<Event> events = RecordedEvents.of(run);

    assertThat(events).hasSize(3);
    assertThat(events.get(0).getFileVersion()).isEqualTo("brain.Event:2");
    assertThat(events).extracting(Event::getWallTime).containsOnly(1_700_000_000.25);
    assertThat(events.get(1).getStep()).isEqualTo(7);
    assertThat(value(events.get(1)).getTag()).isEqualTo("fit/loss");
    assertThat(value(events.get(1)).getSimpleValue()).isEqualTo(0.5f);
    assertThat(value(events.get(2)).getTensor().getStringVal(0).toStringUtf8())
        .isEqualTo("better, 'Straße'");
  }

  @Test
  void shouldTellTheSettingsToThePluginForThem() throws Exception {
    try (EventFile file = EventFile.create(run, "imprint", CLOCK)) {
      file.started(Map.of("learning_rate", "0.5"));
      file.ended(true);
    }

    List<Event> events = RecordedEvents.of(run);

    assertThat(value(events.get(1)).getMetadata().getPluginData().getPluginName())
        .isEqualTo("hparams");
    // Written by tensorboard.plugins.hparams.summary_v2 with the same name, value and time.
    assertThat(content(events.get(1)))
        .isEqualTo(
            "1a250a1a0a0d6c6561726e696e675f72617465120911000000000000e03f290000104" + "0fc54d941");
    assertThat(content(events.get(2))).isEqualTo("220b08011100001040fc54d941");
  }

  @Test
  void shouldNotWriteOverAnotherRun() throws Exception {
    EventFile.create(run, "imprint", CLOCK).close();

    assertThatThrownBy(() -> EventFile.create(run, "imprint", CLOCK))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  private static String content(Event event) {
    return HexFormat.of()
        .formatHex(value(event).getMetadata().getPluginData().getContent().toByteArray());
  }

  private static Summary.Value value(Event event) {
    return event.getSummary().getValue(0);
  }
}
