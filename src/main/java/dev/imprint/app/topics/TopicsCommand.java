package dev.imprint.app.topics;

import picocli.CommandLine.Command;

@Command(
    name = "topics",
    description = "Create and check the topics.",
    subcommands = {TopicsCreateCommand.class, TopicsCheckCommand.class})
public final class TopicsCommand {}
