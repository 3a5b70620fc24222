package dev.imprint.page.watch;

import dev.imprint.model.Claim;
import dev.imprint.web.api.Call;
import dev.imprint.web.api.Parameter;
import java.util.List;

/** A claim in the path of a request; the route says which topic it is on. */
public final class ClaimPath {
  private static final String PARTITION = "partition";
  private static final String OFFSET = "offset";
  private static final String SHA256 = "sha256";

  /** The end of the route's path. */
  public static final String FORM = "{partition}/{offset}/{sha256}";

  public static final List<Parameter> PARAMETERS =
      List.of(
          Parameter.integer(PARTITION, "Partition of the record.", 0, Integer.MAX_VALUE, null),
          Parameter.integer(OFFSET, "Offset of the record.", 0, Long.MAX_VALUE, null),
          Parameter.text(SHA256, "Digest of the picture.", "[0-9a-f]{64}"));

  private ClaimPath() {}

  /** The claim that a call names. */
  public static Claim claim(Call call, String topic) {
    return new Claim(
        topic, (int) call.integer(PARTITION), call.integer(OFFSET), call.required(SHA256));
  }

  /** The end of its path. */
  static String of(Claim claim) {
    return "%d/%d/%s".formatted(claim.partition(), claim.offset(), claim.sha256());
  }
}
