package dev.imprint.app;

import picocli.CommandLine.Command;

@Command(
    name = "models",
    description = "List the model versions and decide which one serves.",
    subcommands = {
      ModelsListCommand.class,
      ModelsShowCommand.class,
      ModelsDiffCommand.class,
      ModelsReproduceCommand.class,
      ModelsPromoteCommand.class,
      ModelsRollbackCommand.class,
    })
final class ModelsCommand {}
