package dev.imprint.benchmark;

import dev.imprint.augmentation.Augmentation;
import dev.imprint.tensorflow.BackboneDescription;
import dev.imprint.tensorflow.LearningPart;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import dev.imprint.tensorflow.tuning.FineTuneSettings;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Settings of {@link TuningBenchmark}, as {@code key=value}. */
record TuningBenchmarkSettings(Map<String, String> given) {
  private static final Set<String> KEYS =
      new TreeSet<>(
          List.of(
              "averaged",
              "backbone",
              "block_factor",
              "dropout",
              "epochs",
              "from",
              "last_blocks",
              "learning_rate",
              "most",
              "seeds",
              "threads",
              "views"));

  TuningBenchmarkSettings {
    given = Map.copyOf(given);
  }

  static TuningBenchmarkSettings of(List<String> arguments) {
    Map<String, String> given = new HashMap<>();
    for (String argument : arguments) {
      String[] parts = argument.split("=", 2);
      if (parts.length < 2 || !KEYS.contains(parts[0])) {
        System.err.printf("benchmark-tuning: '%s' is no KEY=VALUE of %s%n", argument, KEYS);
        System.exit(2);
      }
      given.put(parts[0], parts[1]);
    }
    return new TuningBenchmarkSettings(given);
  }

  long[] seeds() {
    return Arrays.stream(given.getOrDefault("seeds", "1").split(","))
        .mapToLong(Long::parseLong)
        .toArray();
  }

  int most() {
    return Integer.parseInt(given.getOrDefault("most", "1000000"));
  }

  @Nullable Path backbone() {
    String yaml = given.get("backbone");
    return yaml == null ? null : Path.of(yaml);
  }

  BackboneDescription description() {
    Path yaml = backbone();
    return yaml == null ? BackboneDescription.bundled() : BackboneDescription.load(yaml);
  }

  TensorFlowConfig tensorflow() {
    int threads = Integer.parseInt(given.getOrDefault("threads", "0"));
    return new TensorFlowConfig(TensorFlowConfig.Device.AUTO, threads);
  }

  Augmentation augmentation() {
    return Augmentation.DEFAULTS.withViews(Integer.parseInt(given.getOrDefault("views", "3")));
  }

  LearningPart part() {
    String blocks = given.get("last_blocks");
    return blocks == null
        ? LearningPart.from(given.getOrDefault("from", "block6a_"))
        : LearningPart.lastBlocks(Integer.parseInt(blocks));
  }

  FineTuneSettings fineTuning() {
    FineTuneSettings usual = FineTuneSettings.DEFAULTS;
    return new FineTuneSettings(
        Integer.parseInt(given.getOrDefault("epochs", String.valueOf(usual.epochs()))),
        usual.patience(),
        usual.batchSize(),
        number("learning_rate", usual.learningRate()),
        number("block_factor", usual.blockFactor()),
        usual.weightDecay(),
        usual.warmUp(),
        usual.clipNorm(),
        number("dropout", usual.dropout()),
        Integer.parseInt(given.getOrDefault("averaged", String.valueOf(usual.averaged()))));
  }

  private float number(String key, float usual) {
    return Float.parseFloat(given.getOrDefault(key, String.valueOf(usual)));
  }
}
