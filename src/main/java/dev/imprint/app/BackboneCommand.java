package dev.imprint.app;

import picocli.CommandLine.Command;

@Command(
    name = "backbone",
    description = {
      "Inspect a Keras file, verify that it gives the same numbers as Keras, and estimate what"
          + " changing to it would cost."
    },
    subcommands = {
      BackboneInspectCommand.class,
      BackboneVerifyCommand.class,
      BackboneEstimateCommand.class
    })
final class BackboneCommand {}
