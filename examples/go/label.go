package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/user"

	"github.com/twmb/franz-go/pkg/kgo"
)

// Feedback is a record of the topic feedback; it has a verdict or a label.
type Feedback struct {
	Label   string `json:"label,omitempty"`
	Verdict string `json:"verdict,omitempty"` // correct, incorrect, forget
	Claim   *Claim `json:"claim,omitempty"`   // finds the image however old it is
	Who     string `json:"who,omitempty"`
	Why     string `json:"why,omitempty"` // random, uncertain, wrong, other
}

// label sends labels by image id, with the claims that are known.
func label(ctx context.Context, servers []string, labels map[string]string,
	claims map[string]*Claim) error {
	client, err := newClient(servers, kgo.DefaultProduceTopic("feedback"))
	if err != nil {
		return err
	}
	defer client.Close()
	who := ""
	if current, err := user.Current(); err == nil {
		who = current.Username
	}
	var records []*kgo.Record
	for id, label := range labels {
		value, err := json.Marshal(Feedback{Label: label, Claim: claims[id], Who: who})
		if err != nil {
			return err
		}
		records = append(records, &kgo.Record{Key: []byte(id), Value: value})
	}
	if err := client.ProduceSync(ctx, records...).FirstErr(); err != nil {
		return err
	}
	fmt.Printf("sent %d labels\n", len(records))
	return nil
}

// labelAll reads lines of ID,LABEL.
func labelAll(ctx context.Context, servers []string, lines io.Reader, predictions string) error {
	claims, err := readClaims(predictions)
	if err != nil {
		return err
	}
	rows := csv.NewReader(lines)
	rows.FieldsPerRecord = 2
	all, err := rows.ReadAll()
	if err != nil {
		return err
	}
	labels := map[string]string{}
	for _, row := range all {
		labels[row[0]] = row[1]
	}
	return label(ctx, servers, labels, claims)
}

func readClaims(file string) (map[string]*Claim, error) {
	in, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	claims := map[string]*Claim{}
	for decoder := json.NewDecoder(bufio.NewReader(in)); ; {
		var prediction Prediction
		if err := decoder.Decode(&prediction); errors.Is(err, io.EOF) {
			return claims, nil
		} else if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		claims[prediction.ImageID] = prediction.Claim
	}
}
