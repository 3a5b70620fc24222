package dev.imprint.benchmark;

import dev.imprint.event.HeadFile;
import dev.imprint.event.Json;
import dev.imprint.event.Topics;
import dev.imprint.model.RejectedException;
import dev.imprint.model.head.DenseHead;
import dev.imprint.model.head.Score;
import dev.imprint.tensorflow.BackboneDescription;
import dev.imprint.tensorflow.KerasBackbone;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;

/**
 * Imprint's peer in Kafka Streams: the usual application, which classifies one record at a time, at
 * least once. It has Imprint's decoder and network, and a thread per core.
 */
public final class StreamsPeerApplication {
  private static final int TOP = 5;

  private final KerasBackbone backbone;
  private final DenseHead head;

  private StreamsPeerApplication(KerasBackbone backbone, DenseHead head) {
    this.backbone = backbone;
    this.head = head;
  }

  /** The answer in JSON. */
  private record Answer(String imageId, String label, float confidence, List<Score> top) {}

  /**
   * @param args Kafka's servers, the topics' prefix, a head's file, and a folder for state
   */
  public static void main(String[] args) throws Exception {
    Topics topics = new Topics(args[1]);
    DenseHead head = HeadFile.read(Path.of(args[2])).head();
    KerasBackbone backbone =
        KerasBackbone.open(
            BackboneDescription.bundled().lastLayerAlone(), TensorFlowConfig.DEFAULT);
    Topology topology = new StreamsPeerApplication(backbone, head).topology(topics);
    KafkaStreams streams = new KafkaStreams(topology, settings(args[0], topics, args[3]));
    streams.setUncaughtExceptionHandler(
        failure -> StreamThreadExceptionResponse.SHUTDOWN_APPLICATION);
    Runtime.getRuntime().addShutdownHook(new Thread(streams::close));
    streams.start();
  }

  private static StreamsConfig settings(String servers, Topics topics, String state) {
    return new StreamsConfig(
        Map.of(
            StreamsConfig.APPLICATION_ID_CONFIG,
            topics.prefix() + "streams",
            StreamsConfig.BOOTSTRAP_SERVERS_CONFIG,
            servers,
            StreamsConfig.STATE_DIR_CONFIG,
            state,
            StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
            StreamsConfig.AT_LEAST_ONCE,
            StreamsConfig.NUM_STREAM_THREADS_CONFIG,
            Runtime.getRuntime().availableProcessors(),
            // Kafka Streams' default would hold each answer back for 100 ms.
            ProducerConfig.LINGER_MS_CONFIG,
            0));
  }

  private Topology topology(Topics topics) {
    StreamsBuilder builder = new StreamsBuilder();
    builder.stream(topics.images(), Consumed.with(Serdes.String(), Serdes.ByteArray()))
        .mapValues(this::classified)
        .to(topics.predictions(), Produced.with(Serdes.String(), Serdes.ByteArray()));
    return builder.build();
  }

  private byte[] classified(String id, byte[] picture) {
    try {
      float[][] embedding = backbone.embed(List.of(backbone.decoder().decode(picture)));
      List<Score> top = head.top(head.probabilities(embedding)[0], TOP);
      Score best = top.get(0);
      return Json.encode(new Answer(id, best.label(), best.confidence(), top));
    } catch (RejectedException e) {
      throw new IllegalArgumentException("no picture: " + id, e);
    }
  }
}
