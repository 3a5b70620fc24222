package dev.imprint.leader;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.event.CommandCodec;
import dev.imprint.event.DeadLetter;
import dev.imprint.event.Json;
import dev.imprint.event.RecordParts;
import dev.imprint.event.VersionHeader;
import dev.imprint.model.Command.Answer;
import dev.imprint.model.Command.Answer.State;
import dev.imprint.model.Rejection;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
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
 * Answers commands, and tells of trainings without one in the same way. The final answer, the
 * command's offset and the decision are written in one transaction, so a command is carried out
 * once. Used by the leader's thread; closes the producer.
 */
public final class Answers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

  /** Longest message, in characters. */
  private static final int LONGEST = 2_000;

  /** Bytes of an invalid command that are kept in its dead letter. */
  private static final int LONGEST_KEPT = 64 * 1024;

  private final Producer<byte[], byte[]> producer;
  private final TopicPartition commands;
  private final String deadLetters;
  private final Supplier<ConsumerGroupMetadata> group;
  private final Clock clock;

  /**
   * @param producer with the leader's transactional id
   * @param deadLetters topic for invalid commands
   * @param group the leader's membership at that moment
   */
  public Answers(
      Producer<byte[], byte[]> producer,
      TopicPartition commands,
      String deadLetters,
      Supplier<ConsumerGroupMetadata> group,
      Clock clock) {
    this.producer = producer;
    this.commands = commands;
    this.deadLetters = deadLetters;
    this.group = group;
    this.clock = clock;
  }

  /** Null for an answer. */
  static @Nullable CommandRecord read(ConsumerRecord<byte[], byte[]> record) {
    byte[] value = record.value();
    if (value == null) {
      return new UnreadableCommand(record, "the record has no value (a tombstone)");
    }
    if (CommandCodec.isAnswer(value)) {
      return null;
    }
    try {
      return new PendingCommand(CommandCodec.read(value), record.offset());
    } catch (IOException e) {
      return new UnreadableCommand(record, String.valueOf(e.getMessage()));
    }
  }

  /** Turns an invalid command into a dead letter, with its offset in the same transaction. */
  void reject(UnreadableCommand unreadable) {
    LOG.warn(
        "The record at offset {} of {} is not a command and becomes a dead letter: {}",
        unreadable.offset(),
        commands.topic(),
        unreadable.why());
    transact(
        to -> {
          sendTo(to, deadLetter(unreadable));
          commit(to, unreadable);
        });
  }

  private ProducerRecord<byte[], byte[]> deadLetter(UnreadableCommand unreadable) {
    ConsumerRecord<byte[], byte[]> record = unreadable.record();
    byte[] key = record.key();
    byte[] value = record.value();
    DeadLetter letter =
        new DeadLetter(
            Rejection.BAD_COMMAND.tag(),
            unreadable.why(),
            record.topic(),
            record.partition(),
            record.offset(),
            clock.instant(),
            value == null ? -1 : value.length);
    // Truncated, as a record that the topic refuses would end every leadership.
    return new ProducerRecord<>(
        deadLetters, null, cut(key), cut(value), letter.headers(RecordParts.headers()));
  }

  private static byte @Nullable [] cut(byte @Nullable [] bytes) {
    return bytes == null || bytes.length <= LONGEST_KEPT
        ? bytes
        : Arrays.copyOf(bytes, LONGEST_KEPT);
  }

  void progress(Reported reported, String line) {
    transact(to -> send(to, reported, State.RUNNING, line, null));
  }

  /** Writes the final answer if nothing was decided. */
  void end(Reported reported, State state, String message, @Nullable String version) {
    transact(to -> write(to, reported, state, message, version));
  }

  /** Sends records in a transaction of their own. */
  void send(List<ProducerRecord<byte[], byte[]>> records) {
    if (!records.isEmpty()) {
      transact(to -> records.forEach(to::send));
    }
  }

  /** Writes the final answer and the offset of the command, if any, inside a transaction. */
  void write(
      Producer<byte[], byte[]> to,
      Reported reported,
      State state,
      String message,
      @Nullable String version) {
    send(to, reported, state, message, version);
    if (reported instanceof PendingCommand pending) {
      commit(to, pending);
    }
  }

  private void commit(Producer<byte[], byte[]> to, CommandRecord arrived) {
    to.sendOffsetsToTransaction(
        Map.of(commands, new OffsetAndMetadata(arrived.offset() + 1)), group.get());
  }

  private void transact(Consumer<Producer<byte[], byte[]>> writes) {
    producer.beginTransaction();
    writes.accept(producer);
    producer.commitTransaction();
  }

  @SuppressWarnings("FutureReturnValueIgnored") // committing throws any send failure
  private static void sendTo(Producer<byte[], byte[]> to, ProducerRecord<byte[], byte[]> record) {
    to.send(record);
  }

  private void send(
      Producer<byte[], byte[]> to,
      Reported reported,
      State state,
      String message,
      @Nullable String version) {
    String id = reported.id();
    // It may quote the command; one that its topic refuses would end every leadership.
    String text = message.length() <= LONGEST ? message : message.substring(0, LONGEST) + "…";
    Answer answer = new Answer(id, state, text, version, clock.instant(), reported.start());
    sendTo(
        to,
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
