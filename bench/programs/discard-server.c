/*
 * discard-server [tls CERTIFICATE KEY] [slow BYTES-PER-SECOND]: an HTTP/1.1 server that reads request bodies as fast as the system
 * gives them, and keeps nothing. It prints the port that it listens at, on 127.0.0.1. A slow one takes so much a second, and prints
 * when it has taken how much of a body: "microseconds-since-the-epoch bytes".
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

/* A slow one takes little ahead, so that what the sender has got rid of lies in its own buffer. */
enum { room = 256 * 1024, slow_read = 32 * 1024, slow_buffer = 128 * 1024 };

static long bytes_per_second;
static SSL_CTX *tls;

struct connection {
  int socket;
  SSL *secure;
  char *bytes;
  size_t from, to; /* what has been received and not been looked at */
  size_t taken;    /* of the body */
  double began;
};

static double now(void) {
  struct timeval time;
  gettimeofday(&time, NULL);
  return time.tv_sec + time.tv_usec / 1e6;
}

static void note_taken(struct connection *connection, size_t size) {
  connection->taken += size;
  if (bytes_per_second == 0 || size == 0) return;
  printf("%.0f %zu\n", now() * 1e6, connection->taken);
  fflush(stdout);
  double ahead = connection->began + (double)connection->taken / bytes_per_second - now();
  if (ahead > 0) usleep((useconds_t)(ahead * 1e6));
}

/* Receives more, behind what is there; 0 at the end. */
static size_t receive(struct connection *connection) {
  if (connection->from == connection->to) connection->from = connection->to = 0;
  char *place = connection->bytes + connection->to;
  size_t most = (bytes_per_second == 0 ? room : slow_read) - connection->to;
  if (most == 0) return 0;
  ssize_t size = connection->secure ? SSL_read(connection->secure, place, (int)most)
                                    : read(connection->socket, place, most);
  if (size <= 0) return 0;
  connection->to += (size_t)size;
  return (size_t)size;
}

static void answer(struct connection *connection, const char *text) {
  size_t length = strlen(text);
  if (connection->secure) SSL_write(connection->secure, text, (int)length);
  else if (write(connection->socket, text, length) < 0) return;
}

/* Takes a line off, without its end; NULL at the end of the connection. */
static char *next_line(struct connection *connection) {
  for (;;) {
    char *start = connection->bytes + connection->from;
    char *end = memmem(start, connection->to - connection->from, "\r\n", 2);
    if (end != NULL) {
      *end = 0;
      connection->from = (size_t)(end + 2 - connection->bytes);
      return start;
    }
    memmove(connection->bytes, start, connection->to - connection->from);
    connection->to -= connection->from;
    connection->from = 0;
    if (receive(connection) == 0) return NULL;
  }
}

static int skip(struct connection *connection, size_t size) {
  for (;;) {
    size_t there = connection->to - connection->from;
    size_t some = there < size ? there : size;
    connection->from += some;
    note_taken(connection, some);
    size -= some;
    if (size == 0) return 1;
    if (receive(connection) == 0) return 0;
  }
}

static int skip_chunks(struct connection *connection) {
  for (;;) {
    char *line = next_line(connection);
    if (line == NULL) return 0;
    size_t size = strtoul(line, NULL, 16);
    if (!skip(connection, size)) return 0;
    if (next_line(connection) == NULL) return 0;
    if (size == 0) return 1;
  }
}

static int serve(struct connection *connection) {
  char *line = next_line(connection);
  if (line == NULL) return 0;
  size_t length = 0;
  int is_chunked = 0, is_asked = 0;
  while ((line = next_line(connection)) != NULL && *line != 0) {
    if (strncasecmp(line, "content-length:", 15) == 0) length = strtoul(line + 15, NULL, 10);
    if (strncasecmp(line, "transfer-encoding:", 18) == 0) is_chunked = 1;
    if (strncasecmp(line, "expect:", 7) == 0) is_asked = 1;
  }
  if (line == NULL) return 0;
  if (is_asked) answer(connection, "HTTP/1.1 100 Continue\r\n\r\n");
  connection->taken = 0;
  connection->began = now();
  if (!(is_chunked ? skip_chunks(connection) : skip(connection, length))) return 0;
  answer(connection, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
                     "Access-Control-Allow-Origin: *\r\nAccess-Control-Allow-Headers: *\r\n"
                     "Access-Control-Max-Age: 600\r\n\r\n{}");
  return 1;
}

static void *serve_connection(void *argument) {
  struct connection connection = {.socket = (int)(long)argument, .bytes = malloc(room)};
  if (tls != NULL) {
    connection.secure = SSL_new(tls);
    SSL_set_fd(connection.secure, connection.socket);
  }
  if (connection.secure == NULL || SSL_accept(connection.secure) == 1)
    while (serve(&connection)) continue;
  if (connection.secure != NULL) SSL_free(connection.secure);
  close(connection.socket);
  free(connection.bytes);
  return NULL;
}

static int listen_anywhere(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  int buffer = slow_buffer;
  if (bytes_per_second > 0) setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
  if (listener < 0 || bind(listener, (struct sockaddr *)&address, length) < 0 ||
      listen(listener, 1024) < 0 || getsockname(listener, (struct sockaddr *)&address, &length) < 0) {
    perror("listening");
    exit(2);
  }
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  return listener;
}

int main(int count, char **arguments) {
  signal(SIGPIPE, SIG_IGN);
  for (int i = 1; i < count; i++) {
    if (strcmp(arguments[i], "slow") == 0 && i + 1 < count) bytes_per_second = atol(arguments[++i]);
    if (strcmp(arguments[i], "tls") == 0 && i + 2 < count) {
      tls = SSL_CTX_new(TLS_server_method());
      if (SSL_CTX_use_certificate_chain_file(tls, arguments[i + 1]) != 1 ||
          SSL_CTX_use_PrivateKey_file(tls, arguments[i + 2], SSL_FILETYPE_PEM) != 1)
        return 2;
      i += 2;
    }
  }
  int listener = listen_anywhere();
  pthread_attr_t detached;
  pthread_attr_init(&detached);
  pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
  for (;;) {
    int socket = accept(listener, NULL, NULL);
    pthread_t thread;
    if (socket >= 0 && pthread_create(&thread, &detached, serve_connection, (void *)(long)socket) != 0)
      close(socket);
  }
}
