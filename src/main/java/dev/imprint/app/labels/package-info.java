/**
 * {@code imprint labels …} and {@code imprint forget}: which labels there are and who gave them,
 * their changes, and wrong ones. {@code LabelsOptions} reads them all.
 */
@NullMarked
package dev.imprint.app.labels;

import org.jspecify.annotations.NullMarked;
