/**
 * The parts on the belt: a stream of pictures whose truth is known, drawn by the program itself,
 * and what becomes of them.
 *
 * <p>A {@link dev.imprint.demo.BeltRenderer} draws a {@link dev.imprint.demo.Part} of a {@link
 * dev.imprint.demo.Scene}: its heights ({@code Relief}, chiselled by {@code RoundParts} and {@code
 * LongParts}) are lit by a {@link dev.imprint.demo.Light} ({@code Shading}) on the belt ({@code
 * BeltSurface}) and seen through a cheap {@code Camera}.
 */
@NullMarked
package dev.imprint.demo;

import org.jspecify.annotations.NullMarked;
