package dev.imprint.page.teach;

import dev.imprint.model.Claim;
import java.util.List;
import java.util.Objects;

/** Pictures that nobody need be asked again, or that may be asked for after all. */
public record SkippedPictures(List<Claim> claims) {
  public SkippedPictures {
    claims = List.copyOf(Objects.requireNonNull(claims, "claims"));
  }
}
