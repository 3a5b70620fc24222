/**
 * What people see: a {@link dev.imprint.terminal.Screen} knows how wide the terminal is, breaks
 * lines between words and keeps a status line below them; a {@link dev.imprint.terminal.Table} fits
 * its columns to that width. Without a terminal lines are printed as they are, for other programs.
 */
@NullMarked
package dev.imprint.terminal;

import org.jspecify.annotations.NullMarked;
