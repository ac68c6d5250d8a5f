/* SPDX-License-Identifier: Apache-2.0 */
/* A browser's bytes through a whole connection: parser, request, router. The
 * first byte says how the rest is cut. */
#include <stdlib.h>

#include "base/text.h"
#include "web/connection.h"
#include "web/limits.h"
#include "web/router.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void answer(struct connection *connection,
                   const struct request *request)
{
    const struct route *route = NULL;
    uint64_t number = 0;
    unsigned allowed = 0;
    int64_t from = 0;
    (void)!request_query_number(request, "from", 0, INT64_MAX, &from);
    if (router_find(request->method, request->path, &route, &number,
                    &allowed) != STATUS_OK) {
        connection_refuse(connection, PROBLEM_NO_SUCH_PATH, 0);
        return;
    }
    const struct response response = {.code = 200, .type = "text/plain"};
    connection_answer(connection, &response, request->body, 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct connection *connection = NULL;
    if (size == 0 || connection_create(NULL, 0, &connection) != STATUS_OK)
        return 0;
    size_t step = 1 + (size_t)data[0] * 8;
    struct bytes left = bytes_of(data + 1, size - 1);
    struct request request;
    while (left.size > 0 && !connection_is_over(connection)) {
        size_t part = left.size < step ? left.size : step;
        if (part > connection_room(connection))
            part = connection_room(connection);
        if (part == 0 || connection_receive(connection, bytes_of(left.data,
                                                       part)) != STATUS_OK)
            break;
        left.data += part;
        left.size -= part;
        while (connection_next(connection, 0, &request) == STATUS_OK)
            answer(connection, &request);
        struct bytes output = connection_output(connection);
        connection_output_consume(connection, output.size, 0);
    }
    connection_expire(connection, WEB_IDLE_MS);
    connection_destroy(&connection);
    return 0;
}
