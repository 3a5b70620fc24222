package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
)

// cluster starts a Kafka of this process, and gives a way to read one record of a topic.
func cluster(t *testing.T) (servers []string, read func(topic string) *kgo.Record) {
	fake, err := kfake.NewCluster(kfake.SeedTopics(1, "images", "predictions", "feedback"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(fake.Close)
	servers = fake.ListenAddrs()
	return servers, func(topic string) *kgo.Record {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		client, err := newClient(servers, kgo.ConsumeTopics(topic),
			kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		fetches := client.PollRecords(ctx, 1)
		if err := fetches.Err(); err != nil {
			t.Fatal(err)
		}
		return fetches.Records()[0]
	}
}

func TestSendsFilesUnderTheirPaths(t *testing.T) {
	servers, read := cluster(t)
	picture := bytes.Repeat([]byte{7}, 3<<20) // more than clients send by default
	folder := fstest.MapFS{
		"belt/17.JPG": {Data: picture},
		"notes.txt":   {Data: []byte("no image")},
	}
	if err := send(context.Background(), servers, folder); err != nil {
		t.Fatal(err)
	}
	record := read("images")
	if string(record.Key) != "belt/17.JPG" || !bytes.Equal(record.Value, picture) {
		t.Errorf("sent %d bytes as %q", len(record.Value), record.Key)
	}
}

func TestWatchesAndLabelsWithClaims(t *testing.T) {
	servers, read := cluster(t)
	const prediction = `{"image_id":"belt-17","label":null,"confidence":0,"top":[],` +
		`"model_version":"none","role":"serving","claim":{"topic":"images","partition":3,` +
		`"offset":17,"sha256":"57"},"group":null,"received_at":"2026-11-24T08:37:02.213Z",` +
		`"predicted_at":"2026-11-24T08:37:02.241Z"}`
	client, err := newClient(servers, kgo.DefaultProduceTopic("predictions"))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	sent := client.ProduceSync(context.Background(), &kgo.Record{Value: []byte(prediction)})
	if err := sent.FirstErr(); err != nil {
		t.Fatal(err)
	}
	var lines bytes.Buffer
	if err := watch(context.Background(), servers, 1, &lines); err != nil {
		t.Fatal(err)
	}
	if lines.String() != prediction+"\n" {
		t.Errorf("watched %s", lines.String())
	}

	file := filepath.Join(t.TempDir(), "predictions.jsonl")
	if err := os.WriteFile(file, lines.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	rows := bytes.NewBufferString("belt-17,washer\n")
	if err := labelAll(context.Background(), servers, rows, file); err != nil {
		t.Fatal(err)
	}
	record := read("feedback")
	var feedback Feedback
	if err := json.Unmarshal(record.Value, &feedback); err != nil {
		t.Fatal(err)
	}
	if string(record.Key) != "belt-17" || feedback.Label != "washer" || feedback.Claim.Offset != 17 {
		t.Errorf("sent %q as %q", record.Value, record.Key)
	}
}
