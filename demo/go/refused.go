// SPDX-License-Identifier: MIT
// refused.go - story 1: the client asks twice; then nobody listens any more.
package main

import (
	"fmt"
	"io"
	"net"
)

func client(address string) {
	conn := dial(address)
	// To end of file: then the server has closed its port too.
	answer, _ := io.ReadAll(conn)
	fmt.Printf("client: got %s", answer)
	conn.Close()

	fmt.Println("client: asking once more")
	_, err := net.Dial("tcp4", address)
	fmt.Println("client:", err)
}

func main() {
	listener := listen()
	wait := beside(client, listener)
	conn := accept(listener)
	fmt.Println("server: one client is enough, closing the port")
	listener.Close()
	conn.Write([]byte("last order!\n"))
	conn.Close()
	wait()
}
