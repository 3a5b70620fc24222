package dev.imprint.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.event.Json;
import dev.imprint.event.VersionHeader;
import dev.imprint.model.Command;
import dev.imprint.model.Command.Answer;
import dev.imprint.model.Command.Answer.State;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers commands. The last answer goes with the command's offset in one transaction, and with
 * what was decided, so a command is carried out once. For the leader's thread; closes the producer.
 */
public final class Answers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

  /** Of a message, in characters. */
  private static final int LONGEST = 2_000;

  private static final int LONGEST_ID = 200;

  private final Producer<byte[], byte[]> producer;
  private final TopicPartition commands;
  private final Supplier<ConsumerGroupMetadata> group;
  private final Clock clock;

  /**
   * @param producer of the leader's transactional id
   * @param group the leader's membership at that moment
   */
  public Answers(
      Producer<byte[], byte[]> producer,
      TopicPartition commands,
      Supplier<ConsumerGroupMetadata> group,
      Clock clock) {
    this.producer = producer;
    this.commands = commands;
    this.group = group;
    this.clock = clock;
  }

  /** Null for an answer, and for what is no command; that is logged. */
  static @Nullable Asked read(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      return null;
    }
    try {
      if (Commands.isAnswer(record.value())) {
        return null;
      }
      return new Asked(complete(Json.decode(record.value(), Command.class)), record.offset());
    } catch (IOException e) {
      LOG.warn(
          "The record at offset {} of {} is no command and is passed over: {}",
          record.offset(),
          record.topic(),
          e.getMessage());
      return null;
    }
  }

  /** JSON may leave out what is never null in ours. */
  private static Command complete(Command command) throws IOException {
    if (command.id() == null
        || command.kind() == null
        || command.expiresAt() == null
        || command.by() == null) {
      throw new IOException("id, kind, expires_at or by is missing");
    }
    if (command.id().length() > LONGEST_ID) {
      throw new IOException("its id is over %d characters".formatted(LONGEST_ID));
    }
    return command;
  }

  /** Tells whoever asked how far it is; nothing if nobody did. */
  void progress(@Nullable Asked asked, String line) {
    if (asked != null) {
      transact(to -> send(to, asked, State.RUNNING, line, null));
    }
  }

  /** The last answer, where nothing was decided; nothing if nobody asked. */
  void end(@Nullable Asked asked, State state, String message, @Nullable String version) {
    if (asked != null) {
      transact(to -> write(to, asked, state, message, version));
    }
  }

  /** Sends records in a transaction of their own. */
  void send(List<ProducerRecord<byte[], byte[]>> records) {
    if (!records.isEmpty()) {
      transact(to -> records.forEach(to::send));
    }
  }

  /** The last answer and the command's offset, inside a transaction; nothing if nobody asked. */
  void write(
      Producer<byte[], byte[]> to,
      @Nullable Asked asked,
      State state,
      String message,
      @Nullable String version) {
    if (asked != null) {
      send(to, asked, state, message, version);
      to.sendOffsetsToTransaction(
          Map.of(commands, new OffsetAndMetadata(asked.offset() + 1)), group.get());
    }
  }

  private void transact(Consumer<Producer<byte[], byte[]>> writes) {
    producer.beginTransaction();
    writes.accept(producer);
    producer.commitTransaction();
  }

  @SuppressWarnings("FutureReturnValueIgnored") // committing throws what sending failed of
  private void send(
      Producer<byte[], byte[]> to,
      Asked asked,
      State state,
      String message,
      @Nullable String version) {
    String id = asked.command().id();
    // It may quote what was asked; one that its topic refuses would end every reign.
    String text = message.length() <= LONGEST ? message : message.substring(0, LONGEST) + "…";
    Answer answer = new Answer(id, state, text, version, clock.instant());
    to.send(
        new ProducerRecord<>(
            commands.topic(),
            null,
            id.getBytes(UTF_8),
            Json.encode(answer),
            VersionHeader.alone()));
  }

  @Override
  public void close() {
    producer.close(Duration.ZERO);
  }
}
