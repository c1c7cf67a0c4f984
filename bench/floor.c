/* SPDX-License-Identifier: Apache-2.0 */
/* The floors of the benchmark: what a transfer costs with nothing around it. A bare libcurl loop
 * (512 KiB buffers, no CRC, no signature), a bare socket loop, and a loop that only reads memory.
 *
 *   floor curl|socket get|put HOST PORT PATH SIZE THREADS KEYS [FILE]
 *   floor read SIZE PIECE
 *   floor crc FILE PIECE
 *
 * The first two read numbers of operations from their input, one a line, and answer each with a
 * line of JSON. KEYS above 0: PATH is a prefix, followed by the operation's number below KEYS in
 * five digits. FILE: bodies come from there or go there. `crc` prints the CRC-64 of each piece and
 * of the whole: bit by bit from ECMA-182, so that it shares nothing with what is measured. */
#include <arpa/inet.h>
#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { BUFFER = 512 * 1024, TEXT = 1024, MAX_THREADS = 64 };

typedef struct {
    bool by_curl, put;
    const char *host, *path, *file;
    uint16_t port;
    size_t size, threads, keys;
} s_job;

/* One thread's connection and memory; both outlive the rounds. */
typedef struct {
    const s_job *job;
    size_t operations;
    CURL *curl;
    struct curl_slist *headers;
    int socket, fd;
    char *memory, *buffer;
    size_t position;
    bool failed;
} s_lane;

static double s_seconds(clockid_t clock) {
    struct timespec now;
    if (clock_gettime(clock, &now) != 0) {
        return 0;
    }
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static bool s_path(const s_lane *lane, size_t number, char text[static TEXT]) {
    const s_job *job = lane->job;
    int length = job->keys > 0 ? snprintf(text, TEXT, "%s%05zu", job->path, number % job->keys)
                               : snprintf(text, TEXT, "%s", job->path);
    return length > 0 && length < TEXT;
}

static bool s_write_all(int fd, const char *data, size_t size) {
    while (size > 0) {
        ssize_t n = write(fd, data, size);
        if (n <= 0) {
            return false;
        }
        data += n;
        size -= (size_t)n;
    }
    return true;
}

/* Where the body goes, or comes from, when FILE is given. */
static bool s_open_file(s_lane *lane) {
    if (lane->job->file == NULL) {
        return true;
    }
    lane->fd = lane->job->put
                   ? open(lane->job->file, O_RDONLY | O_CLOEXEC)
                   : open(lane->job->file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    return lane->fd >= 0;
}

static bool s_close_file(s_lane *lane) {
    if (lane->fd < 0) {
        return true;
    }
    int rc = close(lane->fd);
    lane->fd = -1;
    return rc == 0;
}

/* Takes received bytes to memory or to the file. */
static bool s_store(s_lane *lane, const char *data, size_t size) {
    if (size > lane->job->size - lane->position) {
        return false;
    }
    if (lane->fd >= 0) {
        if (!s_write_all(lane->fd, data, size)) {
            return false;
        }
    } else if (data != lane->memory + lane->position) {
        memcpy(lane->memory + lane->position, data, size);
    }
    lane->position += size;
    return true;
}

/* -- libcurl ---------------------------------------------------------------------------------- */

static size_t s_received(char *data, size_t unit, size_t count, void *context) {
    s_lane *lane = context;
    size_t size = unit * count;
    if (lane->job->put) {
        return size;
    }
    return s_store(lane, data, size) ? size : 0;
}

static size_t s_wanted(char *buffer, size_t unit, size_t count, void *context) {
    s_lane *lane = context;
    size_t left = lane->job->size - lane->position;
    size_t size = unit * count < left ? unit * count : left;
    if (lane->fd >= 0) {
        ssize_t n = read(lane->fd, buffer, size);
        if (n < 0) {
            return CURL_READFUNC_ABORT;
        }
        size = (size_t)n;
    } else {
        memcpy(buffer, lane->memory + lane->position, size);
    }
    lane->position += size;
    return size;
}

static bool s_curl_new(s_lane *lane) {
    lane->curl = curl_easy_init();
    lane->headers = curl_slist_append(NULL, "Expect:");
    if (lane->curl == NULL || lane->headers == NULL) {
        return false;
    }
    CURL *c = lane->curl;
    int rc = 0;
    rc |= (int)curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    rc |= (int)curl_easy_setopt(c, CURLOPT_PROXY, "");
    rc |= (int)curl_easy_setopt(c, CURLOPT_BUFFERSIZE, (long)BUFFER);
    rc |= (int)curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, s_received);
    rc |= (int)curl_easy_setopt(c, CURLOPT_WRITEDATA, lane);
    if (lane->job->put) {
        rc |= (int)curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
        rc |= (int)curl_easy_setopt(c, CURLOPT_UPLOAD_BUFFERSIZE, (long)BUFFER);
        rc |= (int)curl_easy_setopt(c, CURLOPT_HTTPHEADER, lane->headers);
        rc |= (int)curl_easy_setopt(c, CURLOPT_READFUNCTION, s_wanted);
        rc |= (int)curl_easy_setopt(c, CURLOPT_READDATA, lane);
        curl_off_t size = (curl_off_t)lane->job->size;
        rc |= (int)curl_easy_setopt(c, CURLOPT_INFILESIZE_LARGE, size);
    }
    return rc == 0;
}

static bool s_curl_once(s_lane *lane, size_t number) {
    const s_job *job = lane->job;
    char path[TEXT];
    char url[2 * TEXT];
    if (job->keys > 0 || number == 0) {
        if (!s_path(lane, number, path)) {
            return false;
        }
        int length = snprintf(url, sizeof(url), "http://%s:%u%s", job->host, job->port, path);
        if (length < 0 || (size_t)length >= sizeof(url) ||
            curl_easy_setopt(lane->curl, CURLOPT_URL, url) != CURLE_OK) {
            return false;
        }
    }
    long status = 0;
    return curl_easy_perform(lane->curl) == CURLE_OK &&
           curl_easy_getinfo(lane->curl, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK &&
           status / 100 == 2;
}

/* -- sockets ---------------------------------------------------------------------------------- */

static bool s_socket_new(s_lane *lane) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(lane->job->port)};
    int one = 1;
    lane->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return lane->socket >= 0 && inet_pton(AF_INET, lane->job->host, &address.sin_addr) == 1 &&
           setsockopt(lane->socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)) == 0 &&
           connect(lane->socket, (struct sockaddr *)&address, sizeof(address)) == 0;
}

