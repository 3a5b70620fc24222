package dev.imprint.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.model.Command;
import dev.imprint.model.Command.Answer;
import dev.imprint.model.Command.Answer.State;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LessonTest {
  private static final Instant AT = Instant.parse("2026-11-24T08:00:00Z");
  private final Inspector inspector =
      new Inspector(new InspectorSettings(1, Duration.ofMillis(100), 7), InstantSource.fixed(AT));
  private final Lesson lesson = new Lesson(2, InstantSource.fixed(AT));

  private static Answer answer(Command command, State state, String why, @Nullable String version) {
    return new Answer(command.id(), state, why, version, AT);
  }

  private Command ask() {
    lesson.answered();
    lesson.answered();
    return lesson.command(inspector).orElseThrow();
  }

  @Test
  void shouldAskForATrainingOnceAllPicturesAreAnsweredAndAllLabelsSaid() {
    lesson.answered();
    assertThat(lesson.command(inspector)).isEmpty();
    inspector.sees("cats/b.jpg", "cats", 0);
    lesson.answered();
    assertThat(lesson.command(inspector)).isEmpty();
    inspector.says(Long.MAX_VALUE);

    assertThat(lesson.command(inspector)).get().matches(c -> c.kind() == Command.Kind.RETRAIN);
    assertThat(lesson.command(inspector)).isEmpty();
  }

  @Test
  void shouldBeOverOnceFurtherPicturesHaveShownWhatWasLearned() {
    Command command = ask();
    assertThat(lesson.heard(answer(command, State.RUNNING, "training", null), false)).isEmpty();
    assertThat(lesson.heard(answer(command, State.DONE, "promoted", "v1"), false)).isPresent();
    assertThat(lesson.over()).isFalse();

    for (int i = 0; i < 60; i++) {
      lesson.answered();
    }

    assertThat(lesson.over()).isTrue();
    assertThat(lesson.faults()).isEmpty();
  }

  @Test
  void shouldSayWhyNothingWasLearnedAndWhatHelps() {
    Optional<News> news =
        lesson.heard(answer(ask(), State.REFUSED, "1 label of 'nut'", null), false);

    assertThat(news)
        .contains(
            new News.FailedTraining(
                "nothing was learned: 1 label of 'nut'. Add more pictures of each label, or try"
                    + " --label-share 0.8."));
    assertThat(lesson.over()).isTrue();
    assertThat(lesson.faults()).containsExactly("nothing was learned: 1 label of 'nut'");
  }

  @Test
  void shouldFindNothingWrongIfAllWasLearnedBefore() {
    lesson.heard(answer(ask(), State.REFUSED, "no label is new", null), true);

    assertThat(lesson.faults()).isEmpty();
  }
}
