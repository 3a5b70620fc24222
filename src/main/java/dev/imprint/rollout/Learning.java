package dev.imprint.rollout;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imprint.event.HeadFile;
import dev.imprint.model.Head;
import dev.imprint.model.ModelVersion;
import dev.imprint.training.Buffer;
import dev.imprint.training.BufferSnapshot;
import dev.imprint.training.Candidate;
import dev.imprint.training.Example;
import dev.imprint.training.Split;
import dev.imprint.training.TooFewLabelsException;
import dev.imprint.training.Trainer;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Learns from the buffer: what the leader asks for, made of buffer, trainer and published heads. */
public final class Learning implements Retraining {
}
