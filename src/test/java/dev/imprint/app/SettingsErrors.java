package dev.imprint.app;

import static dev.imprint.app.UserError.error;
import static dev.imprint.terminal.ExitCodes.FAILED;
import static dev.imprint.terminal.ExitCodes.WRONG_USAGE;

import java.util.stream.Stream;

/** Mistakes in settings and files. */
final class SettingsErrors {
  private SettingsErrors() {}

  static Stream<UserError> all() {
    String kafka = " --http-port 0 --bootstrap-server {kafka}";
    return Stream.of(
        error(
            "a key that is misspelt",
            "serve --config {dir}/typo.yaml",
            WRONG_USAGE,
            "typo.yaml:1:11: unknown key serving.max_bach; did you mean serving.max_batch?"),
        error(
            "a value of the wrong type",
            "serve --config {dir}/type.yaml",
            WRONG_USAGE,
            "type.yaml:1:11: serving.max_batch is many: set a whole number"),
        error(
            "a negative number",
            "serve --config {dir}/negative.yaml",
            WRONG_USAGE,
            "negative.yaml:1:11: serving.threads is -1: set 1 to 64"),
        error(
            "broken YAML",
            "serve --config {dir}/broken.yaml",
            WRONG_USAGE,
            "broken.yaml:3:2: while parsing a block mapping, expected",
            "check the colons, quotes and indentation"),
        error(
            "a variable that is not set",
            "serve --config {dir}/variable.yaml",
            WRONG_USAGE,
            "variable.yaml:1:9: ${env:NO_SUCH_KAFKA}: the variable is not set; export"),
        error(
            "settings that are not there",
            "watch --config nowhere.yaml",
            WRONG_USAGE,
            "no such file"),
        error(
            "a port in use",
            "serve --data {dir}/data --bootstrap-server {kafka} --http-port {taken}",
            FAILED,
            "cannot listen on 127.0.0.1:{taken}, which may be in use: stop the other process, or"
                + " set http.port"),
        error(
            "the embedded broker's port in use",
            "serve --data {dir}/data --embedded --bootstrap-port {taken}",
            FAILED,
            "port {taken} on 127.0.0.1 is in use; choose another with --bootstrap-port"),
        error(
            "data that cannot be written",
            "serve --data {dir}/belt.png/data" + kafka,
            FAILED,
            "data is {dir}/belt.png/data: cannot write to it",
            "choose another directory with --data"),
        error(
            "two services with one data directory",
            "serve --data {dir}/used" + kafka,
            FAILED,
            "data directory '{dir}/used' is in use by another process; stop it, or set data to"),
        error(
            "a description of a backbone that is not there",
            "serve --data {dir}/data --config {dir}/no-yaml.yaml" + kafka,
            WRONG_USAGE,
            "backbone is nowhere.yaml: there is no backbone description nowhere.yaml; name a YAML"),
        error(
            "a description of a backbone that is not there, asking doctor",
            "doctor --config {dir}/no-yaml.yaml --bootstrap-server {kafka}",
            FAILED,
            "backbone is nowhere.yaml: there is no backbone description nowhere.yaml; name a YAML",
            "topic images, "),
        error(
            "a picture as backbone",
            "serve --data {dir}/data --config {dir}/picture.yaml" + kafka,
            WRONG_USAGE,
            "belt.png: this is neither a .keras file (a zip archive) nor an .h5 file: save the model"),
        error(
            "a backbone that was cut",
            "serve --data {dir}/data --config {dir}/cut.yaml" + kafka,
            WRONG_USAGE,
            "cut.keras: the zip archive is damaged",
            "copy the file again, or save the model again"),
        error(
            "a SavedModel as backbone",
            "serve --data {dir}/data --config {dir}/saved.yaml" + kafka,
            WRONG_USAGE,
            "is a directory. SavedModels are not read, because calling one can write files and run code.",
            "model.save(\"model.keras\")"),
        error(
            "a SavedModel's file as backbone",
            "serve --data {dir}/data --config {dir}/frozen.yaml" + kafka,
            WRONG_USAGE,
            "colors.pb is a .pb file. SavedModels are not read"),
        error(
            "fewer labels than the classifier tells apart",
            "serve --data {dir}/data --config {dir}/two-labels.yaml" + kafka,
            WRONG_USAGE,
            "colors.keras: labels: there are 2, but the network has 3 outputs: list one for each"),
        error(
            "a label twice",
            "serve --data {dir}/data --config {dir}/same-labels.yaml" + kafka,
            WRONG_USAGE,
            "labels has 'red' twice, as numbers 1 and 3: give them different names"),
        error(
            "a file of labels that is not there",
            "serve --data {dir}/data --config {dir}/no-labels.yaml" + kafka,
            WRONG_USAGE,
            "no-labels-backbone.yaml: labels: file:",
            "names.txt cannot be read"),
        error(
            "a file of labels that is empty",
            "serve --data {dir}/data --config {dir}/empty-labels.yaml" + kafka,
            WRONG_USAGE,
            "empty.txt is empty; write one label per line, or remove labels"),
        error(
            "a backbone's file that is not there",
            "serve --data {dir}/data --config {dir}/lost.yaml" + kafka,
            WRONG_USAGE,
            "lost.keras cannot be read: correct 'file' in its YAML"),
        error(
            "a next backbone that is not there",
            "serve --data {dir}/data --config {dir}/no-next.yaml" + kafka,
            WRONG_USAGE,
            "next_backbone is nowhere.yaml: there is no backbone description nowhere.yaml"),
        error(
            "a next backbone that was cut",
            "serve --data {dir}/data --config {dir}/next-cut.yaml" + kafka,
            WRONG_USAGE,
            "next_backbone is {dir}/cut-backbone.yaml: ",
            "the zip archive is damaged"),
        error(
            "a next backbone that is the one at work",
            "serve --data {dir}/data --config {dir}/next-same.yaml" + kafka,
            WRONG_USAGE,
            "that is the current backbone; set it to null"),
        error(
            "a picture as head",
            "serve --data {dir}/data --head {dir}/belt.png" + kafka,
            WRONG_USAGE,
            "serving.head is {dir}/belt.png: not a head file, or one that is cut off",
            "name a file made for this backbone, or remove the setting"),
        error(
            "a head of another backbone",
            "serve --data {dir}/data --config {dir}/centered.yaml --head {dir}/belt.head" + kafka,
            WRONG_USAGE,
            "the head was trained on backbone ad4510038f6a",
            "train it again"));
  }
}
