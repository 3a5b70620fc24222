package dev.imprint.event;

import org.apache.avro.util.ClassSecurityValidator;

/**
 * Lets Avro read into the classes generated from schemas/: since 1.12.2 it makes no object of a
 * class that was not named, as schemas in foreign files could name any. Avro's list is global, so
 * ours is added to what is there, once.
 */
final class GeneratedTypes {
  private static final String PACKAGE = "dev.imprint.event.avro";

  static {
    ClassSecurityValidator.setGlobal(
        ClassSecurityValidator.composite(
            ClassSecurityValidator.getGlobal(), type -> type.getPackageName().equals(PACKAGE)));
  }

  private GeneratedTypes() {}

  /** To be called before the first of them is read. */
  static void trust() {
    // Loading this class did it.
  }
}
