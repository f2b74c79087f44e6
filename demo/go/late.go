// SPDX-License-Identifier: MIT
// late.go - story 3: the server writes one second after the client closed.
package main

import (
	"fmt"
	"net"
	"time"
)

func client(address string) {
	conn := dial(address)
	line := make([]byte, 64)
	n, err := conn.Read(line)
	check(err)
	fmt.Printf("client: got %q, closing\n", line[:n])
	conn.Close()
}

func answer(conn net.Conn, text string) {
	if _, err := conn.Write([]byte(text)); err != nil {
		fmt.Println("server:", err)
	} else {
		fmt.Printf("server: wrote %q\n", text)
	}
}

func main() {
	listener := listen()
	wait := beside(client, listener)
	conn := accept(listener)
	answer(conn, "working on it")
	time.Sleep(time.Second) // the work, longer than the client's patience
	answer(conn, "here it is")
	// The first write is accepted; that it was in vain shows later.
	time.Sleep(100 * time.Millisecond)
	answer(conn, "that was all")
	conn.Close()
	wait()
}
