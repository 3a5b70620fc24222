package dev.imprint.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.demo.belt.Scene;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LearningTest {
  private final List<Scene> shown = new ArrayList<>();
  private final Learning learning =
      new Learning(
          new Story(new StorySettings(2, 0.9, Duration.ofSeconds(30)), 0),
          new Inspector(new InspectorSettings(1, Duration.ZERO, 7), InstantSource.system()),
          shown::add);

  /** A correct prediction by version v1. */
  private Optional<News> answer(String id, Scene scene) {
    return learning.answered(
        Predictions.of(id, "nut"), new Tally.Arrival.Answered("nut", scene, Duration.ZERO), 0);
  }

  @Test
  void shouldChangeTheSceneAsTheStoryGoes() {
    answer("a", Scene.USUAL);
    assertThat(answer("b", Scene.USUAL)).contains(new News.Entered(Phase.LEARNED));
    answer("c", Scene.USUAL);

    assertThat(answer("d", Scene.USUAL)).contains(new News.Entered(Phase.NEW_LIGHT));

    assertThat(shown).containsExactly(Scene.USUAL, Scene.EVENING);
  }

  @Test
  void shouldNotJudgeANewSceneByPicturesThatWereOnTheirWay() {
    for (String id : List.of("a", "b", "c", "d")) {
      answer(id, Scene.USUAL);
    }

    learning.answered(
        Predictions.of("e", "gear"),
        new Tally.Arrival.Answered("nut", Scene.EVENING, Duration.ZERO),
        0);
    answer("f", Scene.USUAL);

    assertThat(learning.live().recent().all()).isEqualTo(6);
    assertThat(learning.report().changes()).hasSize(1);
    assertThat(learning.tick(Duration.ofSeconds(31).toNanos()))
        .contains(
            new News.FailedTraining(
                "new light was not learned within 30 s: no newer model that knows all the parts"
                    + " has made a prediction"));
  }

  @Test
  void shouldHaveTheInspectorLabelWhatHasATruthAlone() {
    answer("a", Scene.USUAL);
    learning.answered(
        Predictions.of("b", "nut"), new Tally.Arrival.Answered(null, null, Duration.ZERO), 0);

    assertThat(learning.feedback(1)).singleElement().matches(said -> said.imageId().equals("a"));
    assertThat(learning.live()).isEqualTo(new Learning.Live(new Share(1, 1), "v1", 1));
  }

  @Test
  void shouldJudgeAFoldersPicturesThatAreNeverLabelledAndLabelTheOthersOnce(@TempDir Path folder)
      throws IOException {
    Files.createDirectories(folder.resolve("nut"));
    Files.write(folder.resolve("nut/1.jpg"), new byte[] {1});
    Learning lesson = Learning.fromFolder(new FolderStream(folder, 7), 0.5, 7);

    for (int round = 1; round <= 2; round++) {
      for (int i = 0; i < 100; i++) {
        String id = "nut/" + i + ".jpg" + (round == 1 ? "" : "#2");
        lesson.answered(
            Predictions.of(id, "nut"), new Tally.Arrival.Answered("nut", null, Duration.ZERO), 0);
      }
    }

    int labelled = lesson.feedback(Long.MAX_VALUE).size();
    assertThat(labelled).isBetween(35, 65);
    long judged = lesson.report().versions().get(0).answers().all();
    assertThat(judged).isEqualTo(2 * (100 - labelled));
  }
}
