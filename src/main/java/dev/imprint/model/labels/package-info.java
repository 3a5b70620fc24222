/**
 * Labels as text: their form ({@link dev.imprint.model.labels.PlainText}), and what they are called
 * now ({@link dev.imprint.model.labels.LabelChanges}).
 */
@NullMarked
package dev.imprint.model.labels;

import org.jspecify.annotations.NullMarked;
