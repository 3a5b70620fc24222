package dev.imprint.page.versions;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.event.CommandCodec;
import dev.imprint.event.Json;
import dev.imprint.model.Command;
import dev.imprint.model.Command.Answer;
import dev.imprint.page.versions.CommandProgress.State;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecentCommandsTest {
  private static final Instant AT = Instant.parse("2026-11-24T12:00:00Z");

  private final RecentCommands commands = new RecentCommands();

  @Test
  void shouldFollowACommandToItsOutcome() {
    assertThat(commands.take(command("1")))
        .extracting(CommandProgress::state)
        .isEqualTo(State.WAITING);
    commands.take(answer("1", Answer.State.RUNNING, "epoch 20 of at most 200: loss 0.1", null));
    commands.take(answer("1", Answer.State.DONE, "promoted", "v1-15a7825e"));

    assertThat(commands.all()).hasSize(1);
    CommandProgress last = commands.all().get(0);
    assertThat(last.kind()).isEqualTo(Command.Kind.RETRAIN);
    assertThat(last.state()).isEqualTo(State.DONE);
    assertThat(last.message()).isEqualTo("promoted");
    assertThat(last.result()).isEqualTo("v1-15a7825e");
  }

  @Test
  void shouldKeepAnswersToACommandThatItHasNotRead() {
    commands.take(answer("1", Answer.State.RUNNING, "epoch 20 of at most 200", null));

    assertThat(commands.all().get(0).kind()).isNull();
    assertThat(commands.all()).extracting(CommandProgress::state).containsExactly(State.RUNNING);
  }

  @Test
  void shouldSayNothingNewIfRecordsAreReadAgain() {
    commands.take(command("1"));
    byte[] done = answer("1", Answer.State.DONE, "promoted", "v1");
    commands.take(done);

    assertThat(commands.take(command("1"))).isNull();
    assertThat(commands.take(done)).isNull();
  }

  @Test
  void shouldSkipWhatIsNoCommand() {
    assertThat(commands.take(null)).isNull();
    assertThat(commands.take("garbage".getBytes(UTF_8))).isNull();
    assertThat(commands.take("{\"command\":\"1\",\"state\":\"done\"}".getBytes(UTF_8))).isNull();
    assertThat(commands.all()).isEmpty();
  }

  @Test
  void shouldRememberABoundedNumber() {
    for (int i = 0; i < 100; i++) {
      commands.take(command("command-" + i));
    }

    assertThat(commands.all()).hasSize(30);
    assertThat(commands.all().get(29).id()).isEqualTo("command-99");
  }

  private static byte[] command(String id) {
    return CommandCodec.encode(
        new Command(id, Command.Kind.RETRAIN, null, null, false, AT, AT.plusSeconds(600), "anna"));
  }

  private static byte[] answer(
      String id, Answer.State state, String message, @Nullable String version) {
    return Json.encode(new Answer(id, state, message, version, AT));
  }
}
