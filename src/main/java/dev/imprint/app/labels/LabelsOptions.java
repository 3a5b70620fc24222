package dev.imprint.app.labels;

import dev.imprint.app.config.ConfigException;
import dev.imprint.app.config.ImprintConfig;
import dev.imprint.app.models.ModelsOptions;
import dev.imprint.app.options.KafkaOptions;
import dev.imprint.app.service.CommandFailedException;
import dev.imprint.app.service.ModelFiles;
import dev.imprint.app.service.TopicSetup;
import dev.imprint.event.Clients;
import dev.imprint.event.Topics;
import dev.imprint.labels.LabelledSet;
import dev.imprint.model.labels.Spellings;
import dev.imprint.rollout.Models;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reading and printing shared by the commands about labels. */
public final class LabelsOptions {
  private static final int MOST_PEOPLE = 3;

  private LabelsOptions() {}

  /**
   * The labels of a service.
   *
   * @param models with what they are called now
   */
  record ServiceLabels(Clients clients, Topics topics, Models models, LabelledSet set) {}

  /**
   * @throws CommandFailedException if the topics are missing
   */
  static ServiceLabels read(ImprintConfig config) {
    Topics topics = config.topics();
    Models models = ModelsOptions.store(config).models();
    TopicSetup.require(config, topics.labels());
    Clients clients = KafkaOptions.clients(config);
    return new ServiceLabels(
        clients, topics, models, LabelledSet.read(clients, topics, models.labelChanges()));
  }

  /**
   * Labels of the head that the service started with; empty if there is none, or if this machine
   * does not have the files of the service's model: then the leader decides alone.
   */
  public static List<String> initial(ImprintConfig config) {
    try {
      return new ModelFiles(config).firstLabels();
    } catch (ConfigException e) {
      return List.of();
    }
  }

  /** Several spellings of one word, with the command that merges them into the most frequent. */
  static List<String> spellings(LabelledSet set) {
    List<String> lines = new ArrayList<>();
    for (List<String> rarestFirst : set.spellings()) {
      lines.add(
          "%s; to make one of them: imprint labels merge %s"
              .formatted(
                  Spellings.words(rarestFirst.stream().sorted().toList()),
                  rarestFirst.stream()
                      .map(LabelsOptions::quoted)
                      .collect(Collectors.joining(" "))));
    }
    return lines;
  }

  /** As an argument in a shell. */
  private static String quoted(String label) {
    return label.matches("[\\p{L}\\p{N}_.]+") ? label : "'" + label.replace("'", "'\\''") + "'";
  }

  /** The most active ones, such as {@code anna 12, ben 3 and 2 more}. */
  static String people(Map<String, Integer> counts) {
    Stream<String> first =
        counts.entrySet().stream()
            .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
            .limit(MOST_PEOPLE)
            .map(who -> who.getKey() + " " + who.getValue());
    String named = first.collect(Collectors.joining(", "));
    return counts.size() > MOST_PEOPLE
        ? "%s and %d more".formatted(named, counts.size() - MOST_PEOPLE)
        : named;
  }
}
