// SPDX-License-Identifier: MIT
// tcp.go - what every demo program needs: a server and a client on loopback.
package main

import (
	"fmt"
	"net"
	"os"
)

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// The port on the command line, or any free one.
func listen() net.Listener {
	port := "0"
	if len(os.Args) > 1 {
		port = os.Args[1]
	}
	listener, err := net.Listen("tcp4", "127.0.0.1:"+port)
	check(err)
	fmt.Println("server: listening on", listener.Addr())
	return listener
}

func accept(listener net.Listener) *net.TCPConn {
	conn, err := listener.Accept()
	check(err)
	return conn.(*net.TCPConn)
}

// Runs client beside the server, and waits for it at the end.
func beside(client func(address string), listener net.Listener) func() {
	done := make(chan struct{})
	go func() {
		defer close(done)
		client(listener.Addr().String())
	}()
	return func() { <-done }
}

func dial(address string) net.Conn {
	conn, err := net.Dial("tcp4", address)
	check(err)
	return conn
}
