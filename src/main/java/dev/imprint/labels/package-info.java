/**
 * Labels themselves, as people gave them: {@link dev.imprint.labels.LabelledSet} reads all those of
 * a service, {@link dev.imprint.model.labels.Spellings} finds one word in several forms, {@link
 * dev.imprint.labels.ConfidentLearning} those that are probably wrong, and {@link
 * dev.imprint.labels.LabelFile} moves them in and out.
 */
@NullMarked
package dev.imprint.labels;

import org.jspecify.annotations.NullMarked;
