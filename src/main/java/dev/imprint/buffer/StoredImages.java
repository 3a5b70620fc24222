package dev.imprint.buffer;

import dev.imprint.event.Clients;
import dev.imprint.event.IncomingImage;
import dev.imprint.event.RecordReader;
import dev.imprint.event.Sha256;
import dev.imprint.model.RejectedException;
import dev.imprint.model.backbone.Backbone;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.model.backbone.ProbedDecoder;
import dev.imprint.model.backbone.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Pictures without labels that a version learned from, as far as they are still on the topic. */
public record StoredImages(Clients clients, String topic) {

  /**
   * Embeds them again, in this thread.
   *
   * @param past without embeddings
   * @param missing receives why one cannot be learned from again, by image id, to follow the id in
   *     a sentence
   * @throws org.apache.kafka.common.KafkaException if Kafka does not answer
   */
  public List<UnlabelledPicture> embed(
      Backbone backbone, List<UnlabelledPicture> past, Map<String, String> missing) {
    List<UnlabelledPicture> embedded = new ArrayList<>();
    try (RecordReader records = new RecordReader(clients, topic)) {
      ProbedDecoder decoder = new ProbedDecoder(backbone.decoder());
      for (UnlabelledPicture picture : past) {
        byte[] file = read(records, picture);
        if (file == null) {
          missing.put(picture.imageId(), "is no longer on the topic " + topic);
          continue;
        }
        try {
          Pixels pixels = decoder.decode(file, View.ORIGINAL);
          float[] embedding = backbone.embedEach(List.of(pixels))[0];
          if (Embedder.isFinite(embedding)) {
            embedded.add(picture.embeddedAs(Embedding.of(embedding, backbone.layers())));
            continue;
          }
        } catch (RejectedException e) {
          // said below
        }
        missing.put(picture.imageId(), "has a picture that cannot be embedded");
      }
    }
    return embedded;
  }

  private static byte @Nullable [] read(RecordReader records, UnlabelledPicture picture) {
    ConsumerRecord<byte[], byte[]> record =
        records.read(picture.at().partition(), picture.at().offset());
    try {
      byte[] file = record == null ? null : IncomingImage.of(record).picture();
      return file == null || !Sha256.hex(file).equals(picture.sha256()) ? null : file;
    } catch (RejectedException e) {
      return null;
    }
  }
}
