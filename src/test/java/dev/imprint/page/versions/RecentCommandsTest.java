package dev.imprint.page.versions;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.event.CommandCodec;
import dev.imprint.event.Json;
import dev.imprint.model.Command;
import dev.imprint.model.Command.Answer;
import dev.imprint.model.ModelVersion.TrainingStart;
import dev.imprint.page.versions.CommandProgress.State;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecentCommandsTest {
  private static final Instant AT = Instant.parse("2026-11-24T12:00:00Z");

  private final RecentCommands commands = new RecentCommands();

  @Test
  void shouldFollowACommandToItsOutcome() {
    assertThat(commands.take(command("1")))
        .extracting(CommandProgress::state)
        .containsExactly(State.WAITING);
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

    assertThat(commands.take(command("1"))).isEmpty();
    assertThat(commands.take(done)).isEmpty();
  }

  @Test
  void shouldFollowATrainingThatNobodyAskedFor() {
    commands.take(own("training-1", TrainingStart.LABELS, "epoch 20 of at most 200"));
    commands.take(own("training-2", TrainingStart.STALLED_HEADS, "3 of 9 steps of epoch 1"));

    CommandProgress last = commands.all().get(1);
    assertThat(last.kind()).isEqualTo(Command.Kind.FINE_TUNE);
    assertThat(last.start()).isEqualTo(TrainingStart.STALLED_HEADS);
    assertThat(last.state()).isEqualTo(State.RUNNING);
    assertThat(last.issuedAt()).isEqualTo(AT);
    assertThat(commands.all().get(0).kind()).isEqualTo(Command.Kind.RETRAIN);
  }

  @Test
  void shouldEndATrainingThatNobodyAskedForOnceTheLeaderDoesSomethingElse() {
    commands.take(own("training-1", TrainingStart.LABELS, "epoch 20 of at most 200"));
    assertThat(commands.take(command("1"))).as("it waits").hasSize(1);

    List<CommandProgress> changed =
        commands.take(answer("1", Answer.State.RUNNING, "epoch 20 of at most 200", null));

    assertThat(changed)
        .extracting(CommandProgress::state)
        .containsExactly(State.FAILED, State.RUNNING);
    assertThat(changed.get(0).id()).isEqualTo("training-1");
    assertThat(changed.get(0).message()).isEqualTo("the instance that trained no longer leads");
  }

  @Test
  void shouldSkipWhatIsNoCommand() {
    assertThat(commands.take(null)).isEmpty();
    assertThat(commands.take("garbage".getBytes(UTF_8))).isEmpty();
    assertThat(commands.take("{\"command\":\"1\",\"state\":\"done\"}".getBytes(UTF_8))).isEmpty();
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

  private static byte[] own(String id, TrainingStart start, String message) {
    return Json.encode(new Answer(id, Answer.State.RUNNING, message, null, AT, start));
  }

  private static byte[] answer(
      String id, Answer.State state, String message, @Nullable String version) {
    return Json.encode(new Answer(id, state, message, version, AT));
  }
}
