package dev.imprint.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.event.Json;
import dev.imprint.event.Topics;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.Rollout;
import dev.imprint.model.labels.LabelChanges;
import dev.imprint.rollout.OpenBackbones;
import dev.imprint.rollout.PrecisionChoice;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VersionsTest {
  private final Versions versions = new Versions();

  private Optional<News> publish(String version, boolean promoted, String reason)
      throws IOException {
    ModelVersion value = ModelVersions.of(version, List.of("gear", "nut"), promoted, reason);
    return versions.read(version.getBytes(UTF_8), Json.encode(value));
  }

  private Optional<News> rollOut(String version, String why) throws IOException {
    Rollout rollout = new Rollout(version, null, Instant.EPOCH, "leader", why);
    return versions.read(Topics.ROLLOUT_KEY.getBytes(UTF_8), Json.encode(rollout));
  }

  @Test
  void shouldTellInTheGatesWordsWhenAVersionTakesOver() throws Exception {
    assertThat(publish("v1", true, "macro F1 0.90 on 20 pictures")).isEmpty();

    assertThat(rollOut("v1", "promoted"))
        .contains(new News.Serves("v1", "macro F1 0.90 on 20 pictures"));
    assertThat(versions.labels("v1")).containsExactly("gear", "nut");
  }

  @Test
  void shouldTellWhyAVersionIsRefused() throws Exception {
    assertThat(publish("v2", false, "macro F1 0.7 against 0.9"))
        .contains(new News.RefusedVersion("v2", "macro F1 0.7 against 0.9"));
  }

  @Test
  void shouldTellNothingOfRecordsThatAreNotAboutVersions() throws Exception {
    byte[] open = Json.encode(new OpenBackbones("a", null));
    byte[] precision = Json.encode(new PrecisionChoice("a", "bf16", "faster", Instant.EPOCH));

    assertThat(versions.read(Topics.BACKBONES_KEY.getBytes(UTF_8), open)).isEmpty();
    assertThat(versions.read(Topics.PRECISION_KEY.getBytes(UTF_8), precision)).isEmpty();
    assertThat(versions.read(Topics.LABELS_KEY.getBytes(UTF_8), Json.encode(LabelChanges.NONE)))
        .isEmpty();
  }

  @Test
  void shouldTellWhySomebodyWentBackToAnOlderVersion() throws Exception {
    publish("v1", true, "first");
    rollOut("v1", "promoted");
    versions.answered("v1", true, 1);
    publish("v2", true, "better");
    rollOut("v2", "promoted");

    assertThat(rollOut("v1", "rolled back by anna"))
        .contains(new News.Serves("v1", "rolled back by anna"));
  }

  @Test
  void shouldTellNothingIfTheSameVersionIsRolledOutAgain() throws Exception {
    publish("v1", true, "first");
    rollOut("v1", "promoted");

    assertThat(rollOut("v1", "written again after a restart")).isEmpty();
    assertThat(versions.read("v1".getBytes(UTF_8), null)).isEmpty();
  }

  @Test
  void shouldCountHowEachVersionFaresInTheOrderTheyCame() throws Exception {
    versions.answered("none", false, 0);
    publish("v1", true, "first");
    publish("v2", false, "refused: worse");
    versions.answered("v1", true, 0.75);
    versions.answered("v1", false, 0.5);

    assertThat(versions.rows())
        .containsExactly(
            new Versions.Standing("none", new Share(0, 1), 0, ""),
            new Versions.Standing("v1", new Share(1, 2), 0.625, "first"),
            new Versions.Standing("v2", new Share(0, 0), Double.NaN, "refused: worse"));
  }

  @Test
  void shouldRefuseWhatIsNoVersion() {
    assertThatThrownBy(() -> versions.read("v1".getBytes(UTF_8), "{".getBytes(UTF_8)))
        .isInstanceOf(IOException.class);
  }
}
