/**
 * The parts on the belt: a stream of pictures whose truth is known, drawn by the program itself,
 * and what becomes of them.
 *
 * <p>A {@link dev.imprint.demo.BeltRenderer} draws a {@link dev.imprint.demo.Part} of a {@link
 * dev.imprint.demo.Scene}: its heights ({@code Relief}, chiselled by {@code RoundParts} and {@code
 * LongParts}) are lit by a {@link dev.imprint.demo.Light} ({@code Shading}) on the belt ({@code
 * BeltSurface}) and seen through a cheap {@code Camera}.
 *
 * <p>A {@link dev.imprint.demo.PictureStream} (the belt, or a person's folder) feeds the {@link
 * dev.imprint.demo.Demo}, which meets the answers with what was sent ({@code Tally}) and ends in a
 * {@link dev.imprint.demo.DemoReport}. Around the pictures there is {@link
 * dev.imprint.demo.Learning}: an {@code Inspector} sends labels back, {@code Versions} of models
 * come, and the {@code Story} goes through its {@code Phase}s, each with its scene. All of it knows
 * the service by its topics alone.
 *
 * <p>{@link dev.imprint.demo.BeltHeadTraining} made the {@link dev.imprint.demo.BeltHead} that
 * comes with the program, for those who want to start with one.
 */
@NullMarked
package dev.imprint.demo;

import org.jspecify.annotations.NullMarked;
