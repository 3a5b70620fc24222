package dev.imprint.app.doctor;

/**
 * What a check found.
 *
 * @param fix what to do; empty where there is nothing to
 */
public record Finding(Severity severity, String what, String fix) {
  /** How bad it is. */
  enum Severity {
    OK,
    /** It works, though not as well as it could, or not for everybody. */
    WARNING,
    /** It does not work. */
    ERROR
  }

  static Finding ok(String what) {
    return new Finding(Severity.OK, what, "");
  }

  /** All is well, and could be better. */
  static Finding advice(String what, String fix) {
    return new Finding(Severity.OK, what, fix);
  }

  static Finding warning(String what, String fix) {
    return new Finding(Severity.WARNING, what, fix);
  }

  static Finding error(String what, String fix) {
    return new Finding(Severity.ERROR, what, fix);
  }

  public boolean isError() {
    return severity == Severity.ERROR;
  }
}
