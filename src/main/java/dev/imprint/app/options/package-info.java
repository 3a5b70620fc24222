/**
 * Options that commands share: {@link dev.imprint.app.options.KafkaOptions} for each that talks to
 * Kafka, {@link dev.imprint.app.options.CommandOptions} for each that asks the leader.
 */
@NullMarked
package dev.imprint.app.options;

import org.jspecify.annotations.NullMarked;
