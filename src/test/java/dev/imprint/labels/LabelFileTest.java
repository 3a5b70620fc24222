package dev.imprint.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.model.Claim;
import dev.imprint.model.Label;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LabelFileTest {
  private static final Claim CLAIM = new Claim("images", 3, 17, "5766");
  private static final Instant AT = Instant.parse("2026-11-24T08:37:02.213Z");

  @TempDir private Path dir;

  @ParameterizedTest
  @ValueSource(strings = {"labels.csv", "labels.jsonl", "labels.json", "folder"})
  void shouldReadBackWhatItWrote(String name) throws IOException {
    List<LabelLine> lines =
        List.of(
            line("belt, \"17\"\n;=1+1", "hex nut", "Ärger & Söhne", "group 1", "nut/1.jpg"),
            line("2", "7", null, null, null),
            line(" 3 ", "'", "x", null, null));
    Path path = dir.resolve(name);
    LabelFile form = LabelFile.of(path);
    Files.createDirectories(form == LabelFile.FOLDER ? path : dir);

    form.write(path, lines);

    assertThat(form.read(path)).containsExactlyInAnyOrderElementsOf(lines);
    assertThat(form.read(path).get(0).claim("images")).isEqualTo(CLAIM);
  }

  /** Anybody who sends feedback chooses the text; see OWASP, CSV Injection. */
  @ParameterizedTest
  @ValueSource(
      strings = {"=1+1", "+1", "-x", "@SUM(A1)", "'=1+1", "''-", "＝1", "'", "'nut'", "a=b", "\t=1"})
  void shouldWriteNoCellThatASpreadsheetRunsAndReadItBackAsItWas(String text) throws IOException {
    Path csv = dir.resolve("labels.csv");
    LabelLine line = new LabelLine(text, "nut", text, text, AT, 3, 17L, "5766", null);

    LabelFile.CSV.write(csv, List.of(line));

    assertThat(Files.readString(csv)).doesNotContainPattern("(^|[\n,])\"?[=+@\t\r＝＋－＠-]");
    assertThat(LabelTable.read(Files.readAllBytes(csv)))
        .extracting(LabelFile.RawLine::line)
        .containsExactly(line);
  }

  @Test
  void shouldNameNoFileAfterWhatALocaleCouldNotRead() throws IOException {
    Files.createDirectories(dir.resolve("parts/Stra\ufffd\ufffde"));
    write("parts/Stra\ufffd\ufffde/1.jpg", "a picture");

    assertThatThrownBy(() -> LabelFile.FOLDER.read(dir.resolve("parts")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("this locale cannot read its name: set LC_ALL=C.UTF-8");
  }

  @Test
  void shouldHaveDifferentPlacesForPicturesInALocaleWithoutTheirLetters() {
    LabelLine street = LabelLine.of("ß", "Straße", null);
    LabelLine other = LabelLine.of("á", "Straße", null);

    String place = FolderLayout.ascii(FolderLayout.place(street, "jpg"));

    assertThat(place).matches("Stra_e/_-[0-9a-f]{8}\\.jpg");
    assertThat(FolderLayout.ascii(FolderLayout.place(other, "jpg"))).isNotEqualTo(place);
  }

  private static LabelLine line(
      String id,
      String label,
      @Nullable String who,
      @Nullable String group,
      @Nullable String file) {
    return LabelLine.of(new Label(id, label, CLAIM, group, who, AT, CLAIM), file);
  }

  @Test
  void shouldReadWhatOthersWrite() throws IOException {
    Path csv =
        write("a.csv", "\ufefflabel,id,image_id\r\n cafe\u0301 ,x,1\r\n\r\nnut,y,\"a,b\"\r\n");
    Path lines = write("b.jsonl", "{\"image_id\": \"1\", \"label\": \"nut\", \"x\": 1}\n\n");
    Path coco =
        write(
            "c.json",
            """
            {"info": {}, "licenses": [],
             "images": [{"id": 5, "file_name": "5.jpg", "width": 3}, {"id": 6, "file_name": "6.jpg"}],
             "annotations": [
               {"id": 1, "image_id": 5, "category_id": 2, "bbox": [0, 0, 1, 1]},
               {"id": 2, "image_id": 5, "category_id": 2}],
             "categories": [{"id": 2, "name": "nut", "supercategory": "part"}]}
            """);
    write("5.jpg", "a picture");
    Files.createDirectories(dir.resolve("parts/nut"));
    write("parts/nut/1.jpg", "a picture");

    assertThat(LabelFile.CSV.read(csv))
        .containsExactly(LabelLine.of("1", "café", null), LabelLine.of("a,b", "nut", null));
    assertThat(LabelFile.JSON_LINES.read(lines)).containsExactly(LabelLine.of("1", "nut", null));
    assertThat(LabelFile.COCO.read(coco)).containsExactly(LabelLine.of("5.jpg", "nut", "5.jpg"));
    assertThat(LabelFile.FOLDER.read(dir.resolve("parts")))
        .containsExactly(LabelLine.of("nut/1.jpg", "nut", "nut/1.jpg"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a.csv | id,label;1,nut | line 1 must name the columns image_id and label, but it is id,label",
        "a.csv | image_id,label;1,nut;1,bolt | line 3: image '1' is 'bolt' here, but 'nut' in line 2",
        "a.csv | image_id,label;;1,nut;;,nut | line 5: it has no image_id",
        "a.csv | image_id,label;\"1;2\",nut;,nut | line 4: it has no image_id",
        "a.csv | image_id,label;,nut | line 2: it has no image_id",
        "a.csv | image_id,label;1 | line 2: its label is blank",
        "a.csv | image_id,label;1,nu\u200bt | line 2: its label has an invisible character",
        "a.csv | image_id,label,offset;1,nut,x | line 2: partition and offset must be whole numbers",
        "a.csv | image_id,label,at;1,nut,now | line 2: its at is not a time",
        "a.csv | image_id,label;\"1,nut | it is not CSV",
        "a.jsonl | {\"image_id\": \"1\"} | line 1: it has no label",
        "a.jsonl | {\"image_id\": \"1\", \"label\": \"nut\"};nut | line 2: it is not a JSON object",
        "a.jsonl | {\"image_id\": \"1\", \"label\": 7} | line 1: it is not a JSON object like",
        "a.json | [] | it is not a COCO file",
        "a.json | {\"images\": [], \"annotations\": [{\"id\": 1}]} | annotation 1: it names no image",
        "a.json | { | it is not valid JSON",
      })
  void shouldNameTheLineAndTheReasonOfWhatCannotBeUsed(String name, String text, String message)
      throws IOException {
    Path file = write(name, text.replace(';', '\n'));

    assertThatThrownBy(() -> LabelFile.of(file).read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(message);
  }

  @Test
  void shouldNameTenComplaintsAndCountTheRest() throws IOException {
    Path file = write("a.csv", "image_id,label\n" + "1,\n".repeat(25));

    assertThatThrownBy(() -> LabelFile.CSV.read(file))
        .satisfies(e -> assertThat(String.valueOf(e.getMessage()).lines()).hasSize(11))
        .hasMessageEndingWith("and 15 more like these");
  }

  @Test
  void shouldGiveEachPictureAPlaceThatEverySystemAccepts() {
    List<String> places =
        List.of(
            FolderLayout.place(line("../../etc/passwd", "a/b: c", null, null, null), "Jpg"),
            FolderLayout.place(line("x".repeat(900) + ".png", "..", null, null, null), "png"),
            FolderLayout.place(line("x".repeat(901) + ".png", "..", null, null, null), "png"));

    assertThat(places)
        .doesNotHaveDuplicates()
        .allMatch(
            place -> place.matches("[\\p{L}\\p{N} _-]{1,60}/[\\p{L}\\p{N} _-]{1,69}\\.[a-z]{3}"));
  }

  @Test
  void shouldNotGuessTheFormOfAnUnknownEnding() {
    assertThatThrownBy(() -> LabelFile.of(Path.of("labels.xlsx")))
        .hasMessage(
            "labels.xlsx: name a file .csv, .jsonl or .json (COCO), or a folder without a dot");
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(dir.resolve(name), text);
  }
}
