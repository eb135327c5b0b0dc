// Times picohttpparser: pico FILE N parses the request in FILE N times and prints the nanoseconds for all of them.
// A parse that fails, or does not find 10 fields and the whole file, ends the program with status 1.
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "picohttpparser.h"

int main(int argc, char **argv) {
  static char request[64 << 10];
  if (argc != 3) return 2;
  FILE *file = fopen(argv[1], "rb");
  if (!file) return perror(argv[1]), 1;
  size_t len = fread(request, 1, sizeof request, file);
  long n = atol(argv[2]);

  struct timespec began, ended;
  clock_gettime(CLOCK_MONOTONIC, &began);
  for (long i = 0; i < n; i++) {
    const char *method, *path;
    size_t method_len, path_len, fields = 64;
    struct phr_header headers[64];
    int minor;
    int got = phr_parse_request(request, len, &method, &method_len, &path, &path_len, &minor, headers, &fields, 0);
    if (got != (int)len || fields != 10) return fprintf(stderr, "parse: %d, %zu fields\n", got, fields), 1;
  }
  clock_gettime(CLOCK_MONOTONIC, &ended);
  printf("%lld\n", (ended.tv_sec - began.tv_sec) * 1000000000LL + (ended.tv_nsec - began.tv_nsec));
  return 0;
}
