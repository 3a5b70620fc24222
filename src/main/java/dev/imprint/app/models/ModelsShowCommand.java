package dev.imprint.app.models;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.app.service.CommandFailedException;
import dev.imprint.event.Json;
import dev.imprint.model.ModelVersion;
import dev.imprint.rollout.ModelStore;
import dev.imprint.rollout.Models;
import dev.imprint.terminal.EscapingWriter;
import dev.imprint.terminal.ExitCodes;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "show",
    description = "Print everything about a version as JSON; the serving one if none is named.")
final class ModelsShowCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelsOptions models;

  @Parameters(
      paramLabel = "VERSION",
      arity = "0..1",
      description = "Version, such as v12-15a7825e or v12.")
  private @Nullable String version;

  @Option(
      names = "--manifest",
      description = "Print the examples it learned from instead, as JSON lines.")
  private boolean manifest;

  @Override
  public Integer call() throws IOException {
    ModelStore store = ModelsOptions.store(models.config());
    ModelVersion found = find(store.models(), version);
    byte[] text = manifest ? store.manifest(found) : Json.encode(found);
    spec.commandLine()
        .getOut()
        .println(EscapingWriter.escaped(new String(text, UTF_8).stripTrailing()));
    return ExitCodes.DONE;
  }

  /**
   * @param name null for the serving version
   * @throws CommandFailedException if there is none
   */
  static ModelVersion find(Models models, @Nullable String name) {
    if (name != null) {
      return named(models, name)
          .orElseThrow(
              () ->
                  new CommandFailedException(
                      "there is no version %s: 'imprint models list' shows them".formatted(name)));
    }
    ModelVersion serving = models.serving();
    if (serving == null) {
      throw new CommandFailedException(
          "no version serves yet: send labels, then 'imprint retrain --wait'");
    }
    return serving;
  }

  /**
   * The version with this name, or the only one whose name begins with it: v12 means v12-15a7825e.
   *
   * @throws CommandFailedException if several begin with it
   */
  static Optional<ModelVersion> named(Models models, String name) {
    List<ModelVersion> found = models.startingWith(name);
    if (found.size() > 1) {
      throw new CommandFailedException(
          "%s could be %s: give more of the name"
              .formatted(
                  name,
                  found.stream().map(ModelVersion::version).collect(Collectors.joining(" or "))));
    }
    return found.stream().findFirst();
  }
}
