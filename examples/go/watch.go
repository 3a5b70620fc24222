package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// Prediction is a record of the topic predictions, as JSON.
type Prediction struct {
	ImageID      string    `json:"image_id"`
	Label        *string   `json:"label"` // nil without a model, or below the threshold
	Confidence   float32   `json:"confidence"`
	Top          []Score   `json:"top"`
	ModelVersion string    `json:"model_version"`
	Role         string    `json:"role"`
	Claim        *Claim    `json:"claim"`
	Group        *string   `json:"group"`
	ReceivedAt   time.Time `json:"received_at"`
	PredictedAt  time.Time `json:"predicted_at"`
}

// Score is a label with its probability.
type Score struct {
	Label      string  `json:"label"`
	Confidence float32 `json:"confidence"`
}

// Claim is the position of an image's record.
type Claim struct {
	Topic     string `json:"topic"`
	Partition int32  `json:"partition"`
	Offset    int64  `json:"offset"`
	SHA256    string `json:"sha256"`
}

// watch prints predictions as JSON lines, until it has printed most of them or ctx ends.
func watch(ctx context.Context, servers []string, most int, out io.Writer) error {
	client, err := newClient(servers,
		kgo.ConsumeTopics("predictions"),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.FetchIsolationLevel(kgo.ReadCommitted())) // hides the output of aborted transactions
	if err != nil {
		return err
	}
	defer client.Close()
	for count := 0; most == 0 || count < most; {
		fetches := client.PollFetches(ctx)
		if errors.Is(ctx.Err(), context.Canceled) {
			return nil // Ctrl-C
		}
		if err := fetches.Err(); err != nil {
			return err
		}
		for _, record := range fetches.Records() {
			var prediction Prediction
			if err := json.Unmarshal(record.Value, &prediction); err != nil {
				return fmt.Errorf("%s@%d is not a prediction: %w", record.Topic, record.Offset, err)
			}
			line, err := json.Marshal(prediction)
			if err != nil {
				return err
			}
			fmt.Fprintf(out, "%s\n", line)
			if count++; count == most {
				break
			}
		}
	}
	return nil
}
