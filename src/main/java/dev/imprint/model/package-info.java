/**
 * The values and ports that everything else agrees on; knows neither Kafka nor TensorFlow.
 *
 * <p>An image's bytes become {@link dev.imprint.model.Pixels} ({@link
 * dev.imprint.model.ImageDecoder}), these an embedding ({@link dev.imprint.model.Backbone}), and
 * that a {@link dev.imprint.model.Prediction} ({@link dev.imprint.model.Head}). A {@link
 * dev.imprint.model.ServingModel} is the immutable pair of backbone and head that answers at a
 * given moment. What cannot be handled is a {@link dev.imprint.model.RejectedException} with a
 * {@link dev.imprint.model.Rejection} as its reason.
 */
@NullMarked
package dev.imprint.model;

import org.jspecify.annotations.NullMarked;
