// Command imprint-examples sends images, watches predictions and labels images.
//
//	go run . send photos/
//	go run . watch
//	go run . label belt-17.jpg washer
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

const usage = `usage: imprint-examples [-bootstrap-server HOST:PORT] COMMAND
  send FOLDER           send its image files; ids are the paths inside the folder
  watch [-max N]        print predictions as they come, from the beginning
  label ID LABEL        say what an image shows
  label -claims FILE    label what standard input says, lines of ID,LABEL; FILE has predictions
                        as watch prints them, whose claims find images of any age`

func main() {
	servers := flag.String("bootstrap-server", "localhost:9092", "Kafka's address")
	flag.Usage = func() { fmt.Fprintln(flag.CommandLine.Output(), usage) }
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, strings.Split(*servers, ","), flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, servers, args []string) error {
	if len(args) == 0 {
		return fmt.Errorf("no command\n%s", usage)
	}
	flags := flag.NewFlagSet(args[0], flag.ContinueOnError)
	most := flags.Int("max", 0, "stop after so many predictions; 0: never")
	claims := flags.String("claims", "", "file of predictions, one JSON object a line")
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	switch {
	case args[0] == "send" && flags.NArg() == 1:
		return send(ctx, servers, os.DirFS(flags.Arg(0)))
	case args[0] == "watch" && flags.NArg() == 0:
		return watch(ctx, servers, *most, os.Stdout)
	case args[0] == "label" && flags.NArg() == 2:
		return label(ctx, servers, map[string]string{flags.Arg(0): flags.Arg(1)}, nil)
	case args[0] == "label" && flags.NArg() == 0 && *claims != "":
		return labelAll(ctx, servers, os.Stdin, *claims)
	}
	return fmt.Errorf("cannot do %q\n%s", strings.Join(args, " "), usage)
}

// A client that gives up on records that cannot be sent, rather than retrying forever.
func newClient(servers []string, options ...kgo.Opt) (*kgo.Client, error) {
	return kgo.NewClient(append(options,
		kgo.SeedBrokers(servers...),
		kgo.RecordDeliveryTimeout(30*time.Second))...)
}
