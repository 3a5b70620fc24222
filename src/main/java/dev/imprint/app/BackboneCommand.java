package dev.imprint.app;

import picocli.CommandLine.Command;

@Command(
    name = "backbone",
    description = {
      "See what a Keras file holds, check that it gives Keras' numbers, and what changing to it"
          + " costs."
    },
    subcommands = {
      BackboneInspectCommand.class,
      BackboneVerifyCommand.class,
      BackboneEstimateCommand.class
    })
final class BackboneCommand {}
