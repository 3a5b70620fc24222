package dev.imprint.app.service;

import dev.imprint.app.config.ConfigException;
import dev.imprint.comparison.PastTraining;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.backbone.Backbone;
import dev.imprint.rollout.ModelStore;
import dev.imprint.training.FineTuneTrainer;
import dev.imprint.training.TrainingConfig;
import dev.imprint.tuning.TuningProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.kafka.common.utils.Utils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The networks of published versions, made of the configured files and published weights. Its
 * methods throw a {@link ConfigException} if no configured backbone is the version's.
 */
public record PastNetworks(ModelFiles files, ModelStore store) implements PastTraining.Networks {
  private static final Logger LOG = LoggerFactory.getLogger(PastNetworks.class);
  private static final String RUN = "tuning";

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
    // Not the service's own folder: it may be fine-tuning now. Locked until the command ends.
    Path folder = folder(files.config().data());
    DataDirectory locked = DataDirectory.open(folder);
    FineTuneTrainer tuner =
        new FineTuneTrainer(
            settings,
            yaml,
            files.config().images(),
            files.config().tensorflow(),
            folder.resolve(RUN),
            new TuningProcess(files.config().training().fineTune().limits())::run,
            System::nanoTime);
    tuner.clean();
    // Copies of pictures must not stay if somebody presses Ctrl-C.
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(tuner, locked), "clean"));
    return tuner;
  }

  private static void end(FineTuneTrainer tuner, DataDirectory locked) {
    tuner.clean();
    try {
      locked.close();
    } catch (IOException e) {
      LOG.warn("The lock has not been released", e);
    }
  }

  /** Removes the pictures that a command left when it was killed, unless one is running. */
  static void clean(Path data) {
    Path folder = folder(data);
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (DataDirectory locked = DataDirectory.open(folder)) {
      Utils.delete(folder.resolve(RUN).toFile());
    } catch (CommandFailedException | IOException e) {
      LOG.info("{} stays as it is: {}", folder, e.getMessage());
    }
  }

  private static Path folder(Path data) {
    return data.resolve("reproduce");
  }
}
