// SPDX-License-Identifier: MIT
// linger.go - story 5: avoids TIME_WAIT, at the price of the answer.
package main

import (
	"fmt"
	"io"
)

func client(address string) {
	conn := dial(address)
	answer, err := io.ReadAll(conn)
	fmt.Printf("client: got %d bytes: %v\n", len(answer), err)
	conn.Close()
}

func main() {
	listener := listen()
	wait := beside(client, listener)
	conn := accept(listener)
	conn.SetLinger(0)
	n, err := conn.Write(make([]byte, 256*1024))
	check(err)
	fmt.Printf("server: wrote %d bytes, closing at once\n", n)
	conn.Close() // what is still in the send queue is thrown away
	wait()
}
