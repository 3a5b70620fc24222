/**
 * The model that answers at a given moment: a {@link dev.imprint.model.serving.ServingModel} is an
 * immutable pair of backbone and head, borrowed from {@link
 * dev.imprint.model.serving.ServingModels} for each batch.
 */
@NullMarked
package dev.imprint.model.serving;

import org.jspecify.annotations.NullMarked;
