package dev.imprint.app.labels;

import picocli.CommandLine.Command;

@Command(
    name = "labels",
    description =
        "List the labels and who gave them; rename, merge and retire them; find wrong ones;"
            + " export and import them.",
    subcommands = {
      LabelsListCommand.class,
      LabelsShowCommand.class,
      LabelsStatsCommand.class,
      LabelsSuspiciousCommand.class,
      LabelsDuplicatesCommand.class,
      LabelsRenameCommand.class,
      LabelsMergeCommand.class,
      LabelsRetireCommand.class,
      LabelsExportCommand.class,
      LabelsImportCommand.class,
    })
public final class LabelsCommand {}
