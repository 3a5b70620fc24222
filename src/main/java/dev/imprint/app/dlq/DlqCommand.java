package dev.imprint.app.dlq;

import picocli.CommandLine.Command;

@Command(
    name = "dlq",
    description = "List images and feedback that could not be processed, and send them again.",
    subcommands = {DlqListCommand.class, DlqReplayCommand.class})
public final class DlqCommand {}
