# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034,SC2154,SC2016
# work.sh - programs started as their users start them, each doing some work;
# what a function prints and returns must be the same with the library as
# without. Sourced by run.sh, which gives $dir (empty) and wait_for_port.

programs=(nginx_serves redis_serves haproxy_forwards apache2_serves
	postgresql_answers memcached_serves python_http_server_serves
	python_asyncio_echoes node_serves java_serves sshd_lets_in
	bash_talks_tcp redis_goes_into_the_background systemless_daemon_lives
	xinetd_style_server_answers)

packages=(nginx:nginx-light redis-server:redis-server redis-cli:redis-tools
	haproxy:haproxy apache2:apache2-bin pg_ctlcluster:postgresql
	memcached:memcached curl:curl /usr/bin/python3:python3 node:nodejs
	java:default-jdk-headless sshd:openssh-server ssh:openssh-client
	socat:socat runuser:util-linux)

# A process substitution changes $!, so each keeps its server's number at once.
start() {
	"$@" >/dev/null 2>&1 &
	server=$!
}

stop() {
	kill "$server"
	wait "$server" 2>/dev/null
}

make_page() {
	mkdir -p "$dir/www"
	seq 20000 >"$dir/www/page"
}

fetch() {
	curl -sS --max-time 20 "http://127.0.0.1:$1/page" | cksum
}

nginx_serves() {
	make_page
	cat >"$dir/nginx.conf" <<-END
	pid $dir/nginx.pid; error_log $dir/error.log; user root;
	worker_processes 2;
	events { worker_connections 64; }
	http {
		access_log off; root $dir/www; sendfile on; tcp_nopush on;
		client_body_temp_path $dir/1; proxy_temp_path $dir/2;
		fastcgi_temp_path $dir/3; uwsgi_temp_path $dir/4;
		scgi_temp_path $dir/5;
		server { listen 127.0.0.1:8101; }
	}
	END
	nginx -c "$dir/nginx.conf" # double-forks
	wait_for_port 8101
	for _ in 1 2 3; do fetch 8101; done
	nginx -c "$dir/nginx.conf" -s reload 2>/dev/null
	fetch 8101
	nginx -c "$dir/nginx.conf" -s quit 2>/dev/null
	wait_until_free 8101
}

redis_serves() {
	start redis-server --port 8102 --save '' --dir "$dir"
	wait_for_port 8102
	redis-benchmark -p 8102 -n 3000 -t set,get,lpush -q >/dev/null
	redis-cli -p 8102 set key value
	redis-cli -p 8102 get key
	redis-cli -p 8102 llen mylist
	redis-cli -p 8102 shutdown nosave
	wait "$server"
}

haproxy_forwards() {
	make_page
	start /usr/bin/python3 -m http.server -d "$dir/www" -b 127.0.0.1 8103
	cat >"$dir/haproxy.cfg" <<-END
	global
		maxconn 100
	defaults
		mode http
		timeout connect 5s
		timeout client 5s
		timeout server 5s
	listen front
		bind 127.0.0.1:8104
		server one 127.0.0.1:8103
	END
	haproxy -D -p "$dir/haproxy.pid" -f "$dir/haproxy.cfg"
	wait_for_port 8103
	wait_for_port 8104
	for _ in 1 2 3; do fetch 8104; done
	kill "$(cat "$dir/haproxy.pid")"
	stop
	wait_until_free 8104
}

apache2_serves() {
	local modules=/usr/lib/apache2/modules
	make_page
	cat >"$dir/apache2.conf" <<-END
	ServerName localhost
	LoadModule mpm_event_module $modules/mod_mpm_event.so
	LoadModule authz_core_module $modules/mod_authz_core.so
	Listen 127.0.0.1:8105
	PidFile $dir/apache2.pid
	DefaultRuntimeDir $dir
	ErrorLog $dir/error.log
	DocumentRoot $dir/www
	END
	apache2 -f "$dir/apache2.conf" -k start
	wait_for_port 8105
	for _ in 1 2 3; do fetch 8105; done
	apache2 -f "$dir/apache2.conf" -k stop
	wait_until_free 8105
}

postgresql_answers() {
	local bin
	bin=$(dirname "$(find /usr/lib/postgresql -name initdb | head -n 1)")
	chmod 711 "$dir"
	install -d -o postgres "$dir/db"
	runuser -u postgres -- "$bin/initdb" -A trust -D "$dir/db" >/dev/null
	runuser -u postgres -- "$bin/pg_ctl" -s -w -D "$dir/db" \
		-l "$dir/db/log" -o "-p 8106 -k ''" start >/dev/null
	psql -h 127.0.0.1 -p 8106 -U postgres -At <<-END
	create table t (n int);
	insert into t select generate_series(1, 10000);
	select sum(n) from t;
	END
	runuser -u postgres -- "$bin/pg_ctl" -s -w -m fast -D "$dir/db" stop
}

memcached_serves() {
	start memcached -u nobody -l 127.0.0.1 -p 8107
	wait_for_port 8107
	exec 5<>/dev/tcp/127.0.0.1/8107
	printf 'set k 0 0 5\r\nhello\r\nget k\r\nquit\r\n' >&5
	cat <&5
	exec 5>&-
	stop
}

