package dev.imprint.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.app.config.ImprintConfig;
import dev.imprint.app.options.KafkaOptions;
import dev.imprint.app.service.CommandFailedException;
import dev.imprint.app.service.TopicSetup;
import dev.imprint.event.Clients;
import dev.imprint.event.PredictionCodec;
import dev.imprint.model.labels.PlainText;
import dev.imprint.terminal.ExitCodes;
import dev.imprint.terminal.Screen;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "watch",
    description = {
      "Print predictions as they are committed.",
      "In columns on a terminal, as JSON lines elsewhere."
    })
final class WatchCommand implements Callable<Integer> {
  private static final Duration POLL = Duration.ofMillis(200);

  @Spec private CommandSpec spec;
  @Mixin private KafkaOptions kafka;

  @Option(
      names = "--from-beginning",
      description = "Start with the predictions that already exist.")
  private boolean fromBeginning;

  @Option(names = "--max", paramLabel = "N", description = "Stop after N predictions.")
  private @Nullable Long max;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "Stop after SECONDS; fails if --max has not been reached by then.")
  private @Nullable Double timeout;

  @Option(names = "--json", description = "Print JSON lines on a terminal too.")
  private boolean json;

  @Override
  public Integer call() {
    ImprintConfig config = kafka.config();
    String topic = config.topics().predictions();
    TopicSetup.require(config, topic);
    try (Consumer<byte[], byte[]> consumer = KafkaOptions.clients(config).consumer(Map.of())) {
      List<TopicPartition> partitions = Clients.partitions(consumer, topic);
      consumer.assign(partitions);
      if (fromBeginning) {
        consumer.seekToBeginning(partitions);
      } else {
        consumer.seekToEnd(partitions);
      }
      // Seeking is lazy: asking for the positions makes "now" this moment, not the first poll's.
      partitions.forEach(consumer::position);
      spec.commandLine().getErr().println("watching " + topic);
      return print(consumer);
    }
  }

  private int print(Consumer<byte[], byte[]> consumer) {
    PrintWriter out = spec.commandLine().getOut();
    try (Screen screen = json ? Screen.plain(out) : Screen.open(out)) {
      return print(consumer, screen);
    }
  }

  private int print(Consumer<byte[], byte[]> consumer, Screen screen) {
    long wanted = max == null ? Long.MAX_VALUE : max;
    long start = System.nanoTime();
    long printed = 0;
    while (printed < wanted) {
      if (timeout != null && System.nanoTime() - start > timeout * 1e9) {
        if (max == null) {
          return ExitCodes.DONE;
        }
        throw new CommandFailedException(
            "%d of %d predictions after %s s: is a service running, and are images being sent?"
                .formatted(printed, max, timeout));
      }
      Clients.followAdded(consumer);
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        if (printed < wanted && print(record, screen)) {
          printed++;
        }
      }
    }
    return ExitCodes.DONE;
  }

  private boolean print(ConsumerRecord<byte[], byte[]> record, Screen screen) {
    byte[] value = record.value();
    try {
      if (value == null || value.length == 0) {
        throw new IOException("empty");
      }
      if (screen.isTerminal()) {
        screen.print(PredictionLine.of(PredictionCodec.decode(value), screen.width()));
      } else {
        byte[] json =
            value[0] == '{' ? value : PredictionCodec.JSON.encode(PredictionCodec.decode(value));
        screen.print(PlainText.escaped(new String(json, UTF_8)));
      }
      return true;
    } catch (IOException e) {
      spec.commandLine()
          .getErr()
          .println(
              "%s-%d@%d is not a prediction: %s"
                  .formatted(record.topic(), record.partition(), record.offset(), e.getMessage()));
      return false;
    }
  }
}
