package dev.imprint.app.service;

import static java.util.Objects.requireNonNullElse;

import dev.imprint.app.config.ConfigException;
import dev.imprint.app.config.ImprintConfig;
import dev.imprint.event.HeadFile;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.TunedTop;
import dev.imprint.model.backbone.Backbone;
import dev.imprint.model.head.DenseHead;
import dev.imprint.model.serving.ServingModel;
import dev.imprint.rollout.ModelStore;
import dev.imprint.rollout.OpenBackbones;
import dev.imprint.tensorflow.BackboneDescription;
import dev.imprint.tensorflow.KerasBackbone;
import dev.imprint.tensorflow.picture.PictureBudget;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the configured files of backbones and head; an error names the setting.
 *
 * @param budget shared by the decoders of all its backbones
 */
public record ModelFiles(ImprintConfig config, PictureBudget budget) {
  private static final String NEXT = "next_backbone";

  private static final Logger LOG = LoggerFactory.getLogger(ModelFiles.class);

  public ModelFiles(ImprintConfig config) {
    this(config, PictureBudget.of(config.images()));
  }

  /**
   * @throws ConfigException if there is none
   */
  public BackboneDescription description() {
    return description("backbone", config.backbone());
  }

  /**
   * Description of the backbone that the service switches to; null if none.
   *
   * @throws ConfigException if it is configured, but missing
   */
  public @Nullable BackboneDescription nextDescription() {
    Path yaml = config.nextBackbone();
    return yaml == null ? null : description(NEXT, yaml);
  }

  /**
   * The configured backbones, by their ids; opens none.
   *
   * @throws ConfigException if a file is missing or broken
   */
  public OpenBackbones configured() {
    BackboneDescription next = nextDescription();
    return OpenBackbones.of(
        ids("backbone", config.backbone(), description()),
        next == null ? List.of() : ids(NEXT, config.nextBackbone(), next));
  }

  /**
   * Opens the current backbone; the caller must close it.
   *
   * @throws ConfigException if it cannot be opened as configured
   */
  public KerasBackbone openBackbone() {
    return open("backbone", config.backbone(), description());
  }

  /**
   * The one that the service switches to; null if none. The caller must close it.
   *
   * @throws ConfigException if it cannot be opened as configured, or is the current one
   */
  public @Nullable KerasBackbone openNext(String currentId) {
    BackboneDescription next = nextDescription();
    if (next == null) {
      return null;
    }
    if (id(NEXT, config.nextBackbone(), next).equals(currentId)) {
      throw new ConfigException(
          "next_backbone is %s: that is the current backbone; set it to null"
              .formatted(config.nextBackbone()));
    }
    return open(NEXT, config.nextBackbone(), next);
  }

  /**
   * The one with this id; the caller must close it.
   *
   * @throws ConfigException if neither has it
   */
  public KerasBackbone openWithId(String id) {
    return openWithId(id, null);
  }

  /**
   * The network that a version's head takes embeddings of; the caller must close it.
   *
   * @throws ConfigException as {@link #openWithId}
   * @throws IOException if the version's weights are incomplete, or do not fit
   */
  public KerasBackbone openFor(ModelVersion version, ModelStore store) throws IOException {
    return openWithId(version.trunkId(), store.tunedTop(version));
  }

  private KerasBackbone openWithId(String id, @Nullable TunedTop top) {
    Configured its = withId(id);
    return open(its.key(), its.yaml(), its.description(), top);
  }

  /**
   * Description of the one with this id.
   *
   * @throws ConfigException if neither has it
   */
  public BackboneDescription descriptionWithId(String id) {
    return withId(id).description();
  }

  /**
   * YAML of the one with this id; null for the bundled one.
   *
   * @throws ConfigException if neither has it, or only with further layers
   */
  @Nullable Path yamlWithId(String id) {
    Configured its = withId(id);
    if (!its.whole()) {
      throw new ConfigException(
          ("%s is %s: it has more embedding layers than the version was fine-tuned with; set it to"
                  + " a YAML file with the last one alone")
              .formatted(its.key(), its.yaml() == null ? "the bundled one" : its.yaml()));
    }
    return its.yaml();
  }

