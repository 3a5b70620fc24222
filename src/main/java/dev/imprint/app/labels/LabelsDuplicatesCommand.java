package dev.imprint.app.labels;

import dev.imprint.app.config.ImprintConfig;
import dev.imprint.app.labels.LabelsOptions.ServiceLabels;
import dev.imprint.app.models.ModelsOptions;
import dev.imprint.app.service.CommandFailedException;
import dev.imprint.app.service.ModelFiles;
import dev.imprint.buffer.Example;
import dev.imprint.labels.Duplicates;
import dev.imprint.terminal.ExitCodes;
import dev.imprint.terminal.Rows;
import dev.imprint.training.selection.NearDuplicates;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "duplicates",
    description = {
      "List labelled pictures that occur more than once.",
      "Their bytes are the same, or their embeddings, computed here, are almost the same."
    })
final class LabelsDuplicatesCommand implements Callable<Integer> {
  /** Comparing each with each, the time grows with the square of their number. */
  private static final int MOST_COMPARED = 20_000;

  /** Lower ones would link most pictures of a kind. */
  private static final double LEAST = 0.8;

  @Spec private CommandSpec spec;
  @Mixin private ModelsOptions models;

  @Option(
      names = "--cosine",
      paramLabel = "X",
      defaultValue = "" + NearDuplicates.COSINE,
      description =
          "Embeddings with at least this cosine, after the mean of all was subtracted, count as the"
              + " same picture (${DEFAULT-VALUE}).")
  private double cosine;

  @Option(
      names = "--same-bytes",
      description = "List only pictures with the same bytes, without embedding any.")
  private boolean sameBytes;

  @Option(names = "--json", description = "Print JSON instead of a table.")
  private boolean json;

  /**
   * One picture. The JSON's fields are fixed.
   *
   * @param duplicates number of the group, from 1
   * @param sameBytes whether its bytes are those of the group's first
   */
  record DuplicateRow(int duplicates, String imageId, String label, boolean sameBytes) {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (!(cosine >= LEAST && cosine <= 1)) {
      throw new ParameterException(
          spec.commandLine(), "--cosine is %s: set %s to 1".formatted(cosine, LEAST));
    }
    ImprintConfig config = models.config();
    ServiceLabels labels = LabelsOptions.read(config);
    List<List<Example>> groups =
        sameBytes ? Duplicates.ofBytes(labels.set().examples()) : similar(config, labels);
    List<DuplicateRow> rows = new ArrayList<>();
    for (List<Example> group : groups) {
      String first = group.get(0).sha256();
      int number = rows.isEmpty() ? 1 : rows.get(rows.size() - 1).duplicates() + 1;
      for (Example each : group) {
        rows.add(
            new DuplicateRow(number, each.imageId(), each.label(), each.sha256().equals(first)));
      }
    }
    Rows.print(spec.commandLine().getOut(), rows, json);
    long divided =
        groups.stream()
            .filter(group -> group.stream().map(Example::label).distinct().count() > 1)
            .count();
    spec.commandLine()
        .getErr()
        .println(
            "%d pictures occur more than once, %d of them with different labels"
                .formatted(groups.size(), divided));
    return ExitCodes.DONE;
  }

  private List<List<Example>> similar(ImprintConfig config, ServiceLabels labels)
      throws IOException, InterruptedException {
    if (labels.set().labels().size() > MOST_COMPARED) {
      throw new CommandFailedException(
          "%d pictures are too many to compare every pair (at most %d): use --same-bytes"
              .formatted(labels.set().labels().size(), MOST_COMPARED));
    }
    try (var backbone = new ModelFiles(config).openBackbone()) {
      return Duplicates.among(
          EmbeddedLabels.read(config, labels, backbone, spec.commandLine().getErr()), cosine);
    }
  }
}