static bool s_send_file(s_lane *lane) {
    while (lane->position < lane->job->size) {
        size_t left = lane->job->size - lane->position;
        ssize_t n = sendfile(lane->socket, lane->fd, NULL, left);
        if (n <= 0) {
            return false;
        }
        lane->position += (size_t)n;
    }
    return true;
}

/* A body of a few KiB goes with the head, in one write: what any client would do. */
static bool s_send_request(s_lane *lane, size_t number) {
    const s_job *job = lane->job;
    char path[TEXT];
    if (!s_path(lane, number, path)) {
        return false;
    }
    int length = job->put
                     ? snprintf(lane->buffer, BUFFER,
                                "PUT %s HTTP/1.1\r\nHost: %s:%u\r\nContent-Length: %zu\r\n\r\n",
                                path, job->host, job->port, job->size)
                     : snprintf(lane->buffer, BUFFER, "GET %s HTTP/1.1\r\nHost: %s:%u\r\n\r\n",
                                path, job->host, job->port);
    if (length < 0 || length >= BUFFER) {
        return false;
    }
    size_t head = (size_t)length;
    if (!job->put) {
        return s_write_all(lane->socket, lane->buffer, head);
    }
    if (lane->fd < 0 && job->size <= BUFFER - head) {
        memcpy(lane->buffer + head, lane->memory, job->size);
        return s_write_all(lane->socket, lane->buffer, head + job->size);
    }
    if (!s_write_all(lane->socket, lane->buffer, head)) {
        return false;
    }
    return lane->fd >= 0 ? s_send_file(lane) : s_write_all(lane->socket, lane->memory, job->size);
}

/* Reads the head of an answer; body: what of the body came with it. */
static bool s_receive_head(s_lane *lane, const char **body, size_t *body_size) {
    size_t have = 0;
    for (;;) {
        ssize_t n = recv(lane->socket, lane->buffer + have, BUFFER - have, 0);
        if (n <= 0) {
            return false;
        }
        have += (size_t)n;
        const char *end = memmem(lane->buffer, have, "\r\n\r\n", 4);
        if (end != NULL) {
            *body = end + 4;
            *body_size = have - (size_t)(*body - lane->buffer);
            return memcmp(lane->buffer, "HTTP/1.1 2", 10) == 0;
        }
    }
}

