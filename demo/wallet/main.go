// A wallet without hands: the real IRMA app's library, told by a command line what a person would tap.
//
//	wallet --storage DIR --schemes DIR [--refuse|--withhold] [--deadline 30s] issue|disclose < session-pointer.json
//
// It reads the session pointer ({"u":…,"irmaqr":…}) from standard input and prints one JSON line for each thing that
// happens; the last line is `done`, `cancelled` or `failed`. Exit code: 0 done, 3 cancelled, 1 failed, 2 wrong use.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	irma "github.com/privacybydesign/irmago"
	"github.com/privacybydesign/irmago/irmaclient"
	"github.com/sirupsen/logrus"
)

// Event is one line of output.
type Event struct {
	Event     string `json:"event"`               // permission, pairing, done, cancelled, failed
	Code      string `json:"code,omitempty"`      // pairing: what the person must type in the browser
	ReturnURL string `json:"returnUrl,omitempty"` // done: where the app goes next; here a tel: URL
	Reason    string `json:"reason,omitempty"`    // failed
}

var exitCodes = map[string]int{"done": 0, "failed": 1, "cancelled": 3}

func main() {
	storage := flag.String("storage", "", "folder of this wallet; made when it is not there")
	schemes := flag.String("schemes", "", "folder with signed schemes")
	refuse := flag.Bool("refuse", false, "decline when asked for permission")
	withhold := flag.Bool("withhold", false, "agree, but show one attribute less than asked")
	deadline := flag.Duration("deadline", 30*time.Second, "give up after this long")
	flag.Parse()
	verb := flag.Arg(0)
	if *storage == "" || *schemes == "" || flag.NArg() != 1 || (verb != "issue" && verb != "disclose") {
		fmt.Fprintln(os.Stderr, "usage: wallet --storage DIR --schemes DIR [--refuse|--withhold] [--deadline 30s] issue|disclose < pointer.json")
		os.Exit(2)
	}

	// Only the reason of the last line matters to whoever started us; the library would add stack traces.
	irma.SetLogger(&logrus.Logger{Out: io.Discard, Formatter: &logrus.TextFormatter{}, Hooks: make(logrus.LevelHooks), Level: logrus.PanicLevel})
	last, err := session(*storage, *schemes, *deadline, &person{verb: verb, refuse: *refuse, withhold: *withhold, ended: make(chan Event, 1)})
	if err != nil {
		last = Event{Event: "failed", Reason: err.Error()}
	}
	say(last)
	os.Exit(exitCodes[last.Event])
}

// session does one session, and returns how it ended.
func session(storage, schemes string, deadline time.Duration, person *person) (Event, error) {
	pointer, err := io.ReadAll(os.Stdin)
	if err != nil {
		return Event{}, err
	}
	if err := os.MkdirAll(storage, 0o700); err != nil {
		return Event{}, err
	}
	// The storage is encrypted with a key that a phone keeps in its hardware. Invented persons need no secret.
	client, err := irmaclient.New(storage, schemes, &bystander{}, noSigner{}, [32]byte{})
	if err != nil {
		return Event{}, fmt.Errorf("the wallet at %s can't be opened: %w", storage, err)
	}
	defer client.Close()
	client.SetPreferences(irmaclient.Preferences{DeveloperMode: true}) // allows http

	dismisser := client.NewSession(string(pointer), person)
	select {
	case last := <-person.ended:
		if last.Event != "done" {
			// The library tells the server in the background that the session is over; leaving at once would cut that off.
			awaitDeleted(pointer, time.Second)
		}
		return last, nil
	case <-time.After(deadline):
		if dismisser != nil {
			dismisser.Dismiss()
			awaitDeleted(pointer, time.Second)
		}
		return Event{}, errors.New("the session did not end in time")
	}
}

// awaitDeleted waits until the server says that the session is over, or patience is.
func awaitDeleted(pointer []byte, patience time.Duration) {
	qr := &irma.Qr{}
	if json.Unmarshal(pointer, qr) != nil || qr.Validate() != nil {
		return
	}
	transport := irma.NewHTTPTransport(qr.URL, false)
	for until := time.Now().Add(patience); time.Now().Before(until); time.Sleep(10 * time.Millisecond) {
		var status irma.ServerStatus
		if err := transport.Get("status", &status); err != nil || status.Finished() {
			return
		}
	}
}

func say(event Event) {
	line, _ := json.Marshal(event) // strings only: can't fail
	fmt.Println(string(line))
}
