package dev.imprint.app.labels;

import dev.imprint.app.config.ImprintConfig;
import dev.imprint.app.labels.LabelsOptions.ServiceLabels;
import dev.imprint.app.options.CommandOptions;
import dev.imprint.model.Command.Kind;
import dev.imprint.model.labels.LabelChange;
import dev.imprint.model.labels.PlainText;
import dev.imprint.rollout.RefusedException;
import dev.imprint.rollout.Relabelling;
import dev.imprint.terminal.ExitCodes;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Options shared by the commands that change labels. */
final class LabelsChangeOptions {
  @Mixin private CommandOptions command;

  @Option(names = "--dry-run", description = "Only say what would happen.")
  private boolean dryRun;

  /** Asks the leader for the change and waits for its answer; returns the exit code. */
  int run(CommandSpec spec, LabelChange.Kind kind, List<String> labels, @Nullable String into)
      throws InterruptedException {
    LabelChange change = change(spec, kind, labels, into);
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    ImprintConfig config = command.kafka().config();
    ServiceLabels all = LabelsOptions.read(config);
    Relabelling relabelling;
    try {
      relabelling =
          Relabelling.of(
              change,
              all.models(),
              all.set(),
              LabelsOptions.initial(config),
              Clock.systemUTC().instant());
    } catch (RefusedException e) {
      err.println("refused: " + e.getMessage());
      return ExitCodes.REFUSED;
    }
    if (dryRun) {
      out.println("would " + relabelling.words(null));
      return ExitCodes.DONE;
    }
    return command.run(new CommandOptions.Request(Kind.LABELS, false, change), true, out, err);
  }

  private static LabelChange change(
      CommandSpec spec, LabelChange.Kind kind, List<String> labels, @Nullable String into) {
    try {
      List<String> named = new ArrayList<>();
      labels.forEach(label -> named.add(label(label)));
      return new LabelChange(kind, named, into == null ? null : label(into));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private static String label(String text) {
    try {
      return PlainText.label(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("LABEL " + e.getMessage(), e);
    }
  }
}
