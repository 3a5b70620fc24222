/**
 * One running instance.
 *
 * <p>{@link dev.imprint.app.service.Service} wires up the other packages, {@code LeadershipFactory}
 * the parts needed only while leading; {@code Closer} closes them in reverse order. {@link
 * dev.imprint.app.service.ModelFiles} finds the configured backbone and head, {@link
 * dev.imprint.app.service.TopicSetup} creates the topics, and {@link
 * dev.imprint.app.service.Failures} describes failures in one line.
 */
@NullMarked
package dev.imprint.app.service;

import org.jspecify.annotations.NullMarked;
