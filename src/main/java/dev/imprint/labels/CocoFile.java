package dev.imprint.labels;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imprint.event.Json;
import dev.imprint.labels.LabelFile.RawLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Labels in COCO's format (cocodataset.org/#format-data): an image's label is the category of its
 * annotations, which must all have the same. What the format has no field for is in a field of its
 * own.
 */
final class CocoFile {
  private record Coco(
      List<CocoImage> images, List<Annotation> annotations, List<Category> categories) {}

  private record CocoImage(int id, String fileName, LabelLine imprint) {}

  private record Annotation(int id, int imageId, int categoryId) {}

  private record Category(int id, String name) {}

  private CocoFile() {}

  static byte[] write(List<LabelLine> lines) {
    Map<String, Integer> categories = new TreeMap<>();
    lines.forEach(line -> categories.put(line.label(), 0));
    int next = 0;
    for (Map.Entry<String, Integer> category : categories.entrySet()) {
      category.setValue(++next);
    }
    List<CocoImage> images = new ArrayList<>();
    List<Annotation> annotations = new ArrayList<>();
    for (LabelLine line : lines) {
      int id = images.size() + 1;
      String file = line.file();
      images.add(new CocoImage(id, file == null ? line.imageId() : file, line));
      annotations.add(new Annotation(id, id, categories.getOrDefault(line.label(), 0)));
    }
    return Json.encode(
        new Coco(
            images,
            annotations,
            categories.entrySet().stream()
                .map(category -> new Category(category.getValue(), category.getKey()))
                .toList()));
  }

  /**
   * @param root that names of files are relative to
   * @throws IOException if it is not such a file
   */
  static List<RawLine> read(byte[] bytes, Path root) throws IOException {
    JsonNode coco;
    try {
      coco = Json.decode(bytes, JsonNode.class);
    } catch (IOException e) {
      throw new IOException(
          "it is not valid JSON: " + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
          e);
    }
    if (!coco.path("images").isArray() || !coco.path("annotations").isArray()) {
      throw new IOException("it is not a COCO file: it needs images, annotations and categories");
    }
    Map<String, String> names = new HashMap<>();
    coco.path("categories").forEach(c -> names.put(c.path("id").asText(), c.path("name").asText()));
    Map<String, JsonNode> images = new HashMap<>();
    coco.path("images").forEach(image -> images.put(image.path("id").asText(), image));
    List<RawLine> lines = new ArrayList<>();
    for (JsonNode annotation : coco.path("annotations")) {
      String where = "annotation " + annotation.path("id").asText();
      String label = names.get(annotation.path("category_id").asText());
      JsonNode image = images.get(annotation.path("image_id").asText());
      if (label == null || image == null) {
        String what = image == null ? "image" : "category";
        lines.add(RawLine.unreadable(where, "it names no %s of the file".formatted(what)));
      } else {
        lines.add(line(where, image, label, root));
      }
    }
    return lines;
  }

  private static RawLine line(String where, JsonNode image, String label, Path root) {
    JsonNode ours = image.path("imprint");
    String name = image.path("file_name").asText();
    if (ours.isObject()) {
      try {
        LabelLine line = Json.decode(Json.encode(ours), LabelLine.class);
        String id = line.imageId();
        LabelLine its =
            new LabelLine(
                id,
                label, // somebody may have changed its category
                line.who(),
                line.group(),
                line.at(),
                line.partition(),
                line.offset(),
                line.sha256(),
                line.file());
        return new RawLine(where, its);
      } catch (IOException e) {
        return RawLine.unreadable(where, "the field imprint of its image cannot be read");
      }
    }
    return new RawLine(where, LabelLine.of(name, label, existing(root, name)));
  }

  private static @Nullable String existing(Path root, String name) {
    try {
      return !name.isEmpty() && Files.isRegularFile(root.resolve(name)) ? name : null;
    } catch (InvalidPathException e) {
      return null;
    }
  }
}
