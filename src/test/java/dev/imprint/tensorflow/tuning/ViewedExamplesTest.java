package dev.imprint.tensorflow.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.tensorflow.tuning.ViewedExamples.View;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ViewedExamplesTest {
  private static final List<View> VIEWS =
      List.of(
          new View("gear", false, true),
          new View("gear", false, false),
          new View("gear", false, false),
          new View("gear", true, true),
          new View("nut", false, true),
          new View("nut", false, false),
          new View("nut", false, false));

  @TempDir Path folder;

  @Test
  void shouldShowEachExampleOnceAnEpochAndItsViewsInTurn() throws Exception {
    try (ActivationFile file = ActivationFile.create(folder, 4, VIEWS.size(), 1 << 20)) {
      ViewedExamples viewed = new ViewedExamples(file, VIEWS);

      assertThat(viewed.inEpoch(1)).containsExactly(1, 6);
      assertThat(viewed.inEpoch(2)).containsExactly(2, 4);
      assertThat(viewed.inEpoch(3)).containsExactly(0, 5);
      assertThat(viewed.inEpoch(4)).isEqualTo(viewed.inEpoch(1));
    }
  }
}