static bool s_socket_once(s_lane *lane, size_t number) {
    const char *body = NULL;
    size_t size = 0;
    if (!s_send_request(lane, number)) {
        return false;
    }
    lane->position = 0;
    if (!s_receive_head(lane, &body, &size)) {
        return false;
    }
    if (lane->job->put) {
        return size == 0;
    }
    if (!s_store(lane, body, size)) {
        return false;
    }
    while (lane->position < lane->job->size) {
        char *to = lane->fd >= 0 ? lane->buffer : lane->memory + lane->position;
        size_t left = lane->job->size - lane->position;
        size_t room = lane->fd >= 0 && left > BUFFER ? BUFFER : left;
        ssize_t n = recv(lane->socket, to, room, 0);
        if (n <= 0 || !s_store(lane, to, (size_t)n)) {
            return false;
        }
    }
    return true;
}

/* -- rounds ----------------------------------------------------------------------------------- */

static void *s_run_lane(void *context) {
    s_lane *lane = context;
    for (size_t i = 0; i < lane->operations && !lane->failed; i++) {
        lane->position = 0;
        bool done = s_open_file(lane) &&
                    (lane->job->by_curl ? s_curl_once(lane, i) : s_socket_once(lane, i)) &&
                    (lane->job->put || lane->position == lane->job->size);
        lane->failed = !s_close_file(lane) || !done;
    }
    return NULL;
}

static bool s_run_threads(s_lane *lanes, size_t threads) {
    pthread_t ids[MAX_THREADS];
    size_t started = 0;
    bool good = true;
    for (; started < threads && good; started++) {
        good = pthread_create(&ids[started], NULL, s_run_lane, &lanes[started]) == 0;
    }
    for (size_t i = 0; i < started - (good ? 0 : 1); i++) {
        good = pthread_join(ids[i], NULL) == 0 && good;
    }
    return good;
}

static bool s_round(s_lane *lanes, const s_job *job, size_t operations) {
    double wall = s_seconds(CLOCK_MONOTONIC);
    double cpu = s_seconds(CLOCK_PROCESS_CPUTIME_ID);
    bool good = true;
    for (size_t i = 0; i < job->threads; i++) {
        lanes[i].operations = operations / job->threads + (i < operations % job->threads ? 1 : 0);
    }
    if (job->threads == 1) {
        s_run_lane(&lanes[0]);
    } else {
        good = s_run_threads(lanes, job->threads);
    }
    cpu = s_seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    wall = s_seconds(CLOCK_MONOTONIC) - wall;
    for (size_t i = 0; i < job->threads; i++) {
        good = good && !lanes[i].failed;
    }
    if (!good) {
        return false;
    }
    printf("{\"ops\": %zu, \"wall\": %.9f, \"cpu\": %.9f, \"memory\": 0}\n", operations, wall, cpu);
    return fflush(stdout) == 0;
}

static bool s_lane_new(s_lane *lane, const s_job *job) {
    *lane = (s_lane){.job = job, .socket = -1, .fd = -1};
    lane->buffer = malloc(BUFFER);
    lane->memory = job->file == NULL ? malloc(job->size) : NULL;
    if (lane->buffer == NULL || (lane->memory == NULL && job->file == NULL)) {
        return false;
    }
    memset(lane->buffer, 0, BUFFER);
    if (lane->memory != NULL) {
        memset(lane->memory, 'x', job->size);
    }
    return job->by_curl ? s_curl_new(lane) : s_socket_new(lane);
}

static void s_lane_free(s_lane *lane) {
    curl_easy_cleanup(lane->curl);
    curl_slist_free_all(lane->headers);
    if (lane->socket >= 0) {
        close(lane->socket);
    }
    free(lane->memory);
    free(lane->buffer);
}

/* The next number of operations; 0 at the end of the input. */
static size_t s_next(void) {
    size_t operations = 0;
    return scanf("%zu", &operations) == 1 ? operations : 0;
}

