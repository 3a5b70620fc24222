/**
 * Pictures of parts on a belt, drawn by the program itself, whose truth is known. A {@link
 * dev.imprint.demo.belt.BeltRenderer} draws a {@link dev.imprint.demo.belt.Part} of a {@link
 * dev.imprint.demo.belt.Scene}: its heights ({@code Relief}, chiselled by {@code RoundParts} and
 * {@code LongParts}) are lit by a {@link dev.imprint.demo.belt.Light} ({@code Shading}) on the belt
 * ({@code BeltSurface}) and seen through a cheap {@code Camera}.
 */
@NullMarked
package dev.imprint.demo.belt;

import org.jspecify.annotations.NullMarked;
