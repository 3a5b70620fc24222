/**
 * Output for people: a {@link dev.imprint.terminal.Screen} knows the terminal's width, breaks lines
 * between words and keeps a status line below them; a {@link dev.imprint.terminal.Table} fits its
 * columns to that width. Without a terminal, lines are printed as they are, for other programs.
 */
@NullMarked
package dev.imprint.terminal;

import org.jspecify.annotations.NullMarked;
