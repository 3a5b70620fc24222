package dev.imprint.runs;

import dev.imprint.augmentation.ContactSheet;
import dev.imprint.buffer.BufferPictures;
import dev.imprint.buffer.DecodedPicture;
import dev.imprint.buffer.Example;
import dev.imprint.buffer.ViewsToEmbed;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.training.Candidate;
import dev.imprint.training.evaluation.Mistake;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sheets for people: some of the views that a training showed, beside their pictures, and the
 * pictures that its head was most confidently wrong about. A failure is logged, and disturbs no
 * training.
 *
 * @param stored to read them back from
 */
public record TrainingSheets(TrainingRuns runs, BufferPictures stored) {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingSheets.class);

  private static final int SIDE = 160;
  private static final int PICTURES_WITH_VIEWS = 8;
  private static final int MISTAKES_A_ROW = 6;

  /** Draws and records them. */
  public void record(TrainingLog log, ViewsToEmbed views, Candidate candidate) {
    if (!log.isRecorded()) {
      return;
    }
    Set<String> shown = new HashSet<>();
    try {
      views(log, views, shown);
      mistakes(log, candidate.mistakes(), shown);
    } catch (RuntimeException e) { // Kafka, or the decoder
      LOG.warn("Cannot draw pictures of this training: {}", e.toString());
    } finally {
      runs.remove(stored.gone(shown)); // deleted meanwhile, maybe before being drawn
    }
  }

  private void views(TrainingLog log, ViewsToEmbed views, Set<String> shown) {
    List<Example> some =
        views.examples().subList(0, Math.min(PICTURES_WITH_VIEWS, views.examples().size()));
    Map<String, DecodedPicture> pictures = stored.decoded(some);
    List<List<Pixels>> rows = new ArrayList<>();
    Set<String> digests = new HashSet<>();
    for (Example example : some) {
      DecodedPicture picture = pictures.get(example.imageId());
      if (picture != null) {
        List<Pixels> row = new ArrayList<>(List.of(picture.pixels()));
        views
            .recipe()
            .views(picture.sha256(), views.each())
            .forEach(view -> row.add(view.of(picture.pixels())));
        rows.add(row);
        digests.add(picture.sha256());
      }
    }
    sheet(log, "views", rows, digests, shown);
  }

  private void mistakes(TrainingLog log, List<Mistake> mistakes, Set<String> shown) {
    Map<String, DecodedPicture> pictures =
        stored.decoded(mistakes.stream().map(Mistake::example).toList());
    List<Mistake> there =
        mistakes.stream()
            .filter(mistake -> pictures.containsKey(mistake.example().imageId()))
            .toList();
    List<List<Pixels>> rows = new ArrayList<>();
    Set<String> digests = new HashSet<>();
    for (Mistake mistake : there) {
      DecodedPicture picture = pictures.get(mistake.example().imageId());
      if (picture != null) {
        if (digests.size() % MISTAKES_A_ROW == 0) {
          rows.add(new ArrayList<>());
        }
        rows.get(rows.size() - 1).add(picture.pixels());
        digests.add(picture.sha256());
      }
    }
    sheet(log, "mistakes", rows, digests, shown);
    log.mistakes(there);
  }

  private static void sheet(
      TrainingLog log,
      String tag,
      List<List<Pixels>> rows,
      Set<String> digests,
      Set<String> shown) {
    if (!rows.isEmpty()) {
      shown.addAll(digests);
      BufferedImage sheet = ContactSheet.of(rows, SIDE);
      log.sheet(tag, sheet, digests);
    }
  }
}
