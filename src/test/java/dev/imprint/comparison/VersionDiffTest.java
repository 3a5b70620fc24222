package dev.imprint.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.imprint.model.ModelVersion;
import java.util.List;
import org.junit.jupiter.api.Test;

class VersionDiffTest extends ReproductionSteps {
  @Test
  void shouldTellInWhatTwoVersionsDiffer() throws Exception {
    label(0, 60);
    ModelVersion first = learn(SETTINGS);
    send(topics.labels(), id(3), null);
    send(topics.pictures(), id(3), null);
    for (int picture = 10; picture < 16; picture++) {
      label(picture, "class-9");
    }
    label(60, 62);
    ModelVersion second = learn(SETTINGS.withSeed(5));

    VersionDiff diff = VersionDiff.of(first, second, registry.store);
    ChangedSides sides = ChangedSides.of(first, second, past(backbone));

    assertThat(diff.settings())
        .extracting(VersionDiff.Setting::key, VersionDiff.Setting::a, VersionDiff.Setting::b)
        .contains(tuple("seed", "1", "5"));
    assertThat(diff.gainedLabels()).containsExactly("class-9");
    assertThat(diff.lostLabels()).isEmpty();
    assertThat(diff.examples().gained()).containsOnlyKeys(id(60), id(61));
    assertThat(diff.examples().lost()).containsOnlyKeys(id(3));
    assertThat(diff.examples().relabelled())
        .hasSize(6)
        .allSatisfy(example -> assertThat(example.b()).isEqualTo("class-9"));
    assertThat(diff.examples().common()).isEqualTo(53);
    assertThat(diff.metrics().get(0).label()).isNull();
    assertThat(diff.metrics())
        .filteredOn(pair -> "class-9".equals(pair.label()))
        .singleElement()
        .satisfies(pair -> assertThat(pair.a()).isNull());
    assertThat(sides.missing()).isOne();
    assertThat(sides.compared()).isPositive();
    assertThat(sides.rightToWrong())
        .isNotEmpty()
        .allSatisfy(changed -> assertThat(changed.a()).isEqualTo(changed.label()));
    assertThat(sides.wrongToRight())
        .isNotEmpty()
        .allSatisfy(changed -> assertThat(changed.b()).isEqualTo(changed.label()));
    ChangedSides back = ChangedSides.of(second, first, past(backbone));
    assertThat(back.compared()).isPositive();
  }

  @Test
  void shouldFindNoPictureThatChangedSidesBetweenEquals() throws Exception {
    label(0, 60);
    ModelVersion version = learn(SETTINGS);

    ChangedSides sides = ChangedSides.of(version, version, past(backbone));

    assertThat(sides).isEqualTo(new ChangedSides(60, List.of(), List.of(), 0));
  }
}
