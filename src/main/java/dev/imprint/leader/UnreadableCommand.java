package dev.imprint.leader;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A record of the commands topic that is not a valid command.
 *
 * @param why as a message
 */
record UnreadableCommand(ConsumerRecord<byte[], byte[]> record, String why)
    implements CommandRecord {
  @Override
  public long offset() {
    return record.offset();
  }
}
