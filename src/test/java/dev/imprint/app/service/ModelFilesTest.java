package dev.imprint.app.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.app.config.ConfigException;
import dev.imprint.app.config.ImprintConfig;
import dev.imprint.tensorflow.BackboneDescription;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelFilesTest {
  private final ModelFiles files = new ModelFiles(ImprintConfig.DEFAULTS);

  /** Versions of the last layer alone are exported as what they were trained on. */
  @Test
  void shouldDescribeTheWholeBackboneOrItsLastLayerByTheId() {
    BackboneDescription bundled = BackboneDescription.bundled();
    List<String> ids = bundled.ids();

    assertThat(ids).hasSize(2);
    assertThat(files.descriptionWithId(ids.get(0))).isEqualTo(bundled);
    assertThat(files.descriptionWithId(ids.get(1))).isEqualTo(bundled.lastLayerAlone());
  }

  @Test
  void shouldRefuseTheIdOfABackboneThatIsNotConfigured() {
    assertThatThrownBy(() -> files.descriptionWithId("0123456789abcdef"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(
            "backbone is the bundled one: the version was trained on 0123456789ab");
  }
}
