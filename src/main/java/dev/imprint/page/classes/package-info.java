/**
 * The view of labels: how many pictures each has, which are confused, which labels are probably
 * wrong, and their renaming, merging and retiring.
 *
 * <p>{@code LabelReading} reads the labels from Kafka on demand. {@code Review} compares them with
 * the embeddings of the buffer, in a thread that exists only while it works, and on the leader
 * alone ({@link dev.imprint.page.classes.Learner}); {@code Findings} are what comes of it. {@code
 * ChangePreviews} says what a change of labels would do. Corrections are feedback, sent as the view
 * that teaches does.
 */
@NullMarked
package dev.imprint.page.classes;

import org.jspecify.annotations.NullMarked;