static bool s_transfers(const s_job *job) {
    s_lane lanes[MAX_THREADS] = {{0}};
    bool good = job->threads > 0 && job->threads <= MAX_THREADS;
    size_t made = 0;
    for (; good && made < job->threads; made++) {
        good = s_lane_new(&lanes[made], job);
    }
    for (size_t n = good ? s_next() : 0; n > 0 && good; n = s_next()) {
        good = s_round(lanes, job, n);
    }
    for (size_t i = 0; i < made; i++) {
        s_lane_free(&lanes[i]);
    }
    return good;
}

/* -- memory and CRC --------------------------------------------------------------------------- */

static bool s_read_memory(size_t size, size_t piece) {
    uint64_t *words = malloc(size);
    if (words == NULL || piece == 0 || size % piece != 0) {
        free(words);
        return false;
    }
    memset(words, 'x', size);
    bool good = true;
    uint64_t total = 0;
    for (size_t n = s_next(); n > 0 && good; n = s_next()) {
        double cpu = s_seconds(CLOCK_PROCESS_CPUTIME_ID);
        double wall = s_seconds(CLOCK_MONOTONIC);
        for (size_t i = 0; i < n * (size / piece); i++) {
            const volatile uint64_t *word = words;
            for (size_t k = 0; k < piece / sizeof(uint64_t); k += 8) {
                total += word[k]; /* one word of each cache line */
            }
        }
        wall = s_seconds(CLOCK_MONOTONIC) - wall;
        cpu = s_seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
        good = printf("{\"ops\": %zu, \"wall\": %.9f, \"cpu\": %.9f, \"memory\": 0}\n", n, wall,
                      cpu) > 0 &&
               fflush(stdout) == 0;
    }
    free(words);
    return good && total != 1;
}

static uint64_t s_crc_table[256];

static void s_crc_prepare(void) {
    for (uint64_t i = 0; i < 256; i++) {
        uint64_t value = i;
        for (int bit = 0; bit < 8; bit++) {
            value = (value >> 1) ^ ((value & 1) != 0 ? UINT64_C(0xC96C5795D7870F42) : 0);
        }
        s_crc_table[i] = value;
    }
}

static uint64_t s_crc(uint64_t crc, const unsigned char *data, size_t size) {
    crc = ~crc;
    for (size_t i = 0; i < size; i++) {
        crc = (crc >> 8) ^ s_crc_table[(crc ^ data[i]) & 0xFF];
    }
    return ~crc;
}

static bool s_print_crcs(const char *path, size_t piece) {
    unsigned char *data = malloc(piece > 0 ? piece : 1);
    FILE *file = fopen(path, "rb");
    bool good = data != NULL && file != NULL && piece > 0;
    uint64_t whole = 0;
    s_crc_prepare();
    while (good) {
        size_t n = fread(data, 1, piece, file);
        if (n == 0) {
            break;
        }
        whole = s_crc(whole, data, n);
        good = printf("%llu\n", (unsigned long long)s_crc(0, data, n)) > 0;
    }
    good = good && ferror(file) == 0 && printf("%llu\n", (unsigned long long)whole) > 0;
    if (file != NULL) {
        good = fclose(file) == 0 && good;
    }
    free(data);
    return good;
}

static size_t s_number(const char *text) {
    char *end = NULL;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    return errno == 0 && end != text && *end == '\0' ? (size_t)value : 0;
}

int main(int argc, char **argv) {
    if (argc == 4 && strcmp(argv[1], "read") == 0) {
        return s_read_memory(s_number(argv[2]), s_number(argv[3])) ? 0 : 1;
    }
    if (argc == 4 && strcmp(argv[1], "crc") == 0) {
        return s_print_crcs(argv[2], s_number(argv[3])) ? 0 : 1;
    }
    if (argc < 9 || argc > 10) {
        return 2;
    }
    s_job job = {.by_curl = strcmp(argv[1], "curl") == 0,
                 .put = strcmp(argv[2], "put") == 0,
                 .host = argv[3],
                 .port = (uint16_t)s_number(argv[4]),
                 .path = argv[5],
                 .size = s_number(argv[6]),
                 .threads = s_number(argv[7]),
                 .keys = s_number(argv[8]),
                 .file = argc == 10 ? argv[9] : NULL};
    if (job.size == 0 || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        return 1;
    }
    bool good = s_transfers(&job);
    curl_global_cleanup();
    return good ? 0 : 1;
}
