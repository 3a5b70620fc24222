/**
 * The view in which a person labels pictures by keys, and drops new ones.
 *
 * <p>{@link dev.imprint.page.teach.Teaching} reads what was predicted, labelled and judged lately,
 * {@code TeachQueue} leases each picture to one browser, {@code AskingRule} decides which one
 * teaches most ({@code Representatives} by what the pictures look like, {@link
 * dev.imprint.page.teach.CurrentModel} by what serves now), {@code LookAlike} finds those that can
 * be labelled together, and {@code LabelPost} and {@code PicturePost} write to Kafka.
 */
@NullMarked
package dev.imprint.page.teach;

import org.jspecify.annotations.NullMarked;
