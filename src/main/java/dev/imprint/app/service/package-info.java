/**
 * One running instance.
 *
 * <p>{@link dev.imprint.app.service.Service} wires up the other packages, {@code LeadershipFactory}
 * what it holds only while it leads; {@code Closer} closes them in order. {@link
 * dev.imprint.app.service.ModelFiles} finds the backbone and the head that the settings name,
 * {@link dev.imprint.app.service.TopicSetup} makes the topics, and {@link
 * dev.imprint.app.service.Failures} says in one line what went wrong.
 */
@NullMarked
package dev.imprint.app.service;

import org.jspecify.annotations.NullMarked;
