// A stand-in for an app: it needs START_SECONDS to open its port, and dies at once when told to stop, whatever it was
// doing. With the argument "pause" it does nothing but hold a pod's sandbox.
package main

import (
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"
)

func main() {
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	go func() {
		<-stop
		os.Exit(0)
	}()
	if len(os.Args) > 1 && os.Args[1] == "pause" {
		select {}
	}
	seconds, err := strconv.Atoi(os.Getenv("START_SECONDS"))
	if err != nil {
		seconds = 4
	}
	time.Sleep(time.Duration(seconds) * time.Second)
	name, _ := os.Hostname()
	http.HandleFunc("/", func(answer http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(answer, name)
	})
	fmt.Fprintln(os.Stderr, http.ListenAndServe(":8080", nil))
	os.Exit(1)
}
