package dev.imprint.app.backbone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import dev.imprint.app.service.CommandFailedException;
import dev.imprint.event.Json;
import dev.imprint.model.backbone.EmbeddingLayers;
import dev.imprint.tensorflow.BackboneInspection;
import dev.imprint.terminal.ExitCodes;
import dev.imprint.terminal.Rows;
import dev.imprint.terminal.Text;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "inspect",
    description = {
      "Print the layers of a Keras file with their shapes and parameters, its likely preprocessing"
          + " and embedding layer, the blocks that can be fine-tuned, and anything that is not"
          + " supported.",
      "Does not run the network. Fails if it cannot serve."
    })
final class BackboneInspectCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "A .keras or .h5 file.")
  private Path file;

  @Option(
      names = "--input-size",
      paramLabel = "SIDE",
      defaultValue = "224",
      description =
          "Side length of the pictures, for a network that takes any size" + " (${DEFAULT-VALUE}).")
  private int side;

  @Option(names = "--json", description = "Print JSON instead of a table.")
  private boolean json;

  @Option(
      names = "--write",
      description = "Write a YAML description beside the file; an existing one is kept.")
  private boolean write;

  @Option(
      names = "--features",
      paramLabel = "LAYERS",
      defaultValue = "last",
      description =
          "Layers that the description names: last, the usual embedding layer, or layers, several"
              + " proposed from the network's structure (${DEFAULT-VALUE}).")
  private BackboneInspection.Features features;

  @Override
  public Integer call() throws IOException {
    BackboneInspection inspection = inspect();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(new String(Json.encode(inspection), UTF_8));
    } else {
      print(inspection, out);
    }
    if (inspection.embeddingLayer() == null) {
      throw new CommandFailedException(
          "%s cannot serve as it is: %s".formatted(file, String.join("; ", inspection.refused())));
    }
    if (write) {
      write(inspection);
    }
    return ExitCodes.DONE;
  }

  private BackboneInspection inspect() {
    if (!Files.exists(file)) {
      throw new CommandFailedException(
          file + ": no such file; name a .keras or .h5 file that Keras saved");
    }
    try {
      return BackboneInspection.of(file.toUri(), side);
    } catch (IllegalArgumentException e) {
      throw new CommandFailedException("%s: %s".formatted(file, e.getMessage()), e);
    }
  }

  private void print(BackboneInspection found, PrintWriter out) {
    Rows.print(out, found.layers(), false);
    out.println();
    out.println(
        "model: %s, %d layers, %,d parameters"
            .formatted(Text.oneLine(found.model()), found.layers().size(), found.parameters()));
    out.println(
        "input size: %d × %d".formatted(found.inputSize().height(), found.inputSize().width()));
    String mode = new String(Json.encode(found.preprocessing()), UTF_8).replace("\"", "");
    out.println(
        "preprocessing: %s (%s)".formatted(mode, Text.oneLine(found.preprocessingReason())));
    if (found.embeddingLayer() != null) {
      out.println(
          "embedding layer: %s, %d numbers"
              .formatted(Text.oneLine(found.embeddingLayer()), found.embeddingSize()));
    }
    if (found.features().size() > 1) {
      out.println(
          "several layers (--features layers): %s; %d numbers"
              .formatted(
                  found.features().stream()
                      .map(layer -> Text.oneLine(layer.name()))
                      .collect(joining(", ")),
                  new EmbeddingLayers(found.features()).dimension()));
    }
    if (!found.blocks().isEmpty()) {
      out.println();
      out.println("blocks that can be fine-tuned:");
      Rows.print(out, found.blocks(), false);
    }
    found.refused().forEach(why -> out.println("refused: " + Text.oneLine(why)));
  }

  private void write(BackboneInspection inspection) throws IOException {
    Path yaml = description(file);
    try {
      Files.writeString(
          yaml, inspection.describe(file.toUri(), features), StandardOpenOption.CREATE_NEW);
    } catch (FileAlreadyExistsException e) {
      throw new CommandFailedException(
          yaml + " already exists and was kept: move it away to have a new one written", e);
    }
    spec.commandLine().getErr().println("wrote " + yaml);
  }

  /** The YAML next to a Keras file. */
  static Path description(Path file) {
    String name = String.valueOf(file.getFileName());
    return file.resolveSibling(name.replaceFirst("\\.(keras|h5|hdf5)$", "") + ".yaml");
  }
}
