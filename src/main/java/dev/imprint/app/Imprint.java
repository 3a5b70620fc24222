package dev.imprint.app;

import dev.imprint.app.backbone.BackboneCommand;
import dev.imprint.app.dlq.DlqCommand;
import dev.imprint.app.doctor.DoctorCommand;
import dev.imprint.app.labels.ForgetCommand;
import dev.imprint.app.labels.LabelsCommand;
import dev.imprint.app.models.EvaluateCommand;
import dev.imprint.app.models.ModelsCommand;
import dev.imprint.app.sending.LabelCommand;
import dev.imprint.app.sending.SendCommand;
import dev.imprint.app.topics.TopicsCommand;
import dev.imprint.app.users.UsersCommand;
import dev.imprint.model.Release;
import dev.imprint.terminal.EscapingWriter;
import dev.imprint.terminal.StandardOutput;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The program: runs a command and returns its exit code. */
@Command(
    name = "imprint",
    description = "Classifies the images that arrive on a Kafka topic, and learns from labels.",
    mixinStandardHelpOptions = true,
    versionProvider = Imprint.Version.class,
    scope = ScopeType.INHERIT,
    synopsisSubcommandLabel = "COMMAND",
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:done", "1:failed", "2:wrong usage", "3:refused"},
    footerHeading = "%n",
    subcommands = {
      DemoCommand.class,
      ServeCommand.class,
      SendCommand.class,
      WatchCommand.class,
      StatusCommand.class,
      LabelCommand.class,
      LabelsCommand.class,
      ForgetCommand.class,
      RetrainCommand.class,
      EvaluateCommand.class,
      AugmentCommand.class,
      ModelsCommand.class,
      BackboneCommand.class,
      UsersCommand.class,
      TopicsCommand.class,
      DlqCommand.class,
      DoctorCommand.class,
      AutoComplete.GenerateCompletion.class,
    })
public final class Imprint {
  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Show stack traces of failures, and log messages from INFO up.")
  private boolean verbose;

  boolean verbose() {
    return verbose;
  }

  public static void main(String[] args) {
    // Texts are in English, and figures go into records, whatever the machine's language.
    Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    StandardOutput stdout =
        new StandardOutput(new FileOutputStream(FileDescriptor.out), err, System::exit);
    PrintWriter out = new PrintWriter(stdout, true, StandardCharsets.UTF_8);
    int exitCode = run(out, err, args);
    out.flush();
    System.exit(stdout.exitCode(exitCode));
  }

  /**
   * @param out takes results only
   * @param err takes progress, logs and errors
   * @return the exit code
   */
  static int run(PrintWriter out, PrintWriter err, String... args) {
    return new CommandLine(new Imprint())
        .setOut(out)
        .setErr(new EscapingWriter(err))
        .setUsageHelpAutoWidth(true)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(ErrorHandlers::wrongUsage)
        .setExecutionExceptionHandler(ErrorHandlers::failed)
        .setExecutionStrategy(Imprint::execute)
        .execute(args);
  }

  private static int execute(CommandLine.ParseResult parsed) {
    Imprint imprint = (Imprint) parsed.commandSpec().root().userObject();
    if (imprint.verbose) {
      Logging.verbose();
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"imprint " + Release.VERSION, "Java " + Runtime.version()};
    }
  }
}
