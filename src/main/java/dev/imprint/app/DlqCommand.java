package dev.imprint.app;

import picocli.CommandLine.Command;

@Command(
    name = "dlq",
    description =
        "List the images and the feedback that could not be handled, and send them again.",
    subcommands = {DlqListCommand.class, DlqReplayCommand.class})
final class DlqCommand {}
