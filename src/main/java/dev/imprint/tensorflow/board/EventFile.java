package dev.imprint.tensorflow.board;

import com.google.protobuf.ByteString;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.zip.CRC32C;
import javax.imageio.ImageIO;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.Summary;
import org.tensorflow.proto.SummaryMetadata;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/**
 * A file of events for TensorBoard: each is a protocol buffer in TensorFlow's record format
 * (https://www.tensorflow.org/tutorials/load_data/tfrecord). Every event is on disk, as far as
 * other processes can see, when its method returns. Not thread-safe; the creator must close it.
 *
 * <p>All methods throw an IOException if the disk does not take the event.
 */
public final class EventFile implements AutoCloseable {
  private static final String FORMAT = "brain.Event:2";
  private static final int MASK = 0xa282ead8;

  private final FileChannel channel;
  private final Clock clock;

  private EventFile(FileChannel channel, Clock clock) {
    this.channel = channel;
    this.clock = clock;
  }

  /**
   * Creates a new file.
   *
   * @param directory exists; TensorBoard's run
   * @param suffix of the file's name
   */
  public static EventFile create(Path directory, String suffix, Clock clock) throws IOException {
    // TensorBoard takes files with this in their name alone, in the order of names.
    String name = "events.out.tfevents.%d.%s".formatted(clock.instant().getEpochSecond(), suffix);
    EventFile file =
        new EventFile(
            FileChannel.open(
                directory.resolve(name), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            clock);
    try {
      file.write(Event.newBuilder().setFileVersion(FORMAT));
    } catch (IOException e) {
      file.close();
      throw e;
    }
    return file;
  }

  /** A point of a curve. */
  public void scalar(String tag, long step, double value) throws IOException {
    write(step, Summary.Value.newBuilder().setTag(tag).setSimpleValue((float) value));
  }

  /**
   * A page of text.
   *
   * @param markdown as on GitHub
   */
  public void text(String tag, String markdown) throws IOException {
    write(
        0,
        Summary.Value.newBuilder()
            .setTag(tag)
            .setMetadata(plugin("text", ByteString.EMPTY))
            .setTensor(
                TensorProto.newBuilder()
                    .setDtype(DataType.DT_STRING)
                    .setTensorShape(TensorShapeProto.getDefaultInstance())
                    .addStringVal(ByteString.copyFromUtf8(markdown))));
  }

  /** A picture. */
  public void image(String tag, BufferedImage image) throws IOException {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(image, "png", png);
    write(
        0,
        Summary.Value.newBuilder()
            .setTag(tag)
            .setImage(
                Summary.Image.newBuilder()
                    .setWidth(image.getWidth())
                    .setHeight(image.getHeight())
                    .setColorspace(3)
                    .setEncodedImageString(ByteString.copyFrom(png.toByteArray()))));
  }

  /** Writes the settings that the run was started with, for the comparison of runs. */
  public void started(Map<String, String> hyperparameters) throws IOException {
    write(0, Hyperparameters.started(hyperparameters, clock.instant()));
  }

  /** How the run ended, for the comparison of runs. */
  public void ended(boolean succeeded) throws IOException {
    write(0, Hyperparameters.ended(succeeded, clock.instant()));
  }

  static SummaryMetadata plugin(String name, ByteString content) {
    return SummaryMetadata.newBuilder()
        .setPluginData(
            SummaryMetadata.PluginData.newBuilder().setPluginName(name).setContent(content))
        .build();
  }

  private void write(long step, Summary.Value.Builder value) throws IOException {
    write(Event.newBuilder().setStep(step).setSummary(Summary.newBuilder().addValue(value)));
  }

  private void write(Event.Builder event) throws IOException {
    Instant now = clock.instant();
    byte[] data = event.setWallTime(now.toEpochMilli() / 1e3).build().toByteArray();
    ByteBuffer length = buffer(Long.BYTES).putLong(0, data.length);
    ByteBuffer record =
        buffer(Long.BYTES + 2 * Integer.BYTES + data.length)
            .putLong(data.length)
            .putInt(maskedCrc(length.array()))
            .put(data)
            .putInt(maskedCrc(data))
            .flip();
    while (record.hasRemaining()) {
      channel.write(record);
    }
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int maskedCrc(byte[] data) {
    CRC32C crc = new CRC32C();
    crc.update(data);
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
