/**
 * The values and ports that everything else shares; knows neither Kafka nor TensorFlow.
 *
 * <p>An image's bytes become an embedding ({@code model.backbone}), and the embedding a {@link
 * dev.imprint.model.Prediction} ({@code model.head}), by the model that serves at that moment
 * ({@code model.serving}). A record that cannot be processed causes a {@link
 * dev.imprint.model.RejectedException} with a {@link dev.imprint.model.Rejection} as its reason.
 *
 * <p>A person's {@link dev.imprint.model.Feedback} on an image, together with its prediction, gives
 * an {@link dev.imprint.model.Outcome}, and a {@link dev.imprint.model.Label} to learn from ({@code
 * model.labels} has their form and their changes). A trained head is a {@link
 * dev.imprint.model.ModelVersion} with the figures that it was judged by ({@code model.metrics}),
 * and a {@link dev.imprint.model.Rollout} names the serving version. A {@link
 * dev.imprint.model.Command} is a request to the leader.
 */
@NullMarked
package dev.imprint.model;

import org.jspecify.annotations.NullMarked;
