/**
 * The demo: a stream of pictures with known truth, and what happens to them; {@code belt} draws
 * them.
 *
 * <p>A {@link dev.imprint.demo.PictureStream} (the belt, or the user's folder) feeds the {@link
 * dev.imprint.demo.Demo}, which matches the answers with what was sent ({@code Tally}) and ends
 * with a {@link dev.imprint.demo.DemoReport}. {@link dev.imprint.demo.Learning} is everything
 * around the pictures: an {@code Inspector} sends labels back, {@code Versions} of models arrive,
 * and the {@code Story} goes through its {@code Phase}s, each with its scene. All of it knows the
 * service only through its topics.
 *
 * <p>{@link dev.imprint.demo.BeltHeadTraining} made the bundled {@link dev.imprint.demo.BeltHead},
 * for users who want to start with a head.
 */
@NullMarked
package dev.imprint.demo;

import org.jspecify.annotations.NullMarked;
