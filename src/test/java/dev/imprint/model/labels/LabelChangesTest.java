package dev.imprint.model.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.model.labels.LabelChange.Kind;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelChangesTest {
  private static final Set<String> KNOWN = Set.of("a", "b", "c", "d");
  private static final Instant AT = Instant.parse("2026-11-24T12:00:00Z");

  @Test
  void shouldLeadFromEveryFormerNameToTheCurrentOneInOneStep() {
    LabelChanges changes = LabelChanges.NONE.with(rename("a", "x"), KNOWN, AT);
    changes = changes.with(rename("x", "y"), Set.of("x", "b"), AT);

    assertThat(changes.named("a")).isEqualTo("y");
    assertThat(changes.named("x")).isEqualTo("y");
    assertThat(changes.named("b")).isEqualTo("b");
  }

  @Test
  void shouldRenameBackWithoutACycle() {
    LabelChanges there = LabelChanges.NONE.with(rename("a", "x"), KNOWN, AT);
    LabelChanges back = there.with(rename("x", "a"), Set.of("x"), AT);

    assertThat(back.named("a")).isEqualTo("a");
    assertThat(back.named("x")).as("its name meanwhile").isEqualTo("a");
    assertThat(back.with(rename("a", "x"), KNOWN, AT)).isEqualTo(there);
  }

  @Test
  void shouldMergeSeveralLabelsAndWhatTheyWereCalledBefore() {
    LabelChanges renamed = LabelChanges.NONE.with(rename("a", "x"), KNOWN, AT);

    LabelChanges merged = renamed.with(merge("b", "x", "b"), Set.of("x", "b", "c"), AT);
    LabelChanges all = merged.with(merge("all", "b", "c"), Set.of("b", "c"), AT);

    assertThat(merged.named("a")).isEqualTo("b");
    assertThat(merged.named("x")).isEqualTo("b");
    assertThat(merged.named("b")).isEqualTo("b");
    assertThat(all.names().values()).containsOnly("all");
    assertThat(all.names().keySet()).containsExactlyInAnyOrder("a", "x", "b", "c");
  }

  @Test
  void shouldKnowWhetherTwoNamesStillMeantDifferentLabelsAtATime() {
    LabelChanges merged = LabelChanges.NONE.with(merge("b", "a"), KNOWN, AT);
    LabelChanges old = new LabelChanges(merged.names(), Set.of());

    assertThat(merged.differed("a", "b", AT.minusSeconds(1))).isTrue();
    assertThat(merged.differed("b", "a", AT.minusSeconds(1))).isTrue();
    assertThat(merged.differed("b", "a", AT.plusSeconds(1))).as("b is what a is called").isFalse();
    assertThat(merged.differed("b", "b", AT.minusSeconds(1))).isFalse();
    assertThat(merged.differed("b", "c", AT.minusSeconds(1))).as("not merged").isFalse();
    assertThat(old.differed("a", "b", AT.plusSeconds(1))).as("nobody knows when").isTrue();
  }

  @Test
  void shouldNeverTakeTwoNamesOfOneLabelForDifferentLabels() {
    LabelChanges renamed = LabelChanges.NONE.with(rename("a", "x"), KNOWN, AT);
    LabelChanges again = renamed.with(rename("x", "y"), Set.of("x"), AT);
    LabelChanges back = again.with(rename("y", "a"), Set.of("y"), AT);

    assertThat(renamed.differed("a", "x", AT.minusSeconds(1))).isFalse();
    assertThat(again.differed("a", "x", AT.minusSeconds(1))).isFalse();
    assertThat(back.differed("x", "y", AT.minusSeconds(1))).isFalse();
    assertThat(back.differed("a", "y", AT.minusSeconds(1))).isFalse();
  }

  @Test
  void shouldStillKnowWhenLabelsWereMergedWhateverTheyAreCalledBeforeAndAfter() {
    Instant later = AT.plusSeconds(60);
    LabelChanges merged =
        LabelChanges.NONE
            .with(rename("old", "a"), Set.of("old", "b"), AT)
            .with(merge("b", "a", "b"), Set.of("a", "b"), later);
    LabelChanges back =
        merged
            .with(rename("b", "c"), Set.of("b"), later.plusSeconds(60))
            .with(rename("c", "a"), Set.of("c"), later.plusSeconds(60));
    LabelChanges asOld =
        LabelChanges.NONE
            .with(rename("old", "a"), Set.of("old", "b"), AT)
            .with(merge("old", "a", "b"), Set.of("a", "b"), later);

    for (LabelChanges changes : List.of(merged, back, asOld)) {
      for (String name : List.of("old", "a")) {
        assertThat(changes.differed(name, "b", later.minusSeconds(1))).as(name).isTrue();
        assertThat(changes.differed(name, "b", later.plusSeconds(1))).as(name).isFalse();
      }
    }
    assertThat(asOld.differed("old", "a", later.minusSeconds(1))).isFalse();
  }

  @Test
  void shouldNeitherLearnNorPredictARetiredLabelUnderAnyOfItsNames() {
    LabelChanges changes = LabelChanges.NONE.with(rename("a", "x"), KNOWN, AT);
    LabelChanges retired = changes.with(change(Kind.RETIRE, null, "x"), Set.of("x"), AT);

    assertThat(retired.of("a")).isNull();
    assertThat(retired.of("x")).isNull();
    assertThat(retired.of("b")).isEqualTo("b");
    assertThat(retired.with(rename("x", "y"), Set.of("x"), AT).of("a")).as("renamed too").isNull();
    assertThat(retired.with(change(Kind.RESTORE, null, "x"), Set.of(), AT)).isEqualTo(changes);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "RENAME | none | new | there is no label 'none': 'imprint labels list' shows all",
        "RENAME | old | new | 'old' is a former name of 'a': use that",
        "RENAME | a | a | 'a' is its name already",
        "RENAME | a | b | there is a label 'b' already: to make one label of both, use 'imprint labels merge'",
        "RENAME | b | old | 'old' is a former name of 'a', which keeps it: use another",
        "RENAME | b | out | there is a label 'out' already",
        "MERGE | a | a | there is nothing to merge",
        "MERGE | a | bb | there is no label 'bb' to merge with: to rename, use 'imprint labels rename'",
        "MERGE | a | out | 'out' is retired: first, imprint labels retire --undo 'out'",
        "MERGE | out | a | 'out' is retired",
        "RETIRE | out | | 'out' is retired already",
        "RETIRE | none | | there is no label 'none'",
        "RESTORE | a | | 'a' is not retired",
      })
  void shouldSayWhyAChangeCannotBeMade(
      Kind kind, String label, @Nullable String into, String message) {
    LabelChanges before =
        LabelChanges.NONE
            .with(rename("old", "a"), Set.of("old"), AT)
            .with(change(Kind.RETIRE, null, "out"), Set.of("out"), AT);

    assertThatThrownBy(() -> before.with(change(kind, into, label), KNOWN, AT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void shouldEndBeforeTheRecordIsTooLarge() {
    LabelChanges changes = LabelChanges.NONE;
    for (int i = 0; i < 2000; i++) {
      changes = changes.with(rename("l" + i, "l" + (i + 1)), Set.of("l" + i), AT);
    }
    LabelChanges full = changes;

    assertThatThrownBy(() -> full.with(rename("a", "z"), KNOWN, AT))
        .hasMessageContaining("more than 2000 labels have former names");
  }

  @Test
  void shouldNameOnlyTheFirstOfManyLabels() {
    assertThat(merge("z", "a", "b", "c", "d", "e"))
        .hasToString("merge 'a', 'b', 'c', 'd', 'e' into 'z'");
    assertThat(merge("z", "a", "b", "c", "d", "e", "f", "g"))
        .hasToString("merge 'a', 'b', 'c', 'd', 'e' and 2 more into 'z'");
    assertThat(Spellings.words(List.of("a", "A", "-a", "a-", "_a", "A_")))
        .isEqualTo(
            "'a' and 'A' and '-a' and 'a-' and '_a' and 1 more look like spellings of one label");
  }

  private static LabelChange rename(String label, String into) {
    return change(Kind.RENAME, into, label);
  }

  private static LabelChange merge(String into, String... labels) {
    return change(Kind.MERGE, into, labels);
  }

  private static LabelChange change(Kind kind, @Nullable String into, String... labels) {
    return new LabelChange(kind, List.of(labels), into);
  }
}
