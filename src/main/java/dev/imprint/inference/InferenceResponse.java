package dev.imprint.inference;

import dev.imprint.inference.InferenceRequest.Output;
import dev.imprint.model.Prediction;
import dev.imprint.model.head.Score;
import dev.imprint.web.api.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The answer for a picture.
 *
 * @param modelVersion that answered
 * @param id of the request; one of our own if it had none
 */
record InferenceResponse(String modelName, String modelVersion, String id, List<Tensor> outputs) {
  private static final String FP32 = "FP32";

  /** All that there are: name, datatype and shape. */
  static final List<ModelMetadata.Tensor> OUTPUTS =
      List.of(
          new ModelMetadata.Tensor("label", PictureTensor.BYTES, List.of(1)),
          new ModelMetadata.Tensor("probability", FP32, List.of(1)),
          new ModelMetadata.Tensor("labels", PictureTensor.BYTES, List.of(-1)),
          new ModelMetadata.Tensor("scores", FP32, List.of(-1)));

  /**
   * @param shape by dimension
   * @param data strings or numbers
   */
  record Tensor(String name, String datatype, List<Integer> shape, List<Object> data) {}

  /**
   * @throws ProblemException if a request names an unknown output
   */
  static void requireKnown(@Nullable List<Output> wanted) throws ProblemException {
    List<String> known = OUTPUTS.stream().map(ModelMetadata.Tensor::name).toList();
    for (Output each : wanted == null ? List.<Output>of() : wanted) {
      if (!known.contains(each.name())) {
        throw ProblemException.unusable(
            "unknown output %s: use one of %s".formatted(each.name(), known));
      }
    }
  }

  static InferenceResponse of(String name, Prediction prediction, InferenceRequest request) {
    List<Tensor> outputs = new ArrayList<>();
    for (ModelMetadata.Tensor each : OUTPUTS) {
      if (isWanted(each.name(), request.outputs())) {
        List<Object> data = data(each.name(), prediction);
        outputs.add(new Tensor(each.name(), each.datatype(), List.of(data.size()), data));
      }
    }
    String id = request.id();
    return new InferenceResponse(
        name, prediction.modelVersion(), id == null ? UUID.randomUUID().toString() : id, outputs);
  }

  private static boolean isWanted(String name, @Nullable List<Output> wanted) {
    return wanted == null
        || wanted.isEmpty()
        || wanted.stream().anyMatch(each -> each.name().equals(name));
  }

  private static List<Object> data(String name, Prediction prediction) {
    List<Score> top = prediction.top();
    String label = prediction.label();
    return switch (name) {
      case "label" -> List.of(label == null ? "" : label);
      case "probability" -> List.of(prediction.confidence());
      case "labels" -> List.copyOf(top.stream().map(Score::label).toList());
      case "scores" -> List.copyOf(top.stream().map(Score::confidence).toList());
      default -> throw new IllegalArgumentException(name);
    };
  }
}
