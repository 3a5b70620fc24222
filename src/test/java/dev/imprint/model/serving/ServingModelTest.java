package dev.imprint.model.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.model.backbone.Backbone;
import dev.imprint.model.backbone.NoBackbone;
import dev.imprint.model.head.DenseHead;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServingModelTest {
  private static final Backbone BACKBONE = new NoBackbone("b", 2);

  @Test
  void shouldTakeAHeadOfItsBackbone() {
    DenseHead head = head("b", 2);

    assertThat(new ServingModel("v", BACKBONE, head).head()).isSameAs(head);
  }

  @Test
  void shouldRefuseAHeadOfAnotherBackboneOrDimension() {
    assertThatThrownBy(() -> new ServingModel("v", BACKBONE, head("other", 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("trained on backbone other");
    assertThatThrownBy(() -> new ServingModel("v", BACKBONE, head("b", 3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("takes embeddings of 3 numbers, but the backbone gives 2");
  }

  private static DenseHead head(String backboneId, int dimension) {
    return new DenseHead(backboneId, List.of("nut"), new float[dimension], new float[1]);
  }
}
