package dev.imprint.event;

import dev.imprint.event.avro.Role;
import dev.imprint.model.Claim;
import dev.imprint.model.Prediction;
import dev.imprint.model.head.Score;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Locale;
import org.apache.avro.Schema;
import org.apache.avro.message.BinaryMessageEncoder;

/**
 * Predictions as bytes. JSON: snake_case, enums in lower case, times in ISO-8601 UTC. Avro:
 * single-object encoding of prediction.avsc.
 */
public enum PredictionCodec {
  JSON {
    @Override
    public byte[] encode(Prediction prediction) {
      return Json.encode(prediction);
    }
  },
  /**
   * In the oldest schema that has all of it, so that, during a rolling upgrade, instances of the
   * older release can read it: learning reads predictions back, and keeps them in stores.
   */
  AVRO {
    @Override
    public byte[] encode(Prediction prediction) {
      if (!prediction.unlearned().isEmpty()) {
        return encoded(prediction, NEWEST);
      }
      return encoded(prediction, prediction.ask() ? WITH_ASK : FIRST);
    }
  };

  private static final SingleObject<dev.imprint.event.avro.Prediction> EVENTS =
      SingleObject.of("prediction", dev.imprint.event.avro.Prediction.class);
  private static final BinaryMessageEncoder<dev.imprint.event.avro.Prediction> NEWEST =
      encoder(dev.imprint.event.avro.Prediction.getClassSchema());
  private static final BinaryMessageEncoder<dev.imprint.event.avro.Prediction> WITH_ASK =
      encoder(SchemaHistory.of("prediction").get(1));
  private static final BinaryMessageEncoder<dev.imprint.event.avro.Prediction> FIRST =
      encoder(SchemaHistory.of("prediction").get(0));

  /** Never fails. */
  public abstract byte[] encode(Prediction prediction);

  /**
   * Reads either form, distinguished by the first byte.
   *
   * @throws IOException if the bytes are not a prediction
   */
  public static Prediction decode(byte[] bytes) throws IOException {
    if (bytes.length > 0 && bytes[0] == '{') {
      return Json.decode(bytes, Prediction.class);
    }
    if (!SingleObject.is(bytes)) {
      throw new IOException("neither JSON nor an Avro Prediction");
    }
    return fromAvro(EVENTS.decode(bytes));
  }

  /**
   * Fields are only ever appended, so the first fields of a newer record are those of an older
   * schema.
   */
  private static BinaryMessageEncoder<dev.imprint.event.avro.Prediction> encoder(Schema schema) {
    return new BinaryMessageEncoder<>(
        AvroReaders.model(dev.imprint.event.avro.Prediction.class), schema);
  }

  private static byte[] encoded(
      Prediction prediction, BinaryMessageEncoder<dev.imprint.event.avro.Prediction> encoder) {
    try {
      ByteBuffer encoded = encoder.encode(toAvro(prediction));
      byte[] bytes = new byte[encoded.remaining()];
      encoded.get(bytes);
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e); // writes only to memory
    }
  }

  private static dev.imprint.event.avro.Prediction toAvro(Prediction p) {
    return dev.imprint.event.avro.Prediction.newBuilder()
        .setImageId(p.imageId())
        .setLabel(p.label())
        .setConfidence(p.confidence())
        .setTop(
            p.top().stream()
                .map(s -> new dev.imprint.event.avro.Score(s.label(), s.confidence()))
                .toList())
        .setModelVersion(p.modelVersion())
        .setRole(Role.valueOf(p.role().name().toLowerCase(Locale.ROOT)))
        .setClaim(
            new dev.imprint.event.avro.Claim(
                p.claim().topic(), p.claim().partition(), p.claim().offset(), p.claim().sha256()))
        .setGroup(p.group())
        .setReceivedAt(p.receivedAt())
        .setPredictedAt(p.predictedAt())
        .setAsk(p.ask())
        .setUnlearned(p.unlearned())
        .build();
  }

  private static Prediction fromAvro(dev.imprint.event.avro.Prediction p) {
    return new Prediction(
        p.getImageId(),
        p.getLabel(),
        p.getConfidence(),
        p.getTop().stream().map(s -> new Score(s.getLabel(), s.getConfidence())).toList(),
        p.getModelVersion(),
        dev.imprint.model.Role.valueOf(p.getRole().name().toUpperCase(Locale.ROOT)),
        new Claim(
            p.getClaim().getTopic(),
            p.getClaim().getPartition(),
            p.getClaim().getOffset(),
            p.getClaim().getSha256()),
        p.getGroup(),
        p.getReceivedAt(),
        p.getPredictedAt(),
        p.getAsk(),
        p.getUnlearned());
  }
}
