/**
 * Commands that the page sends to the leader, and what each would do: for the views that decide
 * about versions and labels.
 */
@NullMarked
package dev.imprint.page.commands;

import org.jspecify.annotations.NullMarked;
