// SPDX-License-Identifier: MIT
// http.go - an HTTP server and the load for it, to be run under supervision.
// usage: http serve                 prints its address; ends on SIGTERM
//
//	http load ADDRESS CLIENTS REQUESTS keep|each
//	http unread                closes a connection without reading
package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func digest(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	fmt.Fprintf(w, "%s %x\n", r.URL.Path, sha256.Sum256(body))
}

// No goroutine is left of the connections, else this never returns.
func waitForGoroutines(count int) {
	for runtime.NumGoroutine() > count {
		time.Sleep(time.Millisecond)
	}
}

func serve() {
	var served atomic.Int64
	end := make(chan os.Signal, 1)
	signal.Notify(end, syscall.SIGTERM)
	idle := runtime.NumGoroutine()
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	check(err)
	server := &http.Server{Handler: http.HandlerFunc(
		func(w http.ResponseWriter, r *http.Request) {
			served.Add(1)
			digest(w, r)
		})}
	fmt.Println(listener.Addr())
	go server.Serve(listener)
	<-end
	check(server.Shutdown(context.Background()))
	waitForGoroutines(idle)
	fmt.Println("served", served.Load())
}

// What request number n sends: up to 8 KiB, so that some take several writes.
func bodyOf(n int) []byte {
	return bytes.Repeat([]byte(strconv.Itoa(n)), n%2048)
}

func ask(client *http.Client, address string, n int) error {
	body := bodyOf(n)
	path := "/" + strconv.Itoa(n)
	answer, err := client.Post("http://"+address+path, "text/plain",
		bytes.NewReader(body))
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	got, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if want := fmt.Sprintf("%s %x\n", path, sha256.Sum256(body)); string(got) != want {
		return fmt.Errorf("%s: got %q", path, got)
	}
	return nil
}

func load(address string, clients, requests int, keep bool) {
	var wrong atomic.Int64
	var all sync.WaitGroup
	begin := time.Now()
	for c := 0; c < clients; c++ {
		all.Add(1)
		go func(c int) {
			defer all.Done()
			client := &http.Client{Transport: &http.Transport{
				DisableKeepAlives: !keep}}
			defer client.CloseIdleConnections()
			for i := 0; i < requests; i++ {
				if err := ask(client, address, c*requests+i); err != nil {
					fmt.Fprintln(os.Stderr, err)
					wrong.Add(1)
				}
			}
		}(c)
	}
	all.Wait()
	took := time.Since(begin).Nanoseconds()
	fmt.Println("wrong", wrong.Load())
	fmt.Println("request", took/int64(clients*requests))
}

func closeUnread(listener net.Listener) {
	conn, err := listener.Accept()
	check(err)
	one := make([]byte, 1)
	_, err = conn.Read(one)
	check(err)
	conn.Close()
}

func unread() {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	check(err)
	conn, err := net.Dial("tcp4", listener.Addr().String())
	check(err)
	conn.Write([]byte("more than one"))
	closeUnread(listener)
	conn.Close()
}

func main() {
	if len(os.Args) == 2 && os.Args[1] == "unread" {
		unread()
		return
	}
	if len(os.Args) == 2 && os.Args[1] == "serve" {
		serve()
		return
	}
	if len(os.Args) != 6 || os.Args[1] != "load" {
		check(fmt.Errorf("usage: http serve | http load ADDRESS CLIENTS REQUESTS keep|each"))
	}
	clients, err := strconv.Atoi(os.Args[3])
	check(err)
	requests, err := strconv.Atoi(os.Args[4])
	check(err)
	load(os.Args[2], clients, requests, os.Args[5] == "keep")
}
