package dev.imprint.app.dlq;

import dev.imprint.app.config.ImprintConfig;
import dev.imprint.app.options.KafkaOptions;
import dev.imprint.app.service.TopicSetup;
import dev.imprint.event.DeadLetter;
import dev.imprint.event.RejectedRecord;
import dev.imprint.event.TopicScan;
import dev.imprint.terminal.ExitCodes;
import dev.imprint.terminal.Rows;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "list", description = "List the dead letters with their reasons.")
final class DlqListCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private KafkaOptions kafka;
  @Mixin private DlqOptions selection;

  @Option(names = "--json", description = "Print JSON instead of a table.")
  private boolean json;

  @Override
  public Integer call() {
    ImprintConfig config = kafka.config();
    List<String> topics =
        selection.topics().stream().map(t -> t.deadLetters(config.topics())).toList();
    TopicSetup.require(config, topics.toArray(String[]::new));
    List<RejectedRecord> rows = new ArrayList<>();
    int failed = 0;
    try (Consumer<byte[], byte[]> consumer = KafkaOptions.clients(config).consumer(Map.of())) {
      for (String name : topics) {
        TopicScan scan = TopicScan.ofTopic(consumer, name);
        for (var records = scan.next(); !records.isEmpty(); records = scan.next()) {
          failed += collect(records, rows);
        }
      }
    }
    Rows.print(spec.commandLine().getOut(), rows, json);
    return failed == 0 ? ExitCodes.DONE : ExitCodes.FAILED;
  }

  private int collect(ConsumerRecords<byte[], byte[]> records, List<RejectedRecord> rows) {
    int failed = 0;
    String reason = selection.reason();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      try {
        DeadLetter letter = DeadLetter.of(record.headers());
        if (reason == null || reason.equals(letter.reason())) {
          rows.add(RejectedRecord.of(letter, record));
        }
      } catch (IllegalArgumentException e) {
        failed++;
        spec.commandLine()
            .getErr()
            .println(
                "%s-%d@%d: %s"
                    .formatted(
                        record.topic(), record.partition(), record.offset(), e.getMessage()));
      }
    }
    return failed;
  }
}
