package dev.imprint.rollout;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A record of the topic of commands that is none.
 *
 * @param why for people
 */
record UnreadableCommand(ConsumerRecord<byte[], byte[]> record, String why)
    implements CommandRecord {
  @Override
  public long offset() {
    return record.offset();
  }
}
