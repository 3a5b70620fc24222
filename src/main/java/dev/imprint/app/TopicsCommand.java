package dev.imprint.app;

import picocli.CommandLine.Command;

@Command(
    name = "topics",
    description = "Create and check the topics.",
    subcommands = {TopicsCreateCommand.class, TopicsCheckCommand.class})
final class TopicsCommand {}