python_http_server_serves() {
	make_page
	start /usr/bin/python3 -m http.server -d "$dir/www" -b 127.0.0.1 8108
	wait_for_port 8108
	for _ in 1 2 3; do fetch 8108; done
	curl -sS -o /dev/null -w '%{http_code}\n' http://127.0.0.1:8108/none
	stop
}

python_asyncio_echoes() {
	/usr/bin/python3 - <<-END
	import asyncio
	async def serve(r, w):
	    w.write((await r.readline()).upper()); await w.drain(); w.close()
	async def ask(port, i):
	    r, w = await asyncio.open_connection("127.0.0.1", port)
	    w.write(b"question %d\n" % i); answer = await r.read(); w.close()
	    return answer.decode()
	async def main():
	    s = await asyncio.start_server(serve, "127.0.0.1", 0)
	    port = s.sockets[0].getsockname()[1]
	    print(await asyncio.gather(*(ask(port, i) for i in range(50))))
	asyncio.run(main())
	END
}

node_serves() {
	node -e '
	const http = require("http");
	const s = http.createServer((q, a) => a.end("you asked " + q.url));
	s.listen(0, "127.0.0.1", async () => {
		const p = s.address().port;
		for (let i = 0; i < 20; i++) {
			const r = await fetch(`http://127.0.0.1:${p}/${i}`);
			console.log(await r.text());
		}
		process.exit(0);
	});'
}

java_serves() {
	cat >"$dir/Serve.java" <<-END
	import java.net.*; import java.net.http.*; import com.sun.net.httpserver.*;
	public class Serve { public static void main(String[] a) throws Exception {
	  HttpServer s = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
	  s.createContext("/", e -> { byte[] b = "hello".getBytes();
	    e.sendResponseHeaders(200, b.length); e.getResponseBody().write(b);
	    e.close(); });
	  s.start();
	  HttpClient c = HttpClient.newHttpClient();
	  for (int i = 0; i < 5; i++) System.out.println(c.send(
	    HttpRequest.newBuilder(URI.create("http://127.0.0.1:"
	      + s.getAddress().getPort() + "/")).build(),
	    HttpResponse.BodyHandlers.ofString()).body());
	  System.exit(0); } }
	END
	java -Xshare:auto "$dir/Serve.java"
}

sshd_lets_in() {
	mkdir -p /run/sshd
	ssh-keygen -q -t ed25519 -N '' -f "$dir/host"
	ssh-keygen -q -t ed25519 -N '' -f "$dir/user"
	cp "$dir/user.pub" "$dir/keys"
	chmod 600 "$dir/keys"
	/usr/sbin/sshd -f /dev/null -o Port=8110 -o ListenAddress=127.0.0.1 \
		-o "HostKey=$dir/host" -o "AuthorizedKeysFile=$dir/keys" \
		-o StrictModes=no -o "PidFile=$dir/sshd.pid" -o UsePAM=no \
		-o PermitRootLogin=yes -E "$dir/sshd.log"
	wait_for_port 8110
	for _ in 1 2; do
		ssh -F /dev/null -p 8110 -i "$dir/user" -o BatchMode=yes \
			-o StrictHostKeyChecking=no -o LogLevel=ERROR \
			-o "UserKnownHostsFile=$dir/known" \
			root@127.0.0.1 'seq 3; exit 3' 2>/dev/null </dev/null
		echo "status $?"
	done
	kill "$(cat "$dir/sshd.pid")"
	wait_until_free 8110
}

bash_talks_tcp() {
	/usr/bin/python3 -c 'if True:
	import socket
	s = socket.create_server(("127.0.0.1", 8111))
	for _ in range(5):
	    c, _ = s.accept(); c.sendall(c.recv(100).upper()); c.close()' &
	# Not by connecting: each of the five connections is counted.
	until grep -q ':1FAF .* 0A ' /proc/net/tcp; do :; done
	bash -c 'for i in 1 2 3 4 5; do
		exec 3<>/dev/tcp/127.0.0.1/8111
		echo "line $i" >&3
		cat <&3
		exec 3>&-
	done | tr A-Z a-z'
	wait $!
}

redis_goes_into_the_background() {
	redis-server --port 8112 --save '' --dir "$dir" --daemonize yes \
		--logfile "$dir/redis.log" >/dev/null
	wait_for_port 8112
	redis-cli -p 8112 incr n
	redis-cli -p 8112 shutdown nosave
}

# Forks twice, closes everything, serves one connection.
systemless_daemon_lives() {
	/usr/bin/python3 - "$dir" <<-END
	import os, socket, sys
	s = socket.create_server(("127.0.0.1", 8113))
	if os.fork(): os._exit(0)
	os.setsid()
	if os.fork(): os._exit(0)
	os.chdir("/"); keep = s.fileno()
	os.closerange(0, keep); os.closerange(keep + 1, 65536)
	for i in range(3): os.open("/dev/null", os.O_RDWR)
	c, _ = s.accept(); c.sendall(b"alive %d\n" % os.dup(0)); c.close()
	END
	exec 5<>/dev/tcp/127.0.0.1/8113
	cat <&5
	exec 5>&-
}

xinetd_style_server_answers() {
	start socat tcp-listen:8114,bind=127.0.0.1,fork,reuseaddr exec:cat
	wait_for_port 8114
	exec 5<>/dev/tcp/127.0.0.1/8114
	echo 'through a pipe' >&5
	head -n 1 <&5
	exec 5>&-
	stop
}
