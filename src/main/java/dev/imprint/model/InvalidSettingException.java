package dev.imprint.model;

/** A setting has an invalid value. The message names key, value and fix, for users to read. */
public final class InvalidSettingException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String key;

  /**
   * @param key as in the configuration, such as {@code serving.max_batch}
   * @param fix what to set instead, and why
   */
  public InvalidSettingException(String key, Object value, String fix) {
    super("%s is %s: %s".formatted(key, value, fix));
    this.key = key;
  }

  /** Throws unless {@code holds}; lets each setting be checked in one line. */
  public static void unless(boolean holds, String key, Object value, String fix) {
    if (!holds) {
      throw new InvalidSettingException(key, value, fix);
    }
  }

  public String key() {
    return key;
  }
}
