package dev.imprint.pipeline.learning;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.event.IncomingImage;
import dev.imprint.event.Sha256;
import dev.imprint.model.Claim;
import dev.imprint.model.backbone.ImageDecoder;
import dev.imprint.model.backbone.Pixels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The topic {@code images}: pictures by their claims, some of them deleted by retention, and how
 * far serving has read.
 */
final class SentImages implements ImagesProgress {
  /** Larger pictures are kept scaled down. */
  static final int MAX_PICTURE_BYTES = 12;

  private record SentImage(IncomingImage image, long at) {}

  private final Map<Claim, SentImage> sent = new LinkedHashMap<>();
  private final Set<Claim> gone = new HashSet<>();
  private final List<Claim> unpredicted = new ArrayList<>();
  private final Set<Claim> unmet = new HashSet<>();

  /**
   * @param picture bytes; several images may have the same
   */
  void send(String id, String picture, long now) {
    byte[] bytes = picture.getBytes(UTF_8);
    Claim claim = new Claim("images", 0, sent.size(), Sha256.hex(bytes));
    sent.put(claim, new SentImage(new IncomingImage(id, bytes, null), now));
    unpredicted.add(claim);
    unmet.add(claim);
  }

  List<Claim> all() {
    return List.copyOf(sent.keySet());
  }

  List<Claim> of(String id) {
    return sent.keySet().stream().filter(claim -> idOf(claim).equals(id)).toList();
  }

  String idOf(Claim claim) {
    return get(claim).image().id();
  }

  /** Images that serving has not reached. */
  List<Claim> unpredicted() {
    return unpredicted;
  }

  /** Its prediction has reached the label processor. */
  void met(Claim claim) {
    unmet.remove(claim);
  }

  void takeAway(Claim claim) {
    gone.add(claim);
  }

  Set<Claim> gone() {
    return Set.copyOf(gone);
  }

  /** Null if nothing was sent there. */
  @Nullable IncomingImage image(Claim claim) {
    SentImage found = sent.get(claim);
    return found == null ? null : found.image();
  }

  @Override
  public long readUntil() {
    return unmet.stream().mapToLong(claim -> get(claim).at() - 1).min().orElse(Long.MAX_VALUE);
  }

  private SentImage get(Claim claim) {
    return Objects.requireNonNull(sent.get(claim));
  }

  /** Whether these bytes, of the topic {@code pictures}, show the original with this digest. */
  boolean isKeptFrom(String sha256, byte[] kept) {
    for (Map.Entry<Claim, SentImage> each : sent.entrySet()) {
      if (each.getKey().sha256().equals(sha256)) {
        byte[] picture = each.getValue().image().picture();
        return Arrays.equals(kept, picture) || Arrays.equals(kept, smaller(picture));
      }
    }
    return false;
  }

  private static byte[] smaller(byte[] picture) {
    return ("small " + new String(picture, UTF_8).split(" ", 2)[0]).getBytes(UTF_8);
  }

  /** Accepts any bytes as a picture of one pixel. */
  static ImageDecoder decoder() {
    return new ImageDecoder() {
      @Override
      public Pixels decode(byte[] image) {
        return new Pixels(1, 1, new float[3]);
      }

      @Override
      public byte[] shrink(byte[] image, int mostBytes) {
        return smaller(image);
      }

      @Override
      public byte[] thumbnail(byte[] image, int longestSide) {
        return image;
      }
    };
  }
}
