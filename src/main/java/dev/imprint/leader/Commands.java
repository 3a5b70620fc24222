package dev.imprint.leader;

import dev.imprint.event.Clients;
import dev.imprint.event.CommandCodec;
import dev.imprint.event.Json;
import dev.imprint.event.Topics;
import dev.imprint.model.Command;
import dev.imprint.model.Command.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Sends commands to the leader and reads its answers: both are on the topic {@code commands}, under
 * the command's id. Not thread-safe; the creator must close it.
 */
public final class Commands implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);

  private final CommandSender sender;
  private final Consumer<byte[], byte[]> consumer;
  private final Queue<Answer> heard = new ArrayDeque<>();

  /** Receives answers from now on. */
  public static Commands open(Clients clients, Topics topics) {
    CommandSender sender = CommandSender.open(clients, topics);
    try {
      return new Commands(topics.commands(), sender, clients.consumer(Map.of()));
    } catch (KafkaException e) {
      sender.close();
      throw e;
    }
  }

  private Commands(String topic, CommandSender sender, Consumer<byte[], byte[]> consumer) {
    this.sender = sender;
    this.consumer = consumer;
    TopicPartition partition = new TopicPartition(topic, 0);
    consumer.assign(List.of(partition));
    consumer.seekToEnd(List.of(partition));
    consumer.position(partition); // seeking is lazy; this fixes the end at this moment
  }

  /**
   * Returns once Kafka has stored the command.
   *
   * @throws KafkaException if Kafka does not accept it
   */
  public void send(Command command) throws InterruptedException {
    sender.send(command);
  }

  /**
   * The next answer to a command; empty if none arrives within a moment.
   *
   * @param id the command's
   */
  public Optional<Answer> next(String id) {
    if (heard.isEmpty()) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        answer(record.value()).filter(answer -> answer.command().equals(id)).ifPresent(heard::add);
      }
    }
    return Optional.ofNullable(heard.poll());
  }

  /** The answer in a record of the topic, if it is one. */
  public static Optional<Answer> answer(byte @Nullable [] value) {
    try {
      return value == null || !CommandCodec.isAnswer(value)
          ? Optional.empty()
          : Optional.of(Json.decode(value, Answer.class));
    } catch (IOException e) {
      return Optional.empty(); // the leader reports the error
    }
  }

  @Override
  public void close() {
    consumer.close();
    sender.close();
  }
}
