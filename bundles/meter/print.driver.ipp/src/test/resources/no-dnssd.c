/* SPDX-License-Identifier: Apache-2.0 */
/* Stands in for the DNS-SD daemon: the printer insists on it even when told to announce nothing. */
#include <stddef.h>
static int nobody;
void *avahi_threaded_poll_new(void) { return &nobody; }
const void *avahi_threaded_poll_get(void *p) { return p; }
int avahi_threaded_poll_start(void *p) { return 0; }
void avahi_threaded_poll_lock(void *p) {}
void avahi_threaded_poll_unlock(void *p) {}
void *avahi_client_new(const void *p, int f, void *c, void *u, int *e) { return &nobody; }
const char *avahi_client_get_host_name(void *c) { return "localhost"; }
