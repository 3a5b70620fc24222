package dev.imprint.page.teach;

import dev.imprint.model.Claim;
import java.util.List;
import java.util.Objects;

/** Pictures that nobody need be asked again. */
public record SkippedPictures(List<Claim> claims) {
  @SuppressWarnings("RedundantNullCheck") // browsers may omit it
  public SkippedPictures {
    claims = List.copyOf(Objects.requireNonNullElse(claims, List.of()));
  }
}
