/**
 * From a file to an embedding. Its bytes become {@link dev.imprint.model.backbone.Pixels} ({@link
 * dev.imprint.model.backbone.ImageDecoder}), the pixels an {@link
 * dev.imprint.model.backbone.Embedding} ({@link dev.imprint.model.backbone.Backbone}; while a
 * service switches, {@link dev.imprint.model.backbone.Backbones}).
 */
@NullMarked
package dev.imprint.model.backbone;

import org.jspecify.annotations.NullMarked;
