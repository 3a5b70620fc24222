/**
 * The values and ports that everything else agrees on; knows neither Kafka nor TensorFlow.
 *
 * <p>An image's bytes become {@link dev.imprint.model.Pixels} ({@link
 * dev.imprint.model.ImageDecoder}), these an embedding ({@link dev.imprint.model.Backbone}; while a
 * service changes it, {@link dev.imprint.model.Backbones}), and that a {@link
 * dev.imprint.model.Prediction} ({@link dev.imprint.model.Head}). A {@link
 * dev.imprint.model.ServingModel} is the immutable pair of backbone and head that answers at a
 * given moment. What cannot be handled is a {@link dev.imprint.model.RejectedException} with a
 * {@link dev.imprint.model.Rejection} as its reason.
 *
 * <p>What a person says of an image is {@link dev.imprint.model.Feedback}; with the prediction it
 * makes an {@link dev.imprint.model.Outcome}, and a {@link dev.imprint.model.Label} to learn from.
 * A head that was learned is a {@link dev.imprint.model.ModelVersion} with the {@link
 * dev.imprint.model.Metrics} that it was judged by, and a {@link dev.imprint.model.Rollout} names
 * the one that serves. A {@link dev.imprint.model.Command} asks the leader for something.
 */
@NullMarked
package dev.imprint.model;

import org.jspecify.annotations.NullMarked;
