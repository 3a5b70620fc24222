package dev.imprint.tensorflow;

import dev.imprint.tensorflow.keras.KerasNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The preprocessing that a network probably needs: none if it scales pixels itself, else that of
 * {@code keras.applications} for a network of its name. A guess: no file states it.
 *
 * @param reason in words
 */
record LikelyPreprocessing(Preprocessing preprocessing, String reason) {
  private static final Set<String> SCALINGS =
      Set.of(
          "Rescaling",
          "Normalization",
          "ops.Add",
          "ops.Subtract",
          "ops.Multiply",
          "ops.Divide",
          "ops.TrueDivide");

  private static final Set<String> LEARNED =
      Set.of("Conv2D", "DepthwiseConv2D", "SeparableConv2D", "Dense");

  /** Names of models in keras.applications; the first match counts. */
  private static final Map<String, Preprocessing> APPLICATIONS = new LinkedHashMap<>();

  static {
    APPLICATIONS.put("vgg1[69].*", Preprocessing.CAFFE);
    APPLICATIONS.put("resnet\\d+v2.*", Preprocessing.TF);
    APPLICATIONS.put("resnet\\d+.*", Preprocessing.CAFFE);
    APPLICATIONS.put("(inception|xception|mobilenet|nasnet|efficientnetv2).*", Preprocessing.TF);
    APPLICATIONS.put("densenet\\d+.*", Preprocessing.TORCH);
  }

  /**
   * @param nodes in the order in which they are built
   * @param model name of the outermost one
   */
  static LikelyPreprocessing of(String model, List<KerasNode> nodes) {
    for (KerasNode node : nodes) {
      if (SCALINGS.contains(node.layer().className())) {
        return new LikelyPreprocessing(
            Preprocessing.NONE, "the network scales pixels itself, in " + node.layer().label());
      }
      if (LEARNED.contains(node.layer().className())) {
        break;
      }
    }
    List<String> inner =
        nodes.stream()
            .filter(node -> node.layer().model() != null)
            .map(node -> node.layer().name())
            .toList();
    for (var application : APPLICATIONS.entrySet()) {
      if (matches(model, application.getKey())) {
        return named(model, application.getValue());
      }
      for (String name : inner) {
        if (matches(name, application.getKey())) {
          return named(name, application.getValue());
        }
      }
    }
    return new LikelyPreprocessing(
        Preprocessing.NONE,
        ("unknown: the network does not scale pixels, and '%s' is not a name in"
                    + " keras.applications; set")
                .formatted(model)
            + " what it was trained with");
  }

  private static boolean matches(String name, String application) {
    return name.toLowerCase(Locale.ROOT).matches(application);
  }

  private static LikelyPreprocessing named(String name, Preprocessing preprocessing) {
    return new LikelyPreprocessing(
        preprocessing, "a network named '%s' in keras.applications takes this".formatted(name));
  }
}
