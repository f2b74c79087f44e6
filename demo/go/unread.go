// SPDX-License-Identifier: MIT
// unread.go - story 4: the server answers before it has read the request.
package main

import (
	"fmt"
	"io"
)

func client(address string) {
	conn := dial(address)
	request := "PUT /photo 11\n\n\nhello world"
	conn.Write([]byte(request))
	fmt.Printf("client: sent %d bytes\n", len(request))
	answer, err := io.ReadAll(conn)
	fmt.Printf("client: got %q: %v\n", answer, err)
	conn.Close()
}

func main() {
	listener := listen()
	wait := beside(client, listener)
	conn := accept(listener)
	head := make([]byte, 16)
	n, err := conn.Read(head)
	check(err)
	fmt.Printf("server: read %d bytes, answering and closing\n", n)
	conn.Write([]byte("413 too large\n"))
	conn.Close() // the rest of the request is still in the queue
	wait()
}
