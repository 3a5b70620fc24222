"""Imprint's peer in Python, as one who knows Kafka and TensorFlow would write it.

    python serve_saved_model.py SERVERS PREFIX FOLDER

Classifies the pictures of the topic PREFIX + images with the SavedModel in FOLDER, and writes
predictions in JSON to PREFIX + predictions, at least once. Batches of up to 32, or of 5 ms, are
decoded by a pool of threads while the batch before them is in the network.
"""
import json
import os
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
import cv2
import numpy as np
import tensorflow as tf
from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition

MOST = 32
LINGER_SECONDS = 0.005
TOP = 5


class Stopped(Exception):
    """The process was asked to end."""


class Service:
    def __init__(self, servers, prefix, folder):
        self.network = tf.saved_model.load(folder).signatures["serving_default"]
        _, self.height, self.width, _ = self.network.structured_input_signature[1]["pixels"].shape
        with open(os.path.join(folder, "labels.json"), encoding="utf-8") as file:
            self.labels = json.load(file)
        self.topic = prefix + "predictions"
        self.producer = Producer({
            "bootstrap.servers": servers, "enable.idempotence": True, "linger.ms": 1})
        self.consumer = Consumer({
            "bootstrap.servers": servers, "group.id": prefix + "python",
            "auto.offset.reset": "earliest", "enable.auto.commit": False})
        self.consumer.subscribe([prefix + "images"])

    def run(self):
        cores = os.cpu_count() or 1
        cv2.setNumThreads(1)  # each picture has a thread of its own
        before = None
        with ThreadPoolExecutor(cores) as decoders, ThreadPoolExecutor(1) as classifier:
            try:
                while True:
                    batch = self.gather()
                    pictures = [decoders.submit(self.decode, message) for message in batch]
                    if before:
                        before.result()
                    before = classifier.submit(self.classify, batch, pictures)
            finally:
                if before:
                    before.result()
                self.consumer.close()

    def gather(self):
        batch = []
        while not batch:
            batch = self.checked(self.consumer.consume(1, 1.0))
        deadline = time.monotonic() + LINGER_SECONDS
        while len(batch) < MOST and (left := deadline - time.monotonic()) > 0:
            batch += self.checked(self.consumer.consume(MOST - len(batch), left))
        return batch

    @staticmethod
    def checked(messages):
        for message in messages:
            if message.error():
                raise KafkaException(message.error())
        return messages

    def decode(self, message):
        pixels = cv2.imdecode(np.frombuffer(message.value(), np.uint8), cv2.IMREAD_COLOR_RGB)
        if pixels is None:
            raise ValueError(f"no picture: {message.topic()}, key {message.key()}")
        return cv2.resize(pixels, (self.width, self.height), interpolation=cv2.INTER_LINEAR)

    def classify(self, batch, pictures):
        pixels = tf.constant(np.stack([picture.result() for picture in pictures]))
        (probabilities,) = self.network(pixels=pixels).values()
        for message, scores in zip(batch, probabilities.numpy()):
            self.producer.produce(
                self.topic, self.prediction(message.key(), scores), message.key(),
                on_delivery=self.delivered)
        self.producer.flush()
        self.consumer.commit(offsets=self.after(batch), asynchronous=True)

    def prediction(self, key, scores):
        best = [{"label": self.labels[i], "confidence": round(float(scores[i]), 6)}
                for i in np.argsort(-scores)[:TOP]]
        return json.dumps({"image_id": key.decode(), **best[0], "top": best})

    @staticmethod
    def delivered(error, _):
        if error:
            raise KafkaException(error)

    @staticmethod
    def after(batch):
        ends = {(m.topic(), m.partition()): m.offset() + 1 for m in batch}
        return [TopicPartition(topic, partition, end) for (topic, partition), end in ends.items()]


def stop(*_):
    raise Stopped


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, stop)
    try:
        Service(*sys.argv[1:]).run()
    except Stopped:
        pass
