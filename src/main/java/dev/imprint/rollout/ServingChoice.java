package dev.imprint.rollout;

import dev.imprint.event.HeadFile;
import dev.imprint.event.Topics;
import dev.imprint.model.LowPriority;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.backbone.Backbone;
import dev.imprint.model.backbone.Backbones;
import dev.imprint.model.backbone.InBf16;
import dev.imprint.model.head.DenseHead;
import dev.imprint.model.serving.ServingModel;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which model an instance should serve: the pinned version, else the rollout's, else the initial
 * head, else none. Its errors say what to do; health reports them.
 *
 * @param initial serves until something is rolled out; null for none
 * @param pin null follows the rollout
 */
record ServingChoice(Backbones backbones, @Nullable HeadFile initial, @Nullable String pin) {
  private static final Logger LOG = LoggerFactory.getLogger(ServingChoice.class);

  /** A thread that exists while a network is opened, which takes half a second of a core. */
  private static final String OPENING = "imprint-opening";

  /**
   * @throws IOException if the rollout is unreadable
   */
  String version(Models models) throws IOException {
    if (pin != null) {
      return pin;
    }
    String broken = models.unreadable().get(Topics.ROLLOUT_KEY);
    if (broken != null) {
      throw new IOException(
          "the rollout on the models topic cannot be read (%s): write a new one with"
                  .formatted(broken)
              + " 'imprint models promote VERSION'");
    }
    if (models.rollout() != null) {
      return models.rollout().serving();
    }
    return initial == null ? ServingModel.NO_VERSION : initial.version();
  }

  /**
   * With its labels as they are called now, whatever they were when it was trained. A network of
   * its own is opened, unless it is the one that serves already.
   *
   * @param now the model that serves; null if none
   * @throws IOException if the version is missing, incomplete, or of a backbone that is not open,
   *     or all its labels are retired
   * @throws org.apache.kafka.common.KafkaException if Kafka does not answer
   */
  ServingModel load(
      String name, Models models, ArtifactReader artifacts, @Nullable ServingModel now)
      throws IOException {
    if (initial != null && name.equals(initial.version())) {
      DenseHead head = named(initial.head(), models);
      Backbone its = trunk(name, head.backboneId());
      return serving(name, inChosenPrecision(its, models, now), head, List.of(), now);
    }
    if (name.equals(ServingModel.NO_VERSION)) {
      return ServingModel.withoutHead(backbones.current());
    }
    ModelVersion version = models.version(name);
    if (version == null) {
      throw new IOException(missing(name, models));
    }
    Backbone trunk = trunk(name, version.trunkId()); // before anything is read
    try {
      DenseHead head = named(artifacts.head(version).head(), models);
      List<String> unlearned = unlearned(version, head, models);
      Backbone its =
          version.network() == null
              ? inChosenPrecision(trunk, models, now)
              : tuned(version, trunk, artifacts, now);
      return serving(name, its, head, unlearned, now);
    } catch (IOException e) {
      throw new IOException(
          ("version %s cannot be loaded: %s: go back with 'imprint models rollback', or train a"
                  + " new version")
              .formatted(name, e.getMessage()),
          e);
    }
  }

  private static DenseHead named(DenseHead trained, Models models) throws IOException {
    try {
      return trained.under(models.labelChanges());
    } catch (IllegalArgumentException e) {
      throw new IOException("all its labels are retired", e);
    }
  }

  private static List<String> unlearned(ModelVersion version, DenseHead head, Models models) {
    Set<String> learned = Set.copyOf(head.labels());
    return version.training().unlearned().stream()
        .map(models.labelChanges()::of)
        .flatMap(Stream::ofNullable)
        .filter(label -> !learned.contains(label))
        .distinct()
        .toList();
  }

  /** With weights of its own, unless it is the one that serves already. */
  private static Backbone tuned(
      ModelVersion version, Backbone trunk, ArtifactReader artifacts, @Nullable ServingModel now)
      throws IOException {
    if (now != null && now.backbone().id().equals(version.backboneId())) {
      return now.backbone();
    }
    byte[] weights = Objects.requireNonNull(artifacts.network(version));
    return LowPriority.open(OPENING, () -> trunk.tuned(weights));
  }

  /** As the leader chose; in fp32 where this instance cannot do otherwise. */
  private static Backbone inChosenPrecision(
      Backbone trunk, Models models, @Nullable ServingModel now) {
    Backbone exact = trunk.whole();
    PrecisionChoice choice = models.precision();
    if (choice == null || !choice.isBf16() || !choice.isFor(exact.id())) {
      return trunk;
    }
    Backbone fast =
        now != null && now.backbone().whole() instanceof InBf16 same && same.exact() == exact
            ? same
            : inBf16(exact);
    Backbone its = fast == null ? null : fast.withId(trunk.id());
    return its == null ? trunk : its;
  }

  private static @Nullable Backbone inBf16(Backbone exact) {
    try {
      return LowPriority.open(OPENING, () -> Optional.ofNullable(exact.inBf16())).orElse(null);
    } catch (IOException | RuntimeException e) {
      LOG.warn("Serving in fp32, because the network cannot be opened in bf16", e);
      return null;
    }
  }

  /** If the head does not fit, a network that was opened for it is closed again. */
  private static ServingModel serving(
      String name,
      Backbone backbone,
      DenseHead head,
      List<String> unlearned,
      @Nullable ServingModel now)
      throws IOException {
    try {
      return new ServingModel(name, backbone, head, unlearned);
    } catch (IllegalArgumentException e) {
      if (backbone.isExtra() && (now == null || now.backbone().whole() != backbone.whole())) {
        backbone.close();
      }
      throw new IOException(e.getMessage(), e);
    }
  }

  private Backbone trunk(String name, String id) throws IOException {
    Backbone its = backbones.withId(id);
    if (its == null) {
      throw new IOException(
          ("version %s was trained on backbone %s, but this instance has %s: set next_backbone"
                  + " to that one (or set 'backbone' back) and restart it, or train a head for"
                  + " the current backbone with 'imprint retrain'")
              .formatted(
                  name, OpenBackbones.shortened(id), OpenBackbones.of(backbones).describe()));
    }
    return its;
  }

  private String missing(String name, Models models) {
    String broken = models.unreadable().get(name);
    if (broken != null) {
      return "the record of version %s cannot be read: %s".formatted(name, broken);
    }
    String those = models.versions().isEmpty() ? "none" : String.join(", ", models.names());
    return name.equals(pin)
        ? "rollout.pin is %s, but there is no such version: set one of %s, or null"
            .formatted(name, those)
        : ("the rollout names version %s, which does not exist; existing versions: %s: promote"
                + " one of them")
            .formatted(name, those);
  }
}
