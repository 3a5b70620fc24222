package dev.imprint.event;

import static java.util.Objects.requireNonNull;
import static org.apache.avro.SchemaCompatibility.SchemaCompatibilityType.COMPATIBLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.message.BinaryMessageEncoder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * How schemas may change, and that records stay readable: schemas/history/README.md has the steps.
 */
class SchemaHistoryTest {
  private static final Map<String, Schema> NEWEST =
      Map.of(
          "feedback", dev.imprint.event.avro.Feedback.getClassSchema(),
          "head", dev.imprint.event.avro.HeadFile.getClassSchema(),
          "image-event", dev.imprint.event.avro.ImageEvent.getClassSchema(),
          "prediction", dev.imprint.event.avro.Prediction.getClassSchema(),
          "tuned-weight", dev.imprint.event.avro.TunedWeight.getClassSchema());

  /** Containers, which include their schema. */
  private static final Map<String, String> CONTAINERS =
      Map.of("head", "head-%d.head", "tuned-weight", "tuned-weight-%d.top");

  private static final List<String> NAMES = List.copyOf(NEWEST.keySet());

  @ParameterizedTest
  @FieldSource("NAMES")
  void shouldHaveTheNewestSchemaAsItsLast(String name) {
    List<Schema> history = SchemaHistory.of(name);

    assertThat(fingerprint(history.get(history.size() - 1)))
        .as("schemas/%s.avsc has changed: see schemas/history/README.md", name)
        .isEqualTo(fingerprint(newest(name)));
  }

  @ParameterizedTest
  @FieldSource("NAMES")
  void shouldReadEverySchemaWithTheNewest(String name) {
    for (Schema writer : SchemaHistory.of(name)) {
      assertThat(SchemaCompatibility.checkReaderWriterCompatibility(newest(name), writer).getType())
          .as("%s", writer)
          .isEqualTo(COMPATIBLE);
    }
  }

  /** Internal data is written by position in the first schema, and old readers rely on it. */
  @ParameterizedTest
  @FieldSource("NAMES")
  void shouldOnlyAppendFields(String name) {
    List<Schema> history = SchemaHistory.of(name);
    for (int i = 1; i < history.size(); i++) {
      Map<String, List<String>> newer = fields(history.get(i));
      fields(history.get(i - 1))
          .forEach(
              (record, fields) ->
                  assertThat(newer.get(record)).startsWith(fields.toArray(String[]::new)));
    }
  }

  /** Also keeps the history's files unchanged. */
  @ParameterizedTest
  @FieldSource("NAMES")
  void shouldHaveARecordOfEverySchema(String name) throws IOException {
    List<Schema> history = SchemaHistory.of(name);
    for (int number = 1; number <= history.size(); number++) {
      Schema writer = history.get(number - 1);
      String container = CONTAINERS.get(name);
      if (container != null) {
        assertThat(StoredRecords.has(container.formatted(number))).isTrue();
      } else {
        byte[] record = StoredRecords.read("%s-%d.avro".formatted(name, number));
        assertThat(HexFormat.of().formatHex(record, 2, 10)).isEqualTo(fingerprint(writer));
        assertThat(decoded(record, writer).getSchema()).isEqualTo(writer);
      }
    }
  }

  /** The main case: yesterday's record, and today's schema with one more field. */
  @ParameterizedTest
  @FieldSource("NAMES")
  void shouldReadOldBytesWhenAFieldWasAdded(String name) throws IOException {
    Schema old = newest(name);
    Schema grown = withOptionalField(old, "added");
    GenericRecord written = sample(old);
    var events = new SingleObject<GenericRecord>(name, List.of(old, grown), grown, model());

    GenericRecord read = events.decode(encoded(written, old));

    assertThat(read.getSchema()).isEqualTo(grown);
    assertThat(read.get("added")).isNull();
    for (Schema.Field field : old.getFields()) {
      assertThat(read.get(field.name())).isEqualTo(written.get(field.name()));
    }
  }

  /** The reverse: this release's classes, and a record without later fields. */
  @Test
  void shouldGiveTheDefaultForAFieldThatTheWriterDidNotKnow() throws IOException {
    Schema newest = newest("image-event");
    Schema older = without(newest, "group");
    var model = AvroReaders.model(dev.imprint.event.avro.ImageEvent.class);
    var events =
        new SingleObject<dev.imprint.event.avro.ImageEvent>(
            "image-event", List.of(older, newest), newest, model);

    dev.imprint.event.avro.ImageEvent read = events.decode(encoded(sample(older), older));

    assertThat(read.getImageId()).isEqualTo("text");
    assertThat(read.getGroup()).isNull();
    assertThat(read.getSource()).isEqualTo("text");
  }

