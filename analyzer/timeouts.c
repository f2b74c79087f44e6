/* SPDX-License-Identifier: MIT */
/* timeouts.c - the idle timeouts that people meet, by their seconds. */
#include <stddef.h>

#include "timeouts.h"

/* Defaults as documented by each; several have the same. */
static const struct {
	uint32_t seconds;
	const char *name;
} timeouts[] = {
	{5, "the keep-alive timeout of Apache httpd and Node.js"},
	{10, "a usual keep-alive timeout"},
	{15, "a usual keep-alive timeout"},
	{30, "a usual idle timeout"},
	{60, "the idle timeout of AWS's Application Load Balancer, and Linux's "
	     "tcp_fin_timeout"},
	{65, "nginx's keepalive_timeout as its packages set it"},
	{75, "nginx's keepalive_timeout"},
	{120, "a usual idle timeout"},
	{180, "a usual idle timeout"},
	{240, "the idle timeout of Azure's load balancer"},
	{300, "the idle timeout of F5 BIG-IP"},
	{350, "the idle timeout of AWS's Network Load Balancer and NAT "
	      "gateway"},
	{600, "the idle timeout of Google Cloud's firewall"},
	{900, "a usual idle timeout"},
	{1800, "the idle timeout of Juniper SRX"},
	{3600, "the idle timeout of Cisco ASA and Palo Alto firewalls"},
	{7200, "Linux's tcp_keepalive_time"},
};

static const uint64_t NS = 1000000000;

uint32_t timeout_find(uint64_t idle_ns)
{
	for (size_t i = 0; i < sizeof(timeouts) / sizeof(timeouts[0]); i++) {
		uint64_t least = timeouts[i].seconds * NS;

		/* 10 ms: the clock of the capture is not that of the timer. */
		if (idle_ns + NS / 100 >= least &&
		    idle_ns <= least + least / 50 + NS / 2)
			return timeouts[i].seconds;
	}
	return 0;
}

const char *timeout_name(uint32_t seconds)
{
	for (size_t i = 0; i < sizeof(timeouts) / sizeof(timeouts[0]); i++)
		if (timeouts[i].seconds == seconds)
			return timeouts[i].name;
	return "";
}
