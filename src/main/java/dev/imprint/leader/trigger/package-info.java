/**
 * When the leader trains without a command. A {@link dev.imprint.leader.trigger.Trigger} decides
 * about heads, a {@link dev.imprint.leader.trigger.FineTuneTrigger} about the network; what they go
 * by are labels that nothing has learned yet, the live accuracy, and what came of past trainings.
 */
@NullMarked
package dev.imprint.leader.trigger;

import org.jspecify.annotations.NullMarked;
