// The floor: what the kernel's sockets and one epoll loop cost, and nothing else. It takes every empty line for the end
// of a request and answers it with the same prepared bytes: no parsing, routing, limits or timeouts. A server that
// does its work can come near this, never below it.
//
// Usage: floor [-http 127.0.0.1:PORT] [-type MEDIATYPE] [-body BODY]
//
// Simplifications that a benchmark can afford, each of which a real server must not make: an empty line split over two
// reads is missed, a short write loses its rest, and an answer larger than the output buffer allows ends the program.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { INPUT = 64 << 10, OUTPUT = 1 << 20, EVENTS = 1024 };

static char input[INPUT], output[OUTPUT], answer[32 << 10];
static size_t answer_len;

static void die(const char *what) {
  perror(what);
  exit(1);
}

static void watch(int ep, int fd) {
  struct epoll_event ev = {.events = EPOLLIN, .data.fd = fd};
  if (epoll_ctl(ep, EPOLL_CTL_ADD, fd, &ev)) die("epoll_ctl");
}

static int listen_at(const char *where) {
  char host[64];
  int port;
  struct sockaddr_in at = {.sin_family = AF_INET};
  if (sscanf(where, "%63[0-9.]:%d", host, &port) != 2 || !inet_aton(host, &at.sin_addr)) {
    fprintf(stderr, "floor: %s is no IPv4 address with a port\n", where);
    exit(2);
  }
  at.sin_port = htons(port);
  int yes = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (fd < 0) die("socket");
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (bind(fd, (struct sockaddr *)&at, sizeof at)) die("bind");
  if (listen(fd, 4096)) die("listen");
  socklen_t len = sizeof at;
  getsockname(fd, (struct sockaddr *)&at, &len);
  printf("ready http=%s:%d\n", host, ntohs(at.sin_port));
  fflush(stdout);
  return fd;
}

static void accept_all(int ep, int listener) {
  int fd, yes = 1;
  while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    watch(ep, fd);
  }
}

static void serve(int fd) {
  ssize_t got = recv(fd, input, sizeof input, 0);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) {
    close(fd);
    return;
  }
  size_t filled = 0;
  const char *at = input, *end = input + got;
  while ((at = memmem(at, end - at, "\r\n\r\n", 4)) && filled + answer_len <= sizeof output) {
    at += 4;
    memcpy(output + filled, answer, answer_len);
    filled += answer_len;
  }
  if (filled && send(fd, output, filled, MSG_NOSIGNAL) != (ssize_t)filled && errno != EPIPE && errno != ECONNRESET)
    die("send");
}

int main(int argc, char **argv) {
  const char *where = "127.0.0.1:8080", *type = "text/plain", *body = "Hello, World!";
  for (int i = 1; i + 1 < argc; i += 2) {
    if (!strcmp(argv[i], "-http")) where = argv[i + 1];
    else if (!strcmp(argv[i], "-type")) type = argv[i + 1];
    else if (!strcmp(argv[i], "-body")) body = argv[i + 1];
    else return fprintf(stderr, "floor: unknown flag %s\n", argv[i]), 2;
  }
  // The same fields as a small server sends, so that the same number of bytes goes through the kernel.
  answer_len = snprintf(answer, sizeof answer,
                        "HTTP/1.1 200 OK\r\nServer: floor\r\nContent-Type: %s\r\nContent-Length: %zu\r\n"
                        "Date: Sun, 22 Nov 2026 23:00:00 GMT\r\n\r\n%s",
                        type, strlen(body), body);
  if (answer_len >= sizeof answer) return fprintf(stderr, "floor: body too large\n"), 2;

  int ep = epoll_create1(0);
  if (ep < 0) die("epoll_create1");
  int listener = listen_at(where);
  watch(ep, listener);
  static struct epoll_event ready[EVENTS];
  for (;;) {
    int n = epoll_wait(ep, ready, EVENTS, -1);
    for (int i = 0; i < n; i++) {
      if (ready[i].data.fd == listener) accept_all(ep, listener);
      else serve(ready[i].data.fd);
    }
  }
}
