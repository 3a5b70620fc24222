/**
 * The values and ports that everything else shares; knows neither Kafka nor TensorFlow.
 *
 * <p>An image's bytes become {@link dev.imprint.model.Pixels} ({@link
 * dev.imprint.model.ImageDecoder}), the pixels an embedding ({@link dev.imprint.model.Backbone};
 * while a service switches, {@link dev.imprint.model.Backbones}), and the embedding a {@link
 * dev.imprint.model.Prediction} ({@link dev.imprint.model.Head}). A {@link
 * dev.imprint.model.ServingModel} is the immutable pair of backbone and head that answers at a
 * given moment. A record that cannot be processed causes a {@link
 * dev.imprint.model.RejectedException} with a {@link dev.imprint.model.Rejection} as its reason.
 *
 * <p>A person's {@link dev.imprint.model.Feedback} on an image, together with its prediction, gives
 * an {@link dev.imprint.model.Outcome}, and a {@link dev.imprint.model.Label} to learn from. A
 * trained head is a {@link dev.imprint.model.ModelVersion} with the {@link
 * dev.imprint.model.Metrics} that it was judged by, and a {@link dev.imprint.model.Rollout} names
 * the serving version. A {@link dev.imprint.model.Command} is a request to the leader.
 */
@NullMarked
package dev.imprint.model;

import org.jspecify.annotations.NullMarked;
