package dev.imprint.app.doctor;

/**
 * The result of a check.
 *
 * @param fix what to do; empty if nothing
 */
public record Finding(Severity severity, String what, String fix) {
  /** The severity of a finding. */
  enum Severity {
    OK,
    /** It works, but not as well as it could, or not for everyone. */
    WARNING,
    /** It does not work. */
    ERROR
  }

  static Finding ok(String what) {
    return new Finding(Severity.OK, what, "");
  }

  /** Everything works, but could be better. */
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
