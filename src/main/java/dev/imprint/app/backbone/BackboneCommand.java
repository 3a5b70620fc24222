package dev.imprint.app.backbone;

import picocli.CommandLine.Command;

@Command(
    name = "backbone",
    description = {
      "Inspect a Keras file, verify that it gives the same embeddings as Keras, and estimate the"
          + " cost of switching to it."
    },
    subcommands = {
      BackboneInspectCommand.class,
      BackboneVerifyCommand.class,
      BackboneEstimateCommand.class
    })
public final class BackboneCommand {}
