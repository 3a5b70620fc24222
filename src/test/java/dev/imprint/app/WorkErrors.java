package dev.imprint.app;

import static dev.imprint.app.UserError.error;
import static dev.imprint.terminal.ExitCodes.FAILED;
import static dev.imprint.terminal.ExitCodes.REFUSED;
import static dev.imprint.terminal.ExitCodes.WRONG_USAGE;

import java.util.stream.Stream;

/** Mistakes with images, labels and versions. */
final class WorkErrors {
  private WorkErrors() {}

  static Stream<UserError> all() {
    String kafka = " --bootstrap-server {kafka}";
    return Stream.of(
        error(
            "an image that is too large",
            "send {dir}/belt.png --config {dir}/small.yaml" + kafka,
            FAILED,
            "belt.png: not sent: ",
            "more than images.max_bytes (50): make it smaller, or raise images.max_bytes"),
        error(
            "an image that is larger than its topic takes",
            "send {dir}/noise.png --config {dir}/narrow.yaml" + kafka,
            FAILED,
            "noise.png: not sent: Kafka: too large for its topic",
            "raise the topic's max.message.bytes"),
        error(
            "a file that is no image",
            "send {dir}/typo.yaml" + kafka,
            FAILED,
            "typo.yaml: not sent: not an image: convert it to JPEG, PNG, WebP, GIF or BMP"),
        error(
            "a file that is not there",
            "send {dir}/nowhere.jpg" + kafka,
            FAILED,
            "{dir}/nowhere.jpg: no such file or folder; name image files"),
        error(
            "an empty folder to send",
            "send {dir}/empty" + kafka,
            FAILED,
            "{dir}/empty: the folder is empty; name image files, or a folder of them"),
        error(
            "an empty folder to evaluate",
            "evaluate {dir}/empty" + kafka,
            FAILED,
            "{dir}/empty: the folder is empty"),
        error(
            "an estimate of the backbone that is at work",
            "backbone estimate {dir}/same-backbone.yaml" + kafka,
            FAILED,
            "is the backbone already configured: name the next one"),
        error(
            "an estimate of a backbone without a description",
            "backbone estimate {dir}/whole.keras" + kafka,
            FAILED,
            "whole.yaml is missing: write it with 'imprint backbone inspect --write'"),
        error(
            "an estimate of a backbone whose file is not there",
            "backbone estimate {dir}/lost-backbone.yaml" + kafka,
            FAILED,
            "lost.keras cannot be read: correct 'file' in its YAML"),
        error(
            "an estimate of a classifier that tells apart more",
            "backbone estimate {dir}/two-labels-backbone.yaml" + kafka,
            FAILED,
            "colors.keras: labels: there are 2, but the network has 3 outputs: list one for each"),
        error(
            "an evaluation without a version",
            "evaluate {dir}/photos" + kafka,
            FAILED,
            "no version serves yet: send labels, then 'imprint retrain --wait'"),
        error(
            "a version that is not there",
            "models promote v9-12345678" + kafka,
            REFUSED,
            "refused: there is no version yet: train one with 'imprint retrain'"),
        error(
            "a rollback to nothing",
            "models rollback" + kafka,
            REFUSED,
            "refused: nothing has been rolled out yet: train a version"),
        error(
            "a promotion on a backbone whose file is not there",
            "models promote v1-12345678 --config {dir}/lost.yaml" + kafka,
            WRONG_USAGE,
            "backbone is {dir}/lost-backbone.yaml: the backbone's file ",
            "lost.keras cannot be read: correct 'file' in its YAML"),
        error(
            "a rollback on a backbone that was cut",
            "models rollback --config {dir}/cut-whole.yaml" + kafka,
            WRONG_USAGE,
            "backbone is {dir}/cut-whole-backbone.yaml: ",
            "cut.keras: the zip archive is damaged",
            "copy the file again, or save the model again"),
        error(
            "a training without a service",
            "retrain --wait --timeout 1" + kafka,
            FAILED,
            "no answer after 1 s: is a service running (imprint serve)?"),
        error(
            "an empty label", "label belt-1 ''" + kafka, WRONG_USAGE, "IMAGE_ID or LABEL is empty"),
        error(
            "a rate below zero",
            "send --rate -5 {dir}/belt.png",
            WRONG_USAGE,
            "--rate is -5.0: set more than 0"),
        error(
            "no partitions",
            "topics create --partitions 0",
            WRONG_USAGE,
            "--partitions is 0: set 1"));
  }
}
