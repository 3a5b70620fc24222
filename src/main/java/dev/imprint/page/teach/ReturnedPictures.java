package dev.imprint.page.teach;

import dev.imprint.model.Claim;
import java.util.List;
import java.util.Objects;

/**
 * Pictures that a browser was asked, and gives back without an answer.
 *
 * @param session of its tab
 */
public record ReturnedPictures(String session, List<Claim> claims) {
  public ReturnedPictures {
    Objects.requireNonNull(session, "session");
    claims = List.copyOf(Objects.requireNonNull(claims, "claims"));
  }
}
