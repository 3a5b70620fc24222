package dev.imprint.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.demo.belt.Part;
import dev.imprint.model.ModelVersion;
import dev.imprint.tensorflow.BackboneDescription;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Goes from a backbone of the last layer to one of more layers, under traffic. */
@Tag("long")
@Timeout(600)
class LastLayerChangeTest extends BackboneChangeSteps {
  /** As after an update to a release whose default backbone has more layers. */
  @Test
  void shouldGoOnServingAHeadOfTheLastLayerUntilOneOfAllLayersIsTrained() throws Exception {
    List<byte[]> pictures = List.of(belt.draw(Part.GEAR, SCENE), belt.draw(Part.SPRING, SCENE));
    Path last = TwoLayers.lastAlone(dir);
    try (PictureTraffic traffic = new PictureTraffic(clients, pictures, IMAGES_PER_SECOND)) {
      String first;
      try (ServeProcess before = serve("backbone: " + last)) {
        first = learns();
        before.terminate();
      }
      try (ServeProcess updated = serve("")) {
        mark("updated");
        awaitPredictionsSince("updated", first);
        assertThat(updated.body("/health")).contains("\"model\":{\"status\":\"up\"}");

        Cli trained = imprint("retrain --wait --timeout 180");
        String second = version(trained);

        assertThat(trained.err()).doesNotContain("the serving version has another backbone");
        ModelVersion version = Objects.requireNonNull(store().models().version(second));
        assertThat(version.backboneId()).isEqualTo(BackboneDescription.bundled().id());
        assertThat(version.judgement().champion()).as("compared with " + first).isNotNull();
        mark("learned");
        awaitPredictionsSince("learned", second);
        assertThat(imprint("models rollback").out())
            .startsWith("%s is now serving in place of %s".formatted(first, second));
        mark("back");
        awaitPredictionsSince("back", first);
        int sent = traffic.stop();
        awaitPredictions(sent);
        updated.terminate();
      }
    }
  }
}
