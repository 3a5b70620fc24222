package dev.imprint.app;

import dev.imprint.demo.BeltHeadTraining;
import dev.imprint.demo.belt.Scene;
import dev.imprint.event.HeadFile;
import dev.imprint.tensorflow.BackboneDescription;
import dev.imprint.tensorflow.KerasBackbone;
import dev.imprint.tensorflow.head.HeadTrainer;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import dev.imprint.terminal.ExitCodes;
import dev.imprint.terminal.Progress;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "train-head",
    description = {
      "Train the demo's head: draw pictures of the belt, train on them, and evaluate on new ones.",
      "With the default options it makes the bundled head."
    })
final class DemoTrainHeadCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      required = true,
      description = "File to write the head to.")
  private Path out;

  @Option(
      names = "--pictures",
      paramLabel = "N",
      defaultValue = "" + BeltHeadTraining.PICTURES,
      description =
          "Pictures to train on, and the number of new ones to evaluate on"
              + " (${DEFAULT-VALUE}).")
  private int pictures;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "" + BeltHeadTraining.SEED,
      description = "Seed of the pictures (${DEFAULT-VALUE}).")
  private long seed;

  @Override
  public Integer call() throws IOException, InterruptedException {
    BackboneDescription description = BackboneDescription.bundled();
    TensorFlowConfig config = TensorFlowConfig.DEFAULT;
    try (var backbone = KerasBackbone.open(description, config);
        Progress progress =
            Progress.open("Embedding", 2L * pictures, spec.commandLine().getErr())) {
      var training = new BeltHeadTraining(backbone, new HeadTrainer(config));
      var result = training.run(Scene.USUAL, pictures, seed, progress::step);
      try (OutputStream file = Files.newOutputStream(out)) {
        HeadFile.write(result.head(), file);
      }
      result.summary().forEach(spec.commandLine().getOut()::println);
      return ExitCodes.DONE;
    }
  }
}
