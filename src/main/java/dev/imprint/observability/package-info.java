/**
 * How a running service is observed: meters under their documented names, and health.
 *
 * <p>{@link dev.imprint.observability.Meters} measures the pipeline and the rollout, {@link
 * dev.imprint.observability.LearningMeters} the buffer and training runs, in a registry that the
 * caller closes; {@code Binders} adds the meters of the JVM, the process, the log and Kafka; {@link
 * dev.imprint.observability.ConsumerLag} counts the waiting images. {@link
 * dev.imprint.observability.Health} checks the parts of the service. The package {@code web} serves
 * both over HTTP.
 */
@NullMarked
package dev.imprint.observability;

import org.jspecify.annotations.NullMarked;