  @Test
  void shouldSayWhichSchemaItDoesNotKnow() throws IOException {
    Schema old = newest("prediction");
    Schema grown = withOptionalField(old, "added");
    byte[] ofTheNext = encoded(sample(grown), grown);

    assertThatThrownBy(() -> PredictionCodec.decode(ofTheNext))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "it is Avro with the schema fingerprint %s, which this release does not know: write"
                + " it with prediction.avsc, or upgrade Imprint if a newer release wrote it",
            fingerprint(grown));
  }

  @Test
  void shouldRefuseTwoObjectsInOneRecord() throws IOException {
    byte[] one = StoredRecords.read("prediction-1.avro");
    ByteArrayOutputStream two = new ByteArrayOutputStream();
    two.writeBytes(one);
    two.writeBytes(one);

    assertThatThrownBy(() -> PredictionCodec.decode(two.toByteArray()))
        .hasMessage(
            "it is Avro of prediction.avsc, but more bytes follow: send one event per" + " record");
  }

  @Test
  void shouldWriteWhatTheFirstSchemaCanHoldInIt() throws IOException {
    byte[] written =
        PredictionCodec.AVRO.encode(
            PredictionCodec.decode(StoredRecords.read("prediction-1.avro")));

    assertThat(written).isEqualTo(StoredRecords.read("prediction-1.avro"));
  }

  private static Schema newest(String name) {
    return requireNonNull(NEWEST.get(name));
  }

  private static String fingerprint(Schema schema) {
    byte[] bytes = new byte[8];
    long fingerprint = SchemaNormalization.parsingFingerprint64(schema);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (fingerprint >>> (8 * i));
    }
    return HexFormat.of().formatHex(bytes);
  }

  private static Schema withOptionalField(Schema schema, String name) {
    Schema optional =
        Schema.createUnion(Schema.create(Schema.Type.NULL), Schema.create(Schema.Type.STRING));
    List<Schema.Field> fields = copied(schema.getFields().stream());
    fields.add(new Schema.Field(name, optional, null, Schema.Field.NULL_DEFAULT_VALUE));
    return record(schema, fields);
  }

  private static Schema without(Schema schema, String name) {
    return record(schema, copied(schema.getFields().stream().filter(f -> !f.name().equals(name))));
  }

  private static List<Schema.Field> copied(Stream<Schema.Field> fields) {
    return new ArrayList<>(fields.map(f -> new Schema.Field(f, f.schema())).toList());
  }

  private static Schema record(Schema like, List<Schema.Field> fields) {
    return Schema.createRecord(like.getName(), like.getDoc(), like.getNamespace(), false, fields);
  }

  /** With Java's own strings, as in our classes. */
  private static GenericData model() {
    return new GenericData();
  }

  private static GenericRecord sample(Schema schema) {
    GenericData.Record record = new GenericData.Record(schema);
    schema.getFields().forEach(f -> record.put(f.name(), value(f.schema())));
    return record;
  }

  private static Object value(Schema schema) {
    return switch (schema.getType()) {
      case UNION -> value(schema.getTypes().get(1)); // null comes first in all our unions
      case RECORD -> sample(schema);
      case ARRAY -> new GenericData.Array<>(schema, List.of(value(schema.getElementType())));
      case ENUM -> new GenericData.EnumSymbol(schema, schema.getEnumSymbols().get(0));
      case BOOLEAN -> true;
      case BYTES -> ByteBuffer.wrap(new byte[] {1, 2});
      case FLOAT -> 0.5f;
      case INT -> 1;
      case LONG -> 2L;
      default -> "text";
    };
  }

  private static byte[] encoded(GenericRecord record, Schema schema) throws IOException {
    var encoded = new BinaryMessageEncoder<GenericRecord>(model(), schema).encode(record);
    byte[] bytes = new byte[encoded.remaining()];
    encoded.get(bytes);
    return bytes;
  }

  private static GenericRecord decoded(byte[] record, Schema writer) throws IOException {
    return new GenericDatumReader<GenericRecord>(writer)
        .read(null, DecoderFactory.get().binaryDecoder(record, 10, record.length - 10, null));
  }

  /** Names of all records in a schema, each with its fields in order. */
  private static Map<String, List<String>> fields(Schema schema) {
    Map<String, List<String>> all = new HashMap<>();
    collect(schema, all);
    return all;
  }

  private static void collect(Schema schema, Map<String, List<String>> all) {
    switch (schema.getType()) {
      case UNION -> schema.getTypes().forEach(type -> collect(type, all));
      case ARRAY -> collect(schema.getElementType(), all);
      case RECORD -> {
        all.put(schema.getName(), schema.getFields().stream().map(Schema.Field::name).toList());
        schema.getFields().forEach(field -> collect(field.schema(), all));
      }
      default -> {}
    }
  }
}
