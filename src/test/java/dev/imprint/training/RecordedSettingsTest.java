package dev.imprint.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.model.head.Activation;
import dev.imprint.tensorflow.head.ClassWeights;
import dev.imprint.tensorflow.head.HeadTraining;
import dev.imprint.tensorflow.head.HiddenLayers;
import dev.imprint.tensorflow.head.Optimizer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecordedSettingsTest {
  private static final HeadTraining DEEP =
      new HeadTraining(
          7,
          3,
          16,
          Optimizer.SGD,
          0.05f,
          0.9f,
          0.125f,
          0.1f,
          ClassWeights.CAPPED,
          new HiddenLayers(List.of(256, 64), Activation.TANH, 0.25f, true),
          4);

  @Test
  void shouldReadBackHowAHeadWasTrained() {
    TrainingConfig config = TrainingConfig.DEFAULTS.withHead(DEEP);

    Map<String, String> recorded = RecordedSettings.of(config, 5).byKey();

    assertThat(RecordedSettings.of(recorded).config(4, true).head()).isEqualTo(DEEP);
    assertThat(recorded)
        .containsEntry("hidden.units", "[256, 64]")
        .containsEntry("optimizer", "sgd")
        .containsEntry("epochs_trained", "5");
  }

  @Test
  void shouldReadRecordsFromBeforeThereWereOptimizers() {
    Map<String, String> recorded =
        new HashMap<>(RecordedSettings.of(TrainingConfig.DEFAULTS, 5).byKey());
    recorded
        .keySet()
        .removeAll(List.of("optimizer", "momentum", "label_smoothing", "class_weights"));
    Map<String, String> balanced = new HashMap<>(recorded);
    balanced.put("balanced", "true");
    Map<String, String> plain = new HashMap<>(recorded);
    plain.put("balanced", "false");

    assertThat(RecordedSettings.of(balanced))
        .isEqualTo(RecordedSettings.of(TrainingConfig.DEFAULTS, 5));
    assertThat(RecordedSettings.of(plain).config(1, false).head().classWeights())
        .isEqualTo(ClassWeights.NONE);
    assertThat(RecordedSettings.of(balanced).config(1, false).head().hidden())
        .isEqualTo(HiddenLayers.NONE);
  }

  @Test
  void shouldNameWhatIsNotValid() {
    Map<String, String> recorded =
        new HashMap<>(RecordedSettings.of(TrainingConfig.DEFAULTS.withHead(DEEP), 5).byKey());
    recorded.put("hidden.units", "[many]");

    assertThatThrownBy(() -> RecordedSettings.of(recorded).config(1, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("its record says training.hidden.units: [many], which is not valid");
  }
}
