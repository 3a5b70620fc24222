/**
 * How a running service is seen from outside: meters in the names of the contract, and health.
 *
 * <p>{@link dev.imprint.observability.Meters} counts what the pipeline and the rollout do, {@link
 * dev.imprint.observability.LearningMeters} what the buffer and the trainings do, in a registry
 * that stays its caller's; {@code Binders} adds what the JVM, the process, the log and Kafka tell
 * of themselves; {@link dev.imprint.observability.ConsumerLag} sums how many images wait. {@link
 * dev.imprint.observability.Health} asks the parts of the service how they are. It is {@code web}
 * that hands both out.
 */
@NullMarked
package dev.imprint.observability;

import org.jspecify.annotations.NullMarked;
