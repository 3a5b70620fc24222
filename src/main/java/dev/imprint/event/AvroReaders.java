package dev.imprint.event;

import dev.imprint.event.avro.ImageEvent;
import org.apache.avro.Schema;
import org.apache.avro.io.DatumReader;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.util.ClassSecurityValidator;

/**
 * Makes the readers of our own Avro classes. Avro loads no class that a schema names unless it is
 * trusted, and asks one setting of the whole process; adding our package here, once, spares
 * everybody a JVM flag.
 */
final class AvroReaders {
  static {
    String ours = ImageEvent.class.getPackageName();
    ClassSecurityValidator.setGlobal(
        ClassSecurityValidator.composite(
            ClassSecurityValidator.getGlobal(), c -> c.getPackageName().equals(ours)));
  }

  private AvroReaders() {}

  /** Of the single-object encoding; {@code record} has {@code schema}. */
  static <T extends SpecificRecord> BinaryMessageDecoder<T> message(
      Class<T> record, Schema schema) {
    return new BinaryMessageDecoder<>(SpecificData.getForClass(record), schema);
  }

  /** Of object containers. */
  static <T extends SpecificRecord> DatumReader<T> datum(Class<T> record) {
    return new SpecificDatumReader<>(record);
  }
}
