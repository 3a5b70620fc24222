package dev.imprint.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.demo.belt.Light;
import dev.imprint.demo.belt.Part;
import dev.imprint.demo.belt.Scene;
import dev.imprint.model.serving.ServingModel;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class StoryTest {
  private static final int WINDOW = 10;
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final List<String> USUAL = Part.USUAL.stream().map(Part::label).toList();
  private static final List<String> WITH_CLIP =
      Stream.concat(USUAL.stream(), Stream.of("clip")).toList();

  private final Story story = new Story(new StorySettings(WINDOW, 0.9, Duration.ofSeconds(30)), 0);
  private long now;
  private long feedback;

  /** One picture a second, with a label after each. */
  private void answers(int pictures, String version, List<String> labels, boolean right) {
    for (int i = 0; i < pictures; i++) {
      now += SECOND;
      story.answered(new Story.BeltAnswer(version, labels, right, feedback++), now);
    }
  }

  private void learnTheParts() {
    answers(5, ServingModel.NO_VERSION, List.of(), false);
    answers(WINDOW, "v1", USUAL, true);
  }

  private void learnTheLight() {
    learnTheParts();
    answers(WINDOW, "v1", USUAL, true); // steady
    answers(WINDOW, "v2", USUAL, true);
  }

  @Test
  void shouldWaitForAFirstModelThatIsRightOverAWholeWindow() {
    answers(5, ServingModel.NO_VERSION, List.of(), false);
    answers(2, "v1", USUAL, false);
    answers(WINDOW - 2, "v1", USUAL, true);
    assertThat(story.phase()).isEqualTo(Phase.COLD);

    answers(1, "v1", USUAL, true);

    assertThat(story.phase()).isEqualTo(Phase.LEARNED);
    Story.Change first = story.changes().get(0);
    assertThat(first.phase()).isEqualTo(Phase.COLD);
    assertThat(first.before().all()).isZero();
    assertThat(first.fallen().accuracy()).isZero();
    assertThat(first.after().accuracy()).isEqualTo(0.9);
    assertThat(first.took()).isEqualTo(Duration.ofSeconds(16));
    assertThat(first.version()).isEqualTo("v1");
    assertThat(first.feedback()).isEqualTo(15);
  }

  @Test
  void shouldChangeTheLightOnceAllWasSteadyForAWindow() {
    learnTheParts();
    assertThat(story.phase().scene()).isEqualTo(Scene.USUAL);

    answers(WINDOW, "v1", USUAL, true);

    assertThat(story.phase()).isEqualTo(Phase.NEW_LIGHT);
    assertThat(story.phase().scene().light()).isEqualTo(Light.EVENING);
  }

  @Test
  void shouldRecoverByNewerVersionsAloneAndTellHowFarTheOlderOneFell() {
    learnTheParts();
    answers(WINDOW, "v1", USUAL, true);

    answers(3, "v1", USUAL, false);
    answers(2 * WINDOW, "v1", USUAL, true); // by luck: it has learned nothing
    assertThat(story.phase()).isEqualTo(Phase.NEW_LIGHT);
    answers(WINDOW, "v2", USUAL, true);

    assertThat(story.phase()).isEqualTo(Phase.RECOVERED);
    Story.Change light = story.changes().get(1);
    assertThat(light.before().accuracy()).isEqualTo(1);
    assertThat(light.fallen()).isEqualTo(new Share(20, 23));
    assertThat(light.after().accuracy()).isEqualTo(1);
    assertThat(light.version()).isEqualTo("v2");
  }

  @Test
  void shouldEndWithAVersionThatKnowsTheNewPart() {
    learnTheLight();
    answers(WINDOW, "v2", USUAL, true);
    assertThat(story.phase()).isEqualTo(Phase.NEW_PART);
    assertThat(story.phase().scene().parts()).contains(Part.CLIP);

    answers(WINDOW, "v3", USUAL, true); // newer, but it cannot know the part
    assertThat(story.over()).isFalse();
    answers(WINDOW, "v4", WITH_CLIP, true);

    assertThat(story.phase()).isEqualTo(Phase.DONE);
    assertThat(story.over()).isTrue();
    assertThat(story.faults()).isEmpty();
    assertThat(story.changes())
        .extracting(Story.Change::phase)
        .containsExactlyElementsOf(Phase.CHANGES);
  }

  @Test
  void shouldFailOnceIfAChangeIsNotLearnedInTime() {
    answers(5, ServingModel.NO_VERSION, List.of(), false);
    answers(2, "v1", USUAL, false);

    assertThat(story.failed(30 * SECOND)).isFalse();
    assertThat(story.failed(30 * SECOND + 1)).isTrue();
    assertThat(story.failed(31 * SECOND)).isFalse();

    assertThat(story.over()).isTrue();
    assertThat(story.faults())
        .containsExactly(
            "first model was not learned within 30 s: accuracy 0.0 % (95 %: 0.0–65.8 %) on the last 2 pictures, but"
                + " 90.0 % on 10 is needed");
  }

  @Test
  void shouldFailIfThePicturesStopBetweenTwoChanges() {
    learnTheParts();

    assertThat(story.failed(now + 31 * SECOND)).isTrue();

    assertThat(story.faults()).containsExactly("10 pictures had no prediction within 30 s");
  }

  @Test
  void shouldGoOnAfterAFailureIfTheAnswersBecomeRightAfterAll() {
    story.failed(31 * SECOND);

    learnTheParts();

    assertThat(story.phase()).isEqualTo(Phase.LEARNED);
    assertThat(story.faults()).hasSize(1);
  }

  @Test
  void shouldNeverChangeAnythingWithoutAStory() {
    Story none = Story.none();

    none.answered(new Story.BeltAnswer("v1", USUAL, false, 0), SECOND);

    assertThat(none.failed(Long.MAX_VALUE)).isFalse();
    assertThat(none.over()).isTrue();
    assertThat(none.changes()).isEmpty();
  }
}
