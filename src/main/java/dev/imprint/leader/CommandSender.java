package dev.imprint.leader;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.event.Clients;
import dev.imprint.event.CommandCodec;
import dev.imprint.event.Topics;
import dev.imprint.model.Command;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/** Sends commands to the leader. Thread-safe; the creator must close it. */
public final class CommandSender implements AutoCloseable {
  /** Commands are a few hundred bytes. */
  private static final int MAX_RECORD_BYTES = 64 * 1024;

  private final Topics topics;
  private final Producer<byte[], byte[]> producer;

  private CommandSender(Topics topics, Producer<byte[], byte[]> producer) {
    this.topics = topics;
    this.producer = producer;
  }

  public static CommandSender open(Clients clients, Topics topics) {
    return new CommandSender(topics, clients.producer(MAX_RECORD_BYTES));
  }

  /** A command, for a producer of bytes. */
  public static ProducerRecord<byte[], byte[]> record(Topics topics, Command command) {
    byte[] id = command.id().getBytes(UTF_8);
    return new ProducerRecord<>(topics.commands(), id, CommandCodec.encode(command));
  }

  /**
   * Returns once Kafka has stored the command.
   *
   * @throws KafkaException if Kafka does not accept it
   */
  public void send(Command command) throws InterruptedException {
    try {
      producer.send(record(topics, command)).get();
    } catch (ExecutionException e) {
      throw new KafkaException("the command could not be sent: " + e.getCause(), e.getCause());
    }
  }

  /** Does not wait: what was sent has been stored. */
  @Override
  public void close() {
    producer.close(Duration.ZERO);
  }
}
