package dev.imprint.app;

import picocli.CommandLine.Command;

@Command(
    name = "dlq",
    description = "List images and feedback that could not be processed, and send them again.",
    subcommands = {DlqListCommand.class, DlqReplayCommand.class})
final class DlqCommand {}
