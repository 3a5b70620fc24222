package dev.imprint.app;

import picocli.CommandLine.Command;

@Command(
    name = "backbone",
    description = "See what a Keras file holds, and check that it gives Keras' numbers.",
    subcommands = {BackboneInspectCommand.class, BackboneVerifyCommand.class})
final class BackboneCommand {}
