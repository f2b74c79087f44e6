// SPDX-License-Identifier: MIT
// keepalive.go - story 2: the server keeps a session whose client has left.
package main

import (
	"fmt"
	"os"
	"time"
)

// Longer than the first probe takes, and than the kernel remembers the client.
func patience() time.Duration {
	if os.Getenv("DEMO_ISOLATED") != "" {
		return 3 * time.Second
	}
	return 64 * time.Second
}

func client(address string) {
	conn := dial(address)
	conn.Write([]byte("alice"))
	fmt.Println("client: logged in, and leaving")
	conn.Close()
}

func main() {
	listener := listen()
	wait := beside(client, listener)
	conn := accept(listener)
	conn.SetKeepAlive(true)
	conn.SetKeepAlivePeriod(2 * time.Second)
	login := make([]byte, 64)
	n, err := conn.Read(login)
	check(err)
	fmt.Printf("server: %s is logged in, the session is idle\n", login[:n])
	wait()
	// It does not read, so it never learns of the client's FIN.
	time.Sleep(patience())
	_, err = conn.Write([]byte("bye"))
	fmt.Println("server: the session has broken:", err)
	conn.Close()
}
