package dev.imprint.inference;

import dev.imprint.inference.InferenceRequest.Input;
import dev.imprint.web.api.Call;
import dev.imprint.web.api.ProblemException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request and the file of its picture, which a body has in one of three ways: in JSON in base64;
 * behind the JSON, preceded by its length (the extension for binary tensor data); or alone, if
 * there are 0 bytes of JSON, as the header says or a type without a header means.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; up to 8 MiB
record PictureTensor(InferenceRequest request, byte[] picture) {
  /** Length of the JSON, if binary data follows it. */
  static final String JSON_LENGTH = "Inference-Header-Content-Length";

  static final String NAME = "image";
  static final String BYTES = "BYTES";

  private static final String BINARY_SIZE = "binary_data_size";

  /**
   * @param jsonLength value of the header; null without it
   * @throws ProblemException if it is not one picture; the message says why
   */
  static PictureTensor read(byte[] body, @Nullable String jsonLength) throws ProblemException {
    int length = jsonLength == null ? body.length : length(jsonLength, body.length);
    if (jsonLength != null && length == 0) {
      return new PictureTensor(new InferenceRequest(null, null, List.of(), null), body);
    }
    InferenceRequest request = Call.body(Arrays.copyOf(body, length), InferenceRequest.class);
    Input input = input(request);
    if (jsonLength == null) {
      return new PictureTensor(request, base64(input.data()));
    }
    byte[] file = binary(input, ByteBuffer.wrap(body, length, body.length - length));
    return new PictureTensor(request, file);
  }

  private static int length(String header, int most) throws ProblemException {
    try {
      int length = Integer.parseInt(header);
      if (length >= 0 && length <= most) {
        return length;
      }
    } catch (NumberFormatException e) {
      throw badLength(header, most);
    }
    throw badLength(header, most);
  }

  private static ProblemException badLength(String header, int most) {
    return ProblemException.badRequest(
        "%s is '%s': send the number of bytes of JSON that the body begins with, 0 to %d"
            .formatted(JSON_LENGTH, header, most));
  }

  private static Input input(InferenceRequest request) throws ProblemException {
    if (request.inputs().size() != 1) {
      throw ProblemException.unusable(
          "there are %d inputs: send one, named %s".formatted(request.inputs().size(), NAME));
    }
    Input input = request.inputs().get(0);
    if (!input.name().equals(NAME) || !input.datatype().equals(BYTES)) {
      throw ProblemException.unusable(
          "the input is %s of datatype %s: send %s of datatype %s"
              .formatted(input.name(), input.datatype(), NAME, BYTES));
    }
    if (!input.shape().stream().allMatch(size -> size == 1)) {
      throw ProblemException.unusable(
          "shape is %s: send one picture at a time, with the shape [1]".formatted(input.shape()));
    }
    return input;
  }

  private static byte[] base64(@Nullable Object data) throws ProblemException {
    Object it = data;
    while (it instanceof List<?> list && list.size() == 1) {
      it = list.get(0);
    }
    if (!(it instanceof String text)) {
      throw ProblemException.unusable(
          "data is not one string: send [\"…\"] with the file of the picture in base64");
    }
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw ProblemException.unusable(
          "data is not the file of a picture in base64 (RFC 4648, without line breaks): "
              + e.getMessage());
    }
  }

  /** An element of BYTES: its length in 4 bytes, the lowest first, and the bytes. */
  private static byte[] binary(Input input, ByteBuffer rest) throws ProblemException {
    Map<String, Object> parameters = input.parameters();
    Object size = parameters == null ? null : parameters.get(BINARY_SIZE);
    boolean good = size instanceof Number number && number.longValue() == rest.remaining();
    rest.order(ByteOrder.LITTLE_ENDIAN);
    if (!good || rest.remaining() < Integer.BYTES || rest.getInt() != rest.remaining()) {
      throw ProblemException.unusable(
          ("behind the JSON, send the length of the file in 4 bytes, the lowest first, and the"
                  + " file; and the size of both as %s of the input (now %s)")
              .formatted(BINARY_SIZE, size));
    }
    byte[] file = new byte[rest.remaining()];
    rest.get(file);
    return file;
  }
}