  /**
   * A configured backbone.
   *
   * @param whole whether it has all its layers, not the last one alone
   */
  private record Configured(
      String key, @Nullable Path yaml, BackboneDescription description, boolean whole) {
    static Configured of(
        String key, @Nullable Path yaml, BackboneDescription all, List<String> ids, String id) {
      boolean whole = id.equals(ids.get(0));
      return new Configured(key, yaml, whole ? all : all.lastLayerAlone(), whole);
    }
  }

  private Configured withId(String id) {
    BackboneDescription current = description();
    List<String> ids = ids("backbone", config.backbone(), current);
    if (ids.contains(id)) {
      return Configured.of("backbone", config.backbone(), current, ids, id);
    }
    BackboneDescription next = nextDescription();
    List<String> nextIds = next == null ? List.of() : ids(NEXT, config.nextBackbone(), next);
    if (next == null || !nextIds.contains(id)) {
      throw new ConfigException(
          "backbone is %s: the version was trained on %s; set backbone to that one's YAML file"
              .formatted(
                  config.backbone() == null ? "the bundled one" : config.backbone(),
                  OpenBackbones.shortened(id)));
    }
    return Configured.of(NEXT, config.nextBackbone(), next, nextIds, id);
  }

  /**
   * The configured head; null if none.
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
   * The head that serves until a version is rolled out: the configured head, otherwise the
   * backbone's own classifier; null for none.
   *
   * @throws ConfigException if head and backbone do not match
   */
  public @Nullable HeadFile first(@Nullable HeadFile head, Backbone backbone) {
    DenseHead own = backbone.classifier();
    if (head == null) {
      return own == null ? null : HeadFile.ofClassifier(own);
    }
    try {
      Backbone its = requireNonNullElse(backbone.withId(head.head().backboneId()), backbone);
      LOG.debug("serves first: {}", new ServingModel(head.version(), its, head.head()));
      return head;
    } catch (IllegalArgumentException e) {
      throw headRefused(e);
    }
  }

  /**
   * Version of the backbone's own classifier; null for none. Does not open the backbone.
   *
   * @throws ConfigException if a file of the backbone cannot be read
   */
  public @Nullable String classifierVersion() {
    BackboneDescription own = description();
    return own.labels().isEmpty()
        ? null
        : HeadFile.classifierVersion(id("backbone", config.backbone(), own), own.labels());
  }

  /**
   * Labels of the head that serves until a version is rolled out; empty if there is none. Does not
   * open the backbone.
   *
   * @throws ConfigException if a file of it cannot be read
   */
  public List<String> firstLabels() {
    HeadFile head = head();
    return head == null ? description().labels() : head.head().labels();
  }

  private static BackboneDescription description(String key, @Nullable Path yaml) {
    try {
      return yaml == null ? BackboneDescription.bundled() : BackboneDescription.load(yaml);
    } catch (IllegalArgumentException e) {
      throw backboneRefused(key, yaml, e);
    }
  }

  private static String id(String key, @Nullable Path yaml, BackboneDescription description) {
    return ids(key, yaml, description).get(0);
  }

  private static List<String> ids(
      String key, @Nullable Path yaml, BackboneDescription description) {
    try {
      return description.ids();
    } catch (IllegalArgumentException e) {
      throw backboneRefused(key, yaml, e);
    }
  }

  private KerasBackbone open(String key, @Nullable Path yaml, BackboneDescription description) {
    return open(key, yaml, description, null);
  }

  private KerasBackbone open(
      String key, @Nullable Path yaml, BackboneDescription description, @Nullable TunedTop top) {
    try {
      return top == null
          ? KerasBackbone.open(description, budget, config.tensorflow())
          : KerasBackbone.open(description, budget, config.tensorflow(), top);
    } catch (IllegalArgumentException e) {
      throw backboneRefused(key, yaml, e);
    }
  }

  private static ConfigException backboneRefused(
      String key, @Nullable Path yaml, IllegalArgumentException e) {
    String place = yaml == null ? "" : "%s is %s: ".formatted(key, yaml);
    return new ConfigException(place + e.getMessage());
  }

  private ConfigException headRefused(Exception e) {
    return new ConfigException(
        "serving.head is %s: %s; name a file made for this backbone, or remove the setting"
            .formatted(
                config.serving().head(), String.valueOf(e.getMessage()).replaceFirst("\\.$", "")));
  }
}
