package dev.imprint.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.event.Json;
import dev.imprint.model.ModelVersion;
import dev.imprint.rollout.ModelStore;
import dev.imprint.rollout.Models;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "show",
    description =
        "Print all that is known of a version, as JSON; of the serving one if none is named.")
final class ModelsShowCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelsOptions models;

  @Parameters(paramLabel = "VERSION", arity = "0..1", description = "Such as v12-15a7825e.")
  private @Nullable String version;

  @Option(
      names = "--manifest",
      description = "Print the examples that it learned from instead, as JSON lines.")
  private boolean manifest;

  @Override
  public Integer call() throws IOException {
    ModelStore store = ModelsOptions.store(models.config());
    ModelVersion found = find(store.models(), version);
    byte[] text = manifest ? store.manifest(found) : Json.encode(found);
    spec.commandLine().getOut().println(new String(text, UTF_8).stripTrailing());
    return Imprint.DONE;
  }

  /**
   * @param name null for the serving version
   * @throws CommandFailedException if there is none
   */
  static ModelVersion find(Models models, @Nullable String name) {
    ModelVersion found = name == null ? models.serving() : models.version(name);
    if (found == null) {
      throw new CommandFailedException(
          name == null
              ? "no version serves yet: send labels, then 'imprint retrain --wait'"
              : "there is no version %s: 'imprint models list' shows them".formatted(name));
    }
    return found;
  }
}
