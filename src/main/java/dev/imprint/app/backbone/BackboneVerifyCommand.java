package dev.imprint.app.backbone;

import dev.imprint.app.service.CommandFailedException;
import dev.imprint.model.RejectedException;
import dev.imprint.model.backbone.Backbone;
import dev.imprint.model.backbone.ImageDecoder;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.tensorflow.BackboneDescription;
import dev.imprint.tensorflow.EmbeddingDifference;
import dev.imprint.tensorflow.KerasBackbone;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import dev.imprint.terminal.ExitCodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "verify",
    description = {
      "Compare a backbone's embeddings with those from Keras.",
      "Decodes, resizes and computes as the service does. Fails if the embeddings differ by more"
          + " than --tolerance. docs/backbones.md shows how to write the reference."
    })
final class BackboneVerifyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "FILE",
      description = "The YAML of a backbone, or the Keras file next to it.")
  private Path file;

  @Option(
      names = "--images",
      paramLabel = "DIR",
      required = true,
      description = "Folder of the pictures named in the reference.")
  private Path images;

  @Option(
      names = "--reference",
      paramLabel = "FILE",
      required = true,
      description = "JSON lines: {\"image\": \"cat.jpg\", \"embedding\": [0.1, …]}.")
  private Path reference;

  @Option(
      names = "--tolerance",
      defaultValue = "1e-3",
      description =
          "Largest difference allowed, relative to the reference's largest absolute value"
              + " (${DEFAULT-VALUE}).")
  private double tolerance;

  @Override
  public Integer call() throws IOException {
    List<KerasEmbedding> expected = KerasEmbedding.read(reference);
    BackboneDescription description = description(file);
    EmbeddingDifference difference = new EmbeddingDifference();
    try (KerasBackbone backbone =
        usable(() -> KerasBackbone.open(description, TensorFlowConfig.DEFAULT))) {
      for (KerasEmbedding keras : expected) {
        float[] embedding =
            compared(backbone, keras).embed(List.of(decode(backbone.decoder(), keras)))[0];
        keras.requireSize(embedding.length);
        difference.add(keras.image(), keras.numbers(), embedding);
      }
    }
    spec.commandLine().getOut().println(difference.describe());
    if (!difference.isWithin(tolerance)) {
      throw new CommandFailedException(
          ("the embeddings differ from Keras' (tolerance %s): compare preprocessing, input_size,"
                  + " antialias and embedding_layers with the script that wrote the reference,"
                  + " and set precision: fp32 until they match")
              .formatted(tolerance));
    }
    return ExitCodes.DONE;
  }

  /** Of several layers, the last one alone if Keras gave as many numbers. */
  private static Backbone compared(Backbone backbone, KerasEmbedding keras) {
    Backbone last = backbone.lastLayerAlone();
    return last != null && last.dimension() == keras.embedding().size() ? last : backbone;
  }

  /**
   * @param file a backbone's YAML, or the Keras file next to it
   * @throws CommandFailedException if there is none
   */
  static BackboneDescription description(Path file) {
    String name = String.valueOf(file.getFileName());
    Path yaml = name.matches(".*\\.ya?ml") ? file : BackboneInspectCommand.description(file);
    if (!Files.exists(yaml)) {
      throw new CommandFailedException(
          yaml + " is missing: write it with 'imprint backbone inspect --write'");
    }
    return usable(() -> BackboneDescription.load(yaml));
  }

  /**
   * Runs a step on the file given to a command.
   *
   * @throws CommandFailedException if the file is refused
   */
  static <T> T usable(Supplier<T> step) {
    try {
      return step.get();
    } catch (IllegalArgumentException e) {
      throw new CommandFailedException(String.valueOf(e.getMessage()), e);
    }
  }

  private Pixels decode(ImageDecoder decoder, KerasEmbedding keras) throws IOException {
    Path picture = images.resolve(keras.image());
    if (!Files.isRegularFile(picture)) {
      throw new CommandFailedException(
          "%s names %s, which is not in %s: correct --images"
              .formatted(reference, keras.image(), images));
    }
    try {
      return decoder.decode(Files.readAllBytes(picture));
    } catch (RejectedException e) {
      throw new CommandFailedException("%s: %s".formatted(picture, e.getMessage()), e);
    }
  }
}
