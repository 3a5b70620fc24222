/**
 * When the leader trains without a command. A {@link dev.imprint.leader.trigger.Trigger} decides
 * about heads, a {@link dev.imprint.leader.trigger.FineTuneTrigger} about the network. They go by
 * the labels that nothing has learned yet, the live accuracy, and the results of past trainings.
 */
@NullMarked
package dev.imprint.leader.trigger;

import org.jspecify.annotations.NullMarked;
