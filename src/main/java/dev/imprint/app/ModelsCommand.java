package dev.imprint.app;

import picocli.CommandLine.Command;

@Command(
    name = "models",
    description = "See the versions, and decide which one serves.",
    subcommands = {
      ModelsListCommand.class,
      ModelsShowCommand.class,
      ModelsPromoteCommand.class,
      ModelsRollbackCommand.class,
    })
final class ModelsCommand {}
