package dev.imprint.event;

import dev.imprint.event.avro.ImageEvent;
import org.apache.avro.io.DatumReader;
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

  /** What makes readers and writers of one of our classes. */
  static <T extends SpecificRecord> SpecificData model(Class<T> record) {
    return SpecificData.getForClass(record);
  }

  /** Of object containers, which hold the schema that wrote them. */
  static <T extends SpecificRecord> DatumReader<T> datum(Class<T> record) {
    return new SpecificDatumReader<>(record);
  }
}
