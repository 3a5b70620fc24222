"""Reads the trainings under data/runs with TensorBoard's own reader: read_runs RUNS_FOLDER."""

import sys
from pathlib import Path

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams import plugin_data_pb2

runs = sorted(Path(sys.argv[1]).iterdir())
assert runs, "no training has left a run"
for run in runs:
    events = EventAccumulator(str(run), size_guidance={"tensors": 0, "scalars": 0}).Reload()
    tags = events.Tags()
    losses = [e.value for e in events.Scalars("fit/loss")]
    assert len(losses) > 1 and losses[-1] < losses[0], losses
    (accuracy,) = events.Scalars("unseen/accuracy")
    assert 0 <= accuracy.value <= 1, accuracy
    for tag in ("verdict", "labels", "confusion"):
        assert tag in tags["tensors"], f"{tag} is not in {tags}"
    start = plugin_data_pb2.HParamsPluginData.FromString(
        events.SummaryMetadata("_hparams_/session_start_info").plugin_data.content)
    assert start.session_start_info.hparams["learning_rate"].number_value > 0, start
    end = plugin_data_pb2.HParamsPluginData.FromString(
        events.SummaryMetadata("_hparams_/session_end_info").plugin_data.content)
    assert end.session_end_info.status == 1, end
    print(f"{run.name}: {len(losses)} epochs, loss {losses[-1]:.4f}, accuracy {accuracy.value:.3f}")
