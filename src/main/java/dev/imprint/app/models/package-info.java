/**
 * {@code imprint models …} and {@code imprint evaluate}: versions listed, compared, exported,
 * evaluated and put into service. {@link dev.imprint.app.models.ModelsOptions} opens their store.
 */
@NullMarked
package dev.imprint.app.models;

import org.jspecify.annotations.NullMarked;
