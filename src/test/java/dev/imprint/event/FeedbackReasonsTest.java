package dev.imprint.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.imprint.model.Feedback;
import dev.imprint.model.RejectedException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Invalid feedback that users send, with each reason, and feedback that is valid after all. */
class FeedbackReasonsTest {
  /** Feedback, then its reason; one that ends in … is only the start of the reason. */
  private static final String WRONG =
      """
      washer                            | it is neither a JSON object, such as {"label": "washer"}, nor Avro's single-object encoding
      "washer"                          | it is neither a JSON object, …
      ["washer"]                        | it is neither a JSON object, …
      7                                 | it is neither a JSON object, …
      null                              | it is neither a JSON object, …
      {                                 | it is not valid JSON: see line 1, column 2
      {"label": "a"                     | it is not valid JSON: see line 1, column 14
      {"label": 'a'}                    | it is not valid JSON: see line 1, column 11
      {label: "a"}                      | it is not valid JSON: see line 1, column 2
      {"label": "a",}                   | it is not valid JSON: see line 1, column 15
      {"label": NaN}                    | it is not valid JSON: see line 1…
      {"label": "a"} x                  | it is not valid JSON: see line 1…
      {"label": "a"}{"label": "b"}      | something follows its closing brace: send one object per record
      {"label": "a"} 7                  | something follows its closing brace: send one object per record
      {"label": "a", "label": "b"}      | it has the field 'label' twice: send it once
      {"who": "a", "who": "a", "label": "b"} | it has the field 'who' twice: send it once
      {"label": "a", "claim": {"offset": 1, "offset": 2}} | it has the field 'offset' twice: send it once
      {}                                | it must have either a label or a verdict (correct, incorrect, forget)
      {"lable": "a"}                    | it must have either a label or a verdict (correct, incorrect, forget)
      {"label": null}                   | it must have either a label or a verdict (correct, incorrect, forget)
      {"label": "a", "verdict": "correct"} | it must have either a label or a verdict (correct, incorrect, forget)
      {"label": ""}                     | its label is blank: name what the image shows
      {"label": "  "}                   | its label is blank: name what the image shows
      {"label": "\\u00a0\\u2003\\u3000"} | its label is blank: name what the image shows
      {"label": 7}                      | its label is 7: write it as text, in quotes
      {"label": 7.5}                    | its label is 7.5: write it as text, in quotes
      {"label": true}                   | its label is true: write it as text, in quotes
      {"label": ["a"]}                  | its label is ["a"]: write it as text, in quotes
      {"label": {"name": "a"}}          | its label is {"name":"a"}: write it as text, in quotes
      {"label": "a\\u0000b"}            | its label has an invisible character (U+0000, number 2), which makes labels look alike: remove it
      {"label": "a\\tb"}                | its label has an invisible character (U+0009, number 2)…
      {"label": "a\\nb"}                | its label has an invisible character (U+000A, number 2)…
      {"label": "a\\u001b[2Jb"}         | its label has an invisible character (U+001B, number 2)…
      {"label": "a\\u009bb"}            | its label has an invisible character (U+009B, number 2)…
      {"label": "a\\u200bb"}            | its label has an invisible character (U+200B, number 2)…
      {"label": "a\\u200db"}            | its label has an invisible character (U+200D, number 2)…
      {"label": "a\\u200e"}             | its label has an invisible character (U+200E, number 2)…
      {"label": "\\u202eab"}            | its label has an invisible character (U+202E, number 1)…
      {"label": "a\\u2066b"}            | its label has an invisible character (U+2066, number 2)…
      {"label": "\\ufeffa"}             | its label has an invisible character (U+FEFF, number 1)…
      {"label": "a\\u00adb"}            | its label has an invisible character (U+00AD, number 2)…
      {"label": "a\\u2028b"}            | its label has an invisible character (U+2028, number 2)…
      {"label": "a\\u3164b"}            | its label has an invisible character (U+3164, number 2)…
      {"label": "a\\udb40\\udc41"}      | its label has an invisible character (U+E0041, number 2)…
      {"label": "a\\ud800"}             | its label is not valid text: it has half a surrogate pair
      {"verdict": 2}                    | its verdict is 2: write one of correct, incorrect, forget
      {"verdict": "2"}                  | its verdict is "2": write one of correct, incorrect, forget
      {"verdict": true}                 | its verdict is true: write one of correct, incorrect, forget
      {"verdict": "maybe"}              | its verdict is "maybe": write one of correct, incorrect, forget
      {"verdict": ""}                   | its verdict is "": write one of correct, incorrect, forget
      {"verdict": ["forget"]}           | its verdict is ["forget"]: write one of correct, incorrect, forget
      {"label": "a", "image_id": 7}     | its image_id is 7: write it as text, in quotes
      {"label": "a", "image_id": "2"}   | the key is '1' but its image_id is '2': they must be equal
      {"label": "a", "image_id": "\\udc00"} | its image_id is not valid text: it has half a surrogate pair
      {"label": "a", "claim": 7}        | its claim is 7: write an object, {…}
      {"label": "a", "claim": []}       | its claim is []: write an object, {…}
      {"label": "a", "claim": "images"} | its claim is "images": write an object, {…}
      {"label": "a", "claim": {}}       | its claim must have topic, partition, offset and sha256, copied from the prediction
      {"label": "a", "claim": {"topic": 7}} | its claim.topic is 7: write it as text, in quotes
      {"label": "a", "claim": {"topic": "i", "partition": 1.5, "offset": 1, "sha256": "S"}} | its claim.partition is 1.5: write a whole number from 0 to 2147483647, without quotes or a decimal point
      {"label": "a", "claim": {"topic": "i", "partition": "1", "offset": 1, "sha256": "S"}} | its claim.partition is "1": write a whole number…
      {"label": "a", "claim": {"topic": "i", "partition": -1, "offset": 1, "sha256": "S"}} | its claim.partition is -1: write a whole number…
      {"label": "a", "claim": {"topic": "i", "partition": 2147483648, "offset": 1, "sha256": "S"}} | its claim.partition is 2147483648: write a whole number…
      {"label": "a", "claim": {"topic": "i", "partition": true, "offset": 1, "sha256": "S"}} | its claim.partition is true: write a whole number…
      {"label": "a", "claim": {"topic": "i", "partition": 0, "offset": 17.0, "sha256": "S"}} | its claim.offset is 17.0: write a whole number from 0 to 9223372036854775807, without quotes or a decimal point
      {"label": "a", "claim": {"topic": "i", "partition": 0, "offset": 1e2, "sha256": "S"}} | its claim.offset is 100.0: write a whole number…
      {"label": "a", "claim": {"topic": "i", "partition": 0, "offset": 9223372036854775808, "sha256": "S"}} | its claim.offset is 9223372036854775808: write a whole number…
      {"label": "a", "claim": {"topic": "i", "partition": 0, "offset": 1}} | its claim must have topic, partition, offset and sha256, copied from the prediction
      {"label": "a", "claim": {"topic": "i", "partition": null, "offset": 1, "sha256": "S"}} | its claim must have topic, …
      {"label": "a", "claim": {"topic": "i", "partition": 0, "offset": 1, "sha256": "ab"}} | its claim is not valid: copy topic, partition, offset and sha256 from the prediction
      {"label": "a", "claim": {"topic": "i", "partition": 0, "offset": 1, "sha256": 7}} | its claim.sha256 is 7: write it as text, in quotes
      """;

