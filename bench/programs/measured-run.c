/*
 * measured-run PROGRAM ARGUMENT…: runs a program to its end, and writes to the descriptor 3 what the system has counted of it:
 * "wall-seconds cpu-seconds peak-bytes". A process remembers the memory of the one that started it until it runs another
 * program, so that what Node.js starts itself would count as large as Node.js: this one is small.
 */
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

static double seconds(struct timeval time) { return time.tv_sec + time.tv_usec / 1e6; }

int main(int count, char **arguments) {
  if (count < 2) return 2;
  double began = now();
  pid_t child = fork();
  if (child < 0) return 2;
  if (child == 0) {
    close(3);
    execvp(arguments[1], arguments + 1);
    perror(arguments[1]);
    _exit(127);
  }
  int status;
  struct rusage usage;
  if (wait4(child, &status, 0, &usage) < 0) return 2;
  dprintf(3, "%.6f %.6f %ld\n", now() - began, seconds(usage.ru_utime) + seconds(usage.ru_stime),
          usage.ru_maxrss * 1024);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
