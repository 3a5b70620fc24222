package dev.imprint.app.dlq;

import dev.imprint.app.config.ImprintConfig;
import dev.imprint.app.service.CommandFailedException;
import dev.imprint.event.Clients;
import dev.imprint.event.DeadLetter;
import dev.imprint.event.RecordParts;
import dev.imprint.event.RejectedRecord;
import dev.imprint.event.TopicScan;
import dev.imprint.event.Topics;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.jspecify.annotations.Nullable;

/**
 * Sends the originals of dead letters back to their topics. Records and progress are written in one
 * transaction, so a replay that is killed and run again neither loses nor duplicates any; two at
 * once fence each other. For one thread.
 */
final class Replay {
  /** The dead letters to replay; {@code reason} null for all. */
  record ReplaySelection(
      @Nullable String reason, long max, boolean fromBeginning, boolean dryRun) {}

  /**
   * @param chosen the records that were sent, or would have been
   * @param failed how many could not be sent; each was reported on stderr
   */
  record Replayed(List<RejectedRecord> chosen, int failed) {}

  private final Clients clients;
  private final PrintWriter err;
  private final Topics topics;
  private final String group;
  private final int maxRecordBytes;

  Replay(Clients clients, ImprintConfig config, PrintWriter err) {
    this.clients = clients;
    this.err = err;
    this.topics = config.topics();
    this.group = config.applicationId() + "-dlq-replay";
    this.maxRecordBytes = config.images().maxBytes() + Topics.RECORD_OVERHEAD_BYTES;
  }

  Replayed run(DlqTopic topic, ReplaySelection selection) {
    try (Consumer<byte[], byte[]> letters =
            clients.consumer(Map.of(ConsumerConfig.GROUP_ID_CONFIG, group));
        OriginalRecords originals = new OriginalRecords(clients);
        Producer<byte[], byte[]> producer = clients.transactionalProducer(maxRecordBytes, group)) {
      if (!selection.dryRun()) {
        producer.initTransactions(); // first, so that the progress of a killed replay is visible
      }
      TopicScan scan = TopicScan.ofTopic(letters, topic.deadLetters(topics));
      Map<TopicPartition, ReplayMarks> marks = new HashMap<>();
      Map<TopicPartition, OffsetAndMetadata> committed =
          letters.committed(new HashSet<>(scan.partitions()));
      for (TopicPartition partition : scan.partitions()) {
        ReplayMarks mark = new ReplayMarks(committed.get(partition));
        mark.forgetUnder(letters.position(partition));
        marks.put(partition, mark);
        if (!selection.fromBeginning()) {
          letters.seek(partition, Math.max(mark.offset(), letters.position(partition)));
        }
      }
      String to = topic.originals(topics);
      return new ReplayRun(to, selection, marks, originals, producer).all(scan);
    } catch (ProducerFencedException e) {
      throw new CommandFailedException(
          "another replay is running: wait until it finishes, then try again", e);
    }
  }

  /** A replay in progress. */
  private final class ReplayRun {
    private final String to;
    private final ReplaySelection selection;
    private final Map<TopicPartition, ReplayMarks> marks;
    private final OriginalRecords originals;
    private final Producer<byte[], byte[]> producer;
    private final List<RejectedRecord> chosen = new ArrayList<>();
    private int failed;

    ReplayRun(
        String to,
        ReplaySelection selection,
        Map<TopicPartition, ReplayMarks> marks,
        OriginalRecords originals,
        Producer<byte[], byte[]> producer) {
      this.to = to;
      this.selection = selection;
      this.marks = marks;
      this.originals = originals;
      this.producer = producer;
    }

    Replayed all(TopicScan scan) {
      ConsumerRecords<byte[], byte[]> records = scan.next();
      while (!records.isEmpty() && chosen.size() < selection.max()) {
        if (selection.dryRun()) {
          records.forEach(this::choose);
        } else {
          transact(records);
        }
        records = scan.next();
      }
      return new Replayed(List.copyOf(chosen), failed);
    }

    private void transact(ConsumerRecords<byte[], byte[]> records) {
      producer.beginTransaction();
      for (ConsumerRecord<byte[], byte[]> record : records) {
        choose(record).ifPresent(producer::send);
      }
      Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
      marks.forEach((partition, mark) -> offsets.put(partition, mark.toCommit()));
      producer.sendOffsetsToTransaction(offsets, new ConsumerGroupMetadata(group));
      producer.commitTransaction();
    }

    /** The record to send for a dead letter; empty if it is not selected or cannot be sent. */
    private Optional<ProducerRecord<byte[], byte[]>> choose(ConsumerRecord<byte[], byte[]> record) {
      if (chosen.size() >= selection.max()) {
        return Optional.empty();
      }
      ReplayMarks mark =
          marks.computeIfAbsent(
              new TopicPartition(record.topic(), record.partition()), p -> new ReplayMarks(null));
      Optional<ProducerRecord<byte[], byte[]>> original = Optional.empty();
      try {
        DeadLetter letter = DeadLetter.of(record.headers());
        boolean old =
            !selection.fromBeginning() && mark.isReplayed(letter.reason(), record.offset());
        if (!old && (selection.reason() == null || selection.reason().equals(letter.reason()))) {
          original = fitting(original(letter, record), record, mark);
          original.ifPresent(sent -> chosen.add(RejectedRecord.of(letter, record)));
        }
      } catch (IllegalArgumentException e) {
        notReplayed(record, String.valueOf(e.getMessage()));
      }
      mark.advance(selection.reason(), record.offset() + 1);
      return original;
    }

    /**
     * A record that is too large would abort the whole transaction; the next replay tries it again.
     */
    private Optional<ProducerRecord<byte[], byte[]>> fitting(
        ProducerRecord<byte[], byte[]> original,
        ConsumerRecord<byte[], byte[]> letter,
        ReplayMarks mark) {
      int size = RecordParts.sizeUpperBound(original.key(), original.value(), original.headers());
      if (size <= maxRecordBytes) {
        mark.sent(letter.offset());
        return Optional.of(original);
      }
      mark.leave(letter.offset());
      notReplayed(
          letter,
          ("it has %d bytes with its key and headers: raise images.max_bytes by %d, then replay"
                  + " again")
              .formatted(size, size - maxRecordBytes));
      return Optional.empty();
    }

    private void notReplayed(ConsumerRecord<byte[], byte[]> letter, String why) {
      failed++;
      err.println(
          "%s-%d@%d is not replayed: %s"
              .formatted(letter.topic(), letter.partition(), letter.offset(), why));
    }

    /**
     * @throws IllegalArgumentException if it can never be sent
     */
    private ProducerRecord<byte[], byte[]> original(
        DeadLetter letter, ConsumerRecord<byte[], byte[]> record) {
      if (letter.topic().equals(topics.labels()) || letter.topic().equals(topics.predictions())) {
        throw new IllegalArgumentException(
            "it was written directly to %s, not sent as feedback".formatted(letter.topic()));
      }
      byte[] value = record.value();
      if (RejectedRecord.isTruncated(letter, record)) {
        value =
            originals
                .value(letter, record)
                .orElseThrow(
                    () ->
                        new IllegalArgumentException(
                            "it was truncated, and the original %s-%d@%d is gone"
                                .formatted(letter.topic(), letter.partition(), letter.offset())));
      }
      // Feedback's dead letters include commands.
      String origin = letter.topic().equals(topics.commands()) ? topics.commands() : to;
      return new ProducerRecord<>(
          origin, null, record.key(), value, DeadLetter.originalHeaders(record.headers()));
    }
  }
}