  /** Feedback, then its label. */
  private static final String GOOD =
      """
       \t {"label": "a"}                       | a
      \ufeff{"label": "a"}                     | a
      \ufeff {"label": "a"}                    | a
      {"label": "\\u00a0\\u2003a\\t\\u0085"}   | a
      {"label": "cafe\\u0301"}                 | café
      {"label": "hex\\u00a0nut"}               | hex nut
      {"label": "hex  nut"}                    | hex nut
      {"label": "\\u2764\\ufe0f"}              | ❤
      {"label": "Mutter ⌀ 8 mm (M8)"}          | Mutter ⌀ 8 mm (M8)
      {"label": "صامولة"}                      | صامولة
      {"label": "🔩"}                          | 🔩
      {"label": "7"}                           | 7
      {"label": "a", "why": "curious"}         | a
      {"label": "a", "why": 2}                 | a
      {"label": "a", "why": null}              | a
      {"label": "a", "who": 7}                 | a
      {"label": "a", "who": ["anna"]}          | a
      {"label": "a", "who": "\\ud800"}         | a
      {"label": "a", "at": "yesterday"}        | a
      {"label": "a", "at": 12}                 | a
      {"label": "a", "at": "+999999999999-01-01T00:00:00Z"} | a
      {"label": "a", "unknown": {"x": [1, 2]}} | a
      {"LABEL": "b", "label": "a"}             | a
      """;

  private static Stream<String[]> wrong() {
    return table(WRONG);
  }

  private static Stream<String[]> good() {
    return table(GOOD);
  }

  private static Stream<String[]> table(String table) {
    return table.lines().map(line -> line.split(" +\\| ", 2));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void shouldNameTheFieldAndTheFix(String feedback, String reason) {
    String json = feedback.replace("\"S\"", "\"" + "ab".repeat(32) + "\"");

    RejectedException refused = catchThrowableOfType(RejectedException.class, () -> read(json));

    assertThat(refused).as("%s is taken", feedback).isNotNull();
    if (reason.endsWith("…")) {
      assertThat(refused.getMessage()).startsWith(reason.substring(0, reason.length() - 1));
    } else {
      assertThat(refused).hasMessage(reason);
    }
    assertThat(refused.getMessage()).doesNotContain("java", "dev.imprint", "Exception", "Source");
  }

  @ParameterizedTest
  @MethodSource("good")
  void shouldTakeWhatCanOnlyMeanOneThing(String feedback, String label) throws Exception {
    assertThat(read(feedback).label()).isEqualTo(label);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-24T08:40:00Z, 2026-11-24T08:40:00Z",
    "2026-11-24T08:40:00, 2026-11-24T08:40:00Z",
    "2026-11-24T08:40, 2026-11-24T08:40:00Z",
    "2026-11-24 08:40:00, 2026-11-24T08:40:00Z",
    "2026-11-24 08:40:00.123456+01:00, 2026-11-24T07:40:00.123456Z",
    "2026-11-24T08:40:00+0100, 2026-11-24T07:40:00Z",
    "2026-11-24T08:40:00+01, 2026-11-24T07:40:00Z",
    "2026-11-24t08:40:00z, 2026-11-24T08:40:00Z",
    "2026-11-24, 2026-11-24T00:00:00Z",
  })
  void shouldReadATimeWithoutAZoneAsUtc(String said, String instant) throws Exception {
    assertThat(read("{\"label\": \"a\", \"at\": \"%s\"}".formatted(said)).at())
        .hasToString(instant);
  }

  @ParameterizedTest
  @CsvSource({"anna\\u001b[31m, anna[31m", "'  anna\\u00a0b ', anna b", "\\u202eanna, anna"})
  void shouldKeepWhatCanBeReadOfWho(String said, String who) throws Exception {
    assertThat(read("{\"label\": \"a\", \"who\": \"%s\"}".formatted(said)).who()).isEqualTo(who);
  }

  private static Feedback read(String json) throws RejectedException {
    return FeedbackCodec.read(new byte[] {'1'}, json.getBytes(UTF_8));
  }
}
