package main

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"sync"

	"github.com/twmb/franz-go/pkg/kgo"
)

// By default, the client refuses records over 1 MB.
const maxRecordBytes = 9 << 20

// send sends all image files under a folder. Their ids are their paths in it.
func send(ctx context.Context, servers []string, folder fs.FS) error {
	client, err := newClient(servers,
		kgo.DefaultProduceTopic("images"),
		kgo.ProducerBatchMaxBytes(maxRecordBytes),
		kgo.MaxBufferedBytes(64<<20)) // Produce waits while this much is in flight
	if err != nil {
		return err
	}
	defer client.Close()
	var first error
	var once sync.Once
	count := 0
	err = fs.WalkDir(folder, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !isImage(name) {
			return err
		}
		file, err := fs.ReadFile(folder, name)
		if err != nil {
			return err
		}
		count++
		client.Produce(ctx, &kgo.Record{Key: []byte(name), Value: file},
			func(record *kgo.Record, err error) {
				if err != nil {
					once.Do(func() { first = fmt.Errorf("%s: %w", record.Key, err) })
				}
			})
		return nil
	})
	if err != nil {
		return err
	}
	if err := client.Flush(ctx); err != nil { // no callback runs after it
		return err
	}
	if first == nil {
		fmt.Printf("sent %d images\n", count)
	}
	return first
}

func isImage(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp":
		return true
	}
	return false
}
