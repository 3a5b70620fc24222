package dev.imprint.app.dlq;

import dev.imprint.model.Rejection;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a {@code --reason}, and refuses one that no dead letter can have. */
final class Reason implements ITypeConverter<String> {
  /** The reason of dead letters written by Kafka Streams itself. */
  private static final String UNKNOWN = "unknown";

  @Override
  public String convert(String value) {
    List<String> reasons =
        Stream.concat(Arrays.stream(Rejection.values()).map(Rejection::tag), Stream.of(UNKNOWN))
            .toList();
    if (!reasons.contains(value)) {
      throw new TypeConversionException(
          "'%s' is not a reason: use one of %s".formatted(value, String.join(", ", reasons)));
    }
    return value;
  }
}
