package dev.imprint.model.labels;

import static java.util.stream.Collectors.joining;

import java.text.Normalizer;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Normalizes text from outside: labels get a single form, so that no two of them look alike, and
 * all other text loses invisible characters that control terminals.
 */
public final class PlainText {
  /** Maximum length of a label, and of the name of its author, in characters. */
  public static final int MAX_LENGTH = 200;

  /**
   * Control and format characters, halves of surrogate pairs, line separators, and letters, marks
   * and symbols that show nothing (Unicode 15, Default_Ignorable_Code_Point, and the empty Braille
   * pattern).
   */
  private static final Pattern UNSEEN =
      Pattern.compile(
          "[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}\\x{34F}\\x{115F}\\x{1160}\\x{17B4}\\x{17B5}"
              + "\\x{180B}-\\x{180F}\\x{2065}\\x{2800}\\x{3164}\\x{FFA0}\\x{FFF0}-\\x{FFF8}"
              + "\\x{E0000}-\\x{E0FFF}]");

  /** Select between two renderings of a character, such as black and coloured. */
  private static final Pattern VARIATION_SELECTORS = Pattern.compile("[\\x{FE00}-\\x{FE0F}]");

  private static final Pattern SPACE_AROUND =
      Pattern.compile("^\\p{IsWhite_Space}+|\\p{IsWhite_Space}+$");
  private static final Pattern SPACES = Pattern.compile("\\p{Zs}+");

  private static final int MOST_NAMED = 5;

  private PlainText() {}

  /** Labels in quotation marks, the first {@value #MOST_NAMED} of them by name. */
  static String named(List<String> labels, String separator) {
    String first =
        labels.stream().limit(MOST_NAMED).map("'%s'"::formatted).collect(joining(separator));
    int more = labels.size() - MOST_NAMED;
    return more > 0 ? "%s and %d more".formatted(first, more) : first;
  }

  /**
   * The form in which a label is learned: NFC, without leading and trailing white space, without
   * variation selectors, and with one plain space for each run of spaces.
   *
   * @throws IllegalArgumentException if it is not a valid label; the message continues a sentence
   *     about it: "is blank: …"
   */
  public static String label(String text) {
    String label = SPACE_AROUND.matcher(composed(text)).replaceAll("");
    label = SPACES.matcher(label).replaceAll(" ");
    if (label.isEmpty()) {
      throw new IllegalArgumentException("is blank: name what the image shows");
    }
    if (label.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "has %d characters: use at most %d".formatted(label.length(), MAX_LENGTH));
    }
    Matcher unseen = UNSEEN.matcher(label);
    if (unseen.find()) {
      throw new IllegalArgumentException(
          "has an invisible character (U+%04X, number %d), which makes labels look alike: remove it"
              .formatted(
                  unseen.group().codePointAt(0), label.codePointCount(0, unseen.start()) + 1));
    }
    return label;
  }

  /**
   * Normalizes text that is only for people: removes invisible characters and truncates it to the
   * maximum length.
   *
   * @return null if nothing is left
   */
  public static @Nullable String forPeople(@Nullable String text) {
    if (text == null) {
      return null;
    }
    String seen = UNSEEN.matcher(SPACES.matcher(composed(text)).replaceAll(" ")).replaceAll("");
    String cut = seen.strip();
    if (cut.length() > MAX_LENGTH) {
      int end = Character.isHighSurrogate(cut.charAt(MAX_LENGTH - 1)) ? 1 : 0;
      cut = cut.substring(0, MAX_LENGTH - end);
    }
    return cut.isEmpty() ? null : cut;
  }

  /**
   * Escapes text for terminals and logs: invisible characters, including line ends and escape
   * sequences, become JSON escapes ({@code \\u001b}). JSON stays the same JSON.
   */
  public static String escaped(String text) {
    Matcher unseen = UNSEEN.matcher(text);
    if (!unseen.find()) {
      return text;
    }
    return unseen.replaceAll(
        found -> {
          StringBuilder escapes = new StringBuilder();
          found.group().chars().forEach(c -> escapes.append("\\\\u%04x".formatted(c)));
          return escapes.toString();
        });
  }

  private static String composed(String text) {
    String composed = Normalizer.normalize(text, Normalizer.Form.NFC);
    return VARIATION_SELECTORS.matcher(composed).replaceAll("");
  }
}
