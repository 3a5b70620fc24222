package dev.imprint.app.service;

import dev.imprint.app.config.ConfigException;
import dev.imprint.comparison.PastTraining;
import dev.imprint.model.Backbone;
import dev.imprint.model.ModelVersion;
import dev.imprint.rollout.ModelStore;
import dev.imprint.training.FineTuneTrainer;
import dev.imprint.training.TrainingConfig;
import dev.imprint.tuning.TuningProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The networks of published versions, made of the configured files and published weights. Its
 * methods throw a {@link ConfigException} if no configured backbone is the version's.
 */
public record PastNetworks(ModelFiles files, ModelStore store) implements PastTraining.Networks {
  @Override
  public Backbone of(ModelVersion version) throws IOException {
    return files.openFor(version, store);
  }

  @Override
  public Backbone trunk(ModelVersion version) {
    return files.openWithId(version.trunkId());
  }

  @Override
  public FineTuneTrainer tuner(ModelVersion version, TrainingConfig settings) throws IOException {
    Path yaml = files.yamlWithId(version.trunkId());
    // Not the service's own folder: it may be fine-tuning now.
    Path data = Files.createDirectories(files.config().data());
    FineTuneTrainer tuner =
        new FineTuneTrainer(
            settings,
            yaml,
            files.config().images(),
            files.config().tensorflow(),
            Files.createTempDirectory(data, "reproduce-"),
            new TuningProcess(files.config().training().fineTune().limits())::run,
            System::nanoTime);
    // Copies of pictures must not stay if somebody presses Ctrl-C.
    Runtime.getRuntime().addShutdownHook(new Thread(tuner::clean, "clean"));
    return tuner;
  }
}
