package dev.imprint.app;

import dev.imprint.event.HeadFile;
import dev.imprint.model.Backbone;
import dev.imprint.model.ServingModel;
import dev.imprint.tensorflow.BackboneDescription;
import dev.imprint.tensorflow.KerasBackbone;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the files of backbone and head that are configured, and names the setting of a wrong one.
 */
record ModelFiles(ImprintConfig config) {
  private static final Logger LOG = LoggerFactory.getLogger(ModelFiles.class);

  /**
   * @throws ConfigException if there is none
   */
  BackboneDescription description() {
    Path yaml = config.backbone();
    try {
      return yaml == null ? BackboneDescription.bundled() : BackboneDescription.load(yaml);
    } catch (IllegalArgumentException e) {
      throw backboneRefused(e);
    }
  }

  /**
   * Of the backbone that is configured, without opening it.
   *
   * @throws ConfigException if its file is not there or broken
   */
  String backboneId() {
    BackboneDescription description = description();
    try {
      return description.id();
    } catch (IllegalArgumentException e) {
      throw backboneRefused(e);
    }
  }

  /**
   * The caller closes it.
   *
   * @throws ConfigException if it cannot be opened as configured
   */
  KerasBackbone openBackbone(BackboneDescription description) {
    try {
      return KerasBackbone.open(description, config.tensorflow());
    } catch (IllegalArgumentException e) {
      throw backboneRefused(e);
    }
  }

  /**
   * Null if none is configured.
   *
   * @throws ConfigException if it cannot be read
   */
  @Nullable HeadFile head() {
    Path file = config.serving().head();
    try {
      return file == null ? null : HeadFile.read(file);
    } catch (IOException e) {
      throw headRefused(e);
    }
  }

  /**
   * Tries to make one model of both.
   *
   * @throws ConfigException if they do not fit
   */
  void requireFit(@Nullable HeadFile head, Backbone backbone) {
    try {
      if (head != null) {
        LOG.debug("serves first: {}", new ServingModel(head.version(), backbone, head.head()));
      }
    } catch (IllegalArgumentException e) {
      throw headRefused(e);
    }
  }

  private ConfigException backboneRefused(IllegalArgumentException e) {
    Path yaml = config.backbone();
    String place = yaml == null ? "" : "backbone is %s: ".formatted(yaml);
    return new ConfigException(place + e.getMessage());
  }

  private ConfigException headRefused(Exception e) {
    return new ConfigException(
        "serving.head is %s: %s; name a file made for this backbone, or leave it out"
            .formatted(
                config.serving().head(), String.valueOf(e.getMessage()).replaceFirst("\\.$", "")));
  }
}
