package dev.imprint.model.backbone;

/** A backbone that is never asked for an embedding. */
public record NoBackbone(String id, int dimension) implements UnaskedBackbone {}
