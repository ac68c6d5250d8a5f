/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/text.h"
#include "roles/web/web.h"
#include "web/static_files.h"

void web_file_serve(struct web_client *client, const struct request *request)
{
    const struct bytes nothing = {NULL, 0};
    struct static_file file;
    if (static_files_find(request->path, &file) != STATUS_OK) {
        connection_refuse(client->connection, PROBLEM_NO_SUCH_PATH,
                          web_now_ms(client->web));
        return;
    }
    char headers[128];
    (void)snprintf(headers, sizeof headers, "ETag: %s\r\n", file.etag);
    bool is_known = text_equal(request->known_etag, text_of(file.etag));
    const struct response response = {
        .code = is_known ? 304 : 200,
        .kind = RESPONSE_FILE,
        .type = file.type,
        .headers = text_of(headers),
    };
    connection_answer(client->connection, &response,
                      is_known ? nothing : file.content,
                      web_now_ms(client->web));
}

void web_file_refuse_method(struct web_client *client, unsigned allowed)
{
    struct buffer headers = buffer_with_limit(128);
    struct buffer json = buffer_with_limit(4096);
    buffer_append_text(&headers, "Allow: ");
    router_write_methods(allowed, &headers);
    buffer_append_text(&headers, "\r\n");
    problem_write(PROBLEM_NO_SUCH_METHOD, &json);
    const struct response response = {.code = 405,
                                      .kind = RESPONSE_API,
                                      .type = "application/json; charset=utf-8",
                                      .headers = buffer_text(&headers)};
    connection_answer(client->connection, &response, buffer_bytes(&json),
                      web_now_ms(client->web));
    buffer_deinit(&headers);
    buffer_deinit(&json);
}
