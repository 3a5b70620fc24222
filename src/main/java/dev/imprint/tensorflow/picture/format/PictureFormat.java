package dev.imprint.tensorflow.picture.format;

import dev.imprint.model.RejectedException;
import dev.imprint.model.Rejection;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/** The supported formats, recognized by a file's first bytes, whatever its name or media type. */
public enum PictureFormat {
  JPEG("FFD8FF"),
  PNG("89504E470D0A1A0A"),
  GIF("47494638(37|39)61"),
  BMP("424D"),
  WEBP("52494646.{8}57454250");

  /** Other formats that people send, so that the refusal can name them. */
  private record Other(String name, Pattern magic) {
    public static Other of(String name, String magic) {
      return new Other(name, Pattern.compile(magic));
    }
  }

  private static final int ENOUGH_BYTES = 16;

  private static final List<Other> OTHERS =
      List.of(
          Other.of("AVIF", ".{8}6674797061766966|.{8}6674797061766973"),
          // ftyp with a brand of heic, heix, hevc, heim, heis, mif1, msf1
          Other.of("HEIC", ".{8}66747970(686569(63|78|6D|73)|68657663|6D696631|6D736631)"),
          Other.of("MP4 or QuickTime video", ".{8}66747970"),
          Other.of("TIFF", "49492A00|4D4D002A|49492B00|4D4D002B"),
          Other.of("JPEG XL", "FF0A|0000000C4A584C20"),
          Other.of("JPEG 2000", "0000000C6A502020|FF4FFF51"),
          Other.of("ICO", "00000[12]00"),
          Other.of("Photoshop", "38425053"),
          Other.of("PDF", "25504446"),
          Other.of("ZIP", "504B0304|504B0506"),
          Other.of("gzip", "1F8B"),
          Other.of("SVG or XML", "(EFBBBF)?3C(3F786D6C|737667)"),
          Other.of("HTML", "3C(21|68746D6C|48544D4C)"),
          Other.of("JSON", "(EFBBBF)?(7B|5B)"));

  private final Pattern magic;

  PictureFormat(String magic) {
    this.magic = Pattern.compile(magic);
  }

  public static PictureFormat of(byte[] file) throws RejectedException {
    String start =
        HexFormat.of().withUpperCase().formatHex(file, 0, Math.min(file.length, ENOUGH_BYTES));
    for (PictureFormat format : values()) {
      if (format.magic.matcher(start).lookingAt()) {
        return format;
      }
    }
    for (Other other : OTHERS) {
      if (other.magic.matcher(start).lookingAt()) {
        throw new RejectedException(
            Rejection.UNSUPPORTED_FORMAT,
            "this is %s, which is not supported: send JPEG, PNG, WebP, GIF or BMP"
                .formatted(other.name));
      }
    }
    throw new RejectedException(
        Rejection.UNSUPPORTED_FORMAT,
        "not an image in a known format (it starts with %s): send JPEG, PNG, WebP, GIF or BMP"
            .formatted(start));
  }
}
