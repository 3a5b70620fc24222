package dev.imprint.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.app.config.ImprintConfig;
import dev.imprint.app.options.KafkaOptions;
import dev.imprint.app.service.KafkaAddress;
import dev.imprint.app.service.TopicSetup;
import dev.imprint.event.Json;
import dev.imprint.terminal.ExitCodes;
import dev.imprint.terminal.Screen;
import dev.imprint.terminal.Text;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "status",
    description = {
      "Show which version serves, what it has learned from, and whether the service is healthy.",
      "Reads the topics, and asks the service on this machine for its health."
    })
final class StatusCommand implements Callable<Integer> {
  private static final int INDENT = 11;

  @Spec private CommandSpec spec;
  @Mixin private KafkaOptions kafka;

  @Option(names = "--json", description = "Print JSON instead of text.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException, ExecutionException {
    ImprintConfig config = kafka.config();
    ServiceStatus status;
    TopicSetup.require(
        config,
        config.topics().models(),
        config.topics().artifacts(),
        config.topics().labels(),
        config.topics().images(),
        config.topics().feedback());
    try (Admin admin = KafkaAddress.admin(config)) {
      status = ServiceStatus.read(config, admin);
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(new String(Json.encode(status), UTF_8));
      return ExitCodes.DONE;
    }
    try (Screen screen = Screen.open(out)) {
      for (List<String> fact : facts(status)) {
        String line = "%-9s  %s".formatted(fact.get(0), Text.oneLine(fact.get(1)));
        Text.wrap(line, screen.width(), INDENT).forEach(out::println);
      }
    }
    return ExitCodes.DONE;
  }

  private static List<List<String>> facts(ServiceStatus status) {
    ServiceStatus.Serving serving = status.serving();
    ServiceStatus.LastVerdict verdict = status.lastVerdict();
    return List.of(
        List.of(
            "serving",
            serving == null
                ? "no version yet: send labels, then 'imprint retrain --wait'"
                : "%s since %s, %s by %s"
                    .formatted(serving.version(), serving.since(), serving.why(), serving.by())),
        List.of("labels", counted(status.labels())),
        List.of(
            "lag",
            "%s to classify, %s to process"
                .formatted(
                    count(status.imagesBehind(), "image"),
                    status.feedbackBehind() + " feedback records")),
        List.of(
            "verdict",
            verdict == null
                ? "none: nothing has been trained"
                : "%s %s".formatted(verdict.version(), verdict.reason())),
        List.of("training", status.nextTraining()),
        List.of("fine-tune", status.nextFineTuning()),
        List.of("health", status.health()));
  }

  private static String counted(Map<String, Integer> labels) {
    int all = labels.values().stream().mapToInt(Integer::intValue).sum();
    StringBuilder text = new StringBuilder(count(all, "picture"));
    String separator = ": ";
    for (Map.Entry<String, Integer> label : labels.entrySet()) {
      text.append(separator).append(label.getKey()).append(' ').append(label.getValue());
      separator = ", ";
    }
    return text.toString();
  }

  private static String count(long number, String what) {
    return "%d %s%s".formatted(number, what, number == 1 ? "" : "s");
  }
}
