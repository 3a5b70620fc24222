package dev.imprint.app.models;

import picocli.CommandLine.Command;

@Command(
    name = "models",
    description = "List and export the model versions, and decide which one serves.",
    subcommands = {
      ModelsListCommand.class,
      ModelsShowCommand.class,
      ModelsDiffCommand.class,
      ModelsReproduceCommand.class,
      ModelsExportCommand.class,
      ModelsPromoteCommand.class,
      ModelsRollbackCommand.class,
    })
public final class ModelsCommand {}
