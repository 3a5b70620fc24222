package dev.imprint.event;

import dev.imprint.event.avro.ImageEvent;
import org.apache.avro.io.DatumReader;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.util.ClassSecurityValidator;

/**
 * Creates the readers of our own Avro classes. Avro loads a class named by a schema only if a
 * process-wide setting trusts it; adding our package here, once, saves everyone a JVM flag.
 */
final class AvroReaders {
  static {
    String ours = ImageEvent.class.getPackageName();
    ClassSecurityValidator.setGlobal(
        ClassSecurityValidator.composite(
            ClassSecurityValidator.getGlobal(), c -> c.getPackageName().equals(ours)));
  }

  private AvroReaders() {}

  /** The factory of readers and writers for one of our classes. */
  static <T extends SpecificRecord> SpecificData model(Class<T> record) {
    return SpecificData.getForClass(record);
  }

  /** A reader for object containers, which include the writer's schema. */
  static <T extends SpecificRecord> DatumReader<T> datum(Class<T> record) {
    return new SpecificDatumReader<>(record);
  }
}
