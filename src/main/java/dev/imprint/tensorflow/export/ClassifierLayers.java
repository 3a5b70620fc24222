package dev.imprint.tensorflow.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.model.head.DenseHead;
import dev.imprint.model.head.DenseLayer;
import dev.imprint.tensorflow.BackboneDescription;
import dev.imprint.tensorflow.keras.FunctionalModel;
import dev.imprint.tensorflow.keras.KerasCall;
import dev.imprint.tensorflow.keras.KerasJson;
import dev.imprint.tensorflow.keras.KerasLayer;
import dev.imprint.tensorflow.keras.Weight;
import dev.imprint.tensorflow.layer.KerasInput;
import dev.imprint.tensorflow.picture.PictureInput;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.ndarray.Shape;

/**
 * The layers that make a classifier of a backbone's network, in Keras' own terms: before it,
 * resizing and preprocessing; after it, pooling, concatenation and the head.
 *
 * @param model that they are added to
 */
record ClassifierLayers(FunctionalModel model) {
  private static final String ACTIVATION = "activation";

  /**
   * Resizes and preprocesses it as the backbone does.
   *
   * @param input the network's own input
   * @return in the form that the network's first layer takes
   */
  KerasCall.Tensor prepared(
      KerasCall.Tensor image, BackboneDescription description, KerasLayer input) {
    PictureInput picture = description.pictureInput();
    ObjectNode resizing = named("resizing");
    resizing.put("height", picture.size().height()).put("width", picture.size().width());
    resizing.put("interpolation", "bilinear").put("antialias", picture.antialias());
    resizing.put("crop_to_aspect_ratio", picture.crop() == PictureInput.Crop.CENTER);
    KerasCall.Tensor last = model.layer("Resizing", resizing, List.of(image));
    PixelScaling scaling = PixelScaling.of(description);
    if (scaling.bgr()) {
      last = op("numpy", "Flip", named("bgr").put("axis", -1), last);
    }
    if (!scaling.isIdentity()) {
      ObjectNode rescaling = named("rescaling");
      rescaling.set("scale", numbers(scaling.scale()));
      rescaling.set("offset", numbers(scaling.offset()));
      last = model.layer("Rescaling", rescaling, List.of(last));
    }
    if (KerasInput.takesGray(input)) {
      ObjectNode gray = named("luminance").put("filters", 1).put("use_bias", false);
      gray.put("padding", "valid").put("activation", "linear");
      gray.putArray("strides").add(1).add(1);
      gray.putArray("kernel_size").add(1).add(1);
      Weight kernel = new Weight(KerasInput.luminance(), 1, 1, Pixels.CHANNELS, 1);
      last = model.layer("Conv2D", gray, List.of(last), kernel);
    }
    String type = KerasInput.wholeType(input);
    return type == null ? last : op("core", "Cast", named("whole").put("dtype", type), last);
  }

  private KerasCall.Tensor op(
      String module, String className, ObjectNode config, KerasCall.Tensor input) {
    ObjectNode json = KerasJson.object().put("module", "keras.src.ops." + module);
    json.put("class_name", className).put("registered_name", className).set("config", config);
    return model.call(
        model.add(json, config.get("name").asText()), FunctionalModel.arguments(List.of(input)));
  }

  /**
   * Pools and concatenates outputs of the network, and classifies them.
   *
   * @param shapes of the outputs
   * @return a probability for each of the head's labels
   */
  KerasCall.Tensor classified(List<KerasCall.Tensor> outputs, List<Shape> shapes, DenseHead head) {
    List<KerasCall.Tensor> pooled = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i++) {
      pooled.add(
          shapes.get(i).numDimensions() == 2
              ? outputs.get(i)
              : model.layer("GlobalAveragePooling2D", named("pooled"), List.of(outputs.get(i))));
    }
    KerasCall.Tensor features =
        pooled.size() == 1
            ? pooled.get(0)
            : model.layer("Concatenate", named("features").put("axis", -1), pooled);
    KerasCall.Tensor last = features;
    for (DenseLayer layer : head.hidden()) {
      last = dense("hidden", layer, layer.activation().keras(), last);
    }
    int classes = head.classes().size();
    int labels = head.labels().size();
    DenseLayer softmax = head.layers().get(head.layers().size() - 1);
    KerasCall.Tensor byClass =
        dense(classes == labels ? "probabilities" : "classes", softmax, "softmax", last);
    if (classes == labels) {
      return byClass;
    }
    return model.layer(
        "Dense",
        named("probabilities")
            .put("units", labels)
            .put("use_bias", false)
            .put(ACTIVATION, "linear"),
        List.of(byClass),
        new Weight(head.labelsOfClasses(), classes, labels));
  }

  private KerasCall.Tensor dense(
      String name, DenseLayer layer, String activation, KerasCall.Tensor input) {
    return model.layer(
        "Dense",
        named(name).put("units", layer.units()).put("use_bias", true).put(ACTIVATION, activation),
        List.of(input),
        new Weight(layer.weights(), layer.inputs(), layer.units()),
        new Weight(layer.bias(), layer.units()));
  }

  private static ObjectNode named(String name) {
    return KerasJson.object().put("name", name);
  }

  private static JsonNode numbers(float[] numbers) {
    ArrayNode array = KerasJson.array();
    for (float number : numbers) {
      array.add(number);
    }
    return array.size() == 1 ? array.get(0) : array;
  }
}
