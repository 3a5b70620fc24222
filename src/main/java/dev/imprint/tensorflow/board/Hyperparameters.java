package dev.imprint.tensorflow.board;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import com.google.protobuf.Value;
import java.time.Instant;
import java.util.Map;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.Summary;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/**
 * The messages of TensorBoard's plugin for hyperparameters, by their numbers in
 * tensorboard/plugins/hparams/plugin_data.proto, which no library for Java contains.
 */
final class Hyperparameters {
  private static final int SESSION_START = 3;
  private static final int SESSION_END = 4;
  private static final int VALUES = 1;
  private static final int START_TIME = 5;
  private static final int STATUS = 1;
  private static final int END_TIME = 2;
  private static final int SUCCEEDED = 1;
  private static final int FAILED = 2;

  private Hyperparameters() {}

  static Summary.Value.Builder started(Map<String, String> values, Instant at) {
    UnknownFieldSet.Builder start = UnknownFieldSet.newBuilder();
    values.forEach((name, value) -> start.mergeField(VALUES, message(entry(name, value))));
    start.addField(START_TIME, seconds(at));
    return value("_hparams_/session_start_info", SESSION_START, start.build());
  }

  static Summary.Value.Builder ended(boolean succeeded, Instant at) {
    UnknownFieldSet end =
        UnknownFieldSet.newBuilder()
            .addField(STATUS, Field.newBuilder().addVarint(succeeded ? SUCCEEDED : FAILED).build())
            .addField(END_TIME, seconds(at))
            .build();
    return value("_hparams_/session_end_info", SESSION_END, end);
  }

  /**
   * Of a map from names to values: text, or a number where it is one, so that it can be plotted.
   */
  private static UnknownFieldSet entry(String name, String value) {
    return UnknownFieldSet.newBuilder()
        .addField(1, bytes(ByteString.copyFromUtf8(name)))
        .addField(2, bytes(value(value).toByteString()))
        .build();
  }

  private static Value value(String text) {
    if (text.equals("true") || text.equals("false")) {
      return Value.newBuilder().setBoolValue(Boolean.parseBoolean(text)).build();
    }
    try {
      return Value.newBuilder().setNumberValue(Double.parseDouble(text)).build();
    } catch (NumberFormatException e) {
      return Value.newBuilder().setStringValue(text).build();
    }
  }

  private static Field seconds(Instant at) {
    return Field.newBuilder()
        .addFixed64(Double.doubleToRawLongBits(at.toEpochMilli() / 1e3))
        .build();
  }

  private static Field message(UnknownFieldSet content) {
    return bytes(content.toByteString());
  }

  private static Field bytes(ByteString bytes) {
    return Field.newBuilder().addLengthDelimited(bytes).build();
  }

  private static Summary.Value.Builder value(String tag, int kind, UnknownFieldSet content) {
    ByteString data =
        UnknownFieldSet.newBuilder().addField(kind, message(content)).build().toByteString();
    return Summary.Value.newBuilder()
        .setTag(tag)
        .setMetadata(EventFile.plugin("hparams", data))
        .setTensor( // the reader wants one, but not its value
            TensorProto.newBuilder()
                .setDtype(DataType.DT_FLOAT)
                .setTensorShape(
                    TensorShapeProto.newBuilder()
                        .addDim(TensorShapeProto.Dim.newBuilder().setSize(1)))
                .addFloatVal(0));
  }
}
