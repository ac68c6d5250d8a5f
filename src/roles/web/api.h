/* SPDX-License-Identifier: Apache-2.0 */
/*
 * roles/web/api - a question to the gate whose answer is a document; what the
 * files of the API share.
 *
 *   struct api_call *api = web_api_begin(client, request);
 *   if (api != NULL)
 *       ASK(api, cameras_get, &message);
 *
 * ON_JSON(cameras_get) makes the function that takes the answer.
 */
#ifndef ROLES_WEB_API_H
#define ROLES_WEB_API_H

#include "base/text.h"
#include "ipc/document.h"
#include "roles/web/web.h"
#include "sys/sealed_memory.h"
#include "web/problem.h"
#include "web/response.h"

struct api_call {
    struct web_call call; /* first */
    int code;             /* where all is well */
    enum problem denied;  /* what DENIED means here */
    bool forgets_session;
};

/* NULL where memory is short; the client has its answer then. */
struct api_call *web_api_begin(struct web_client *client,
                               const struct request *request);

/* The same; where the request does not say all that is needed the client is
 * refused instead, and there is none. */
struct api_call *web_api_begin_unless(bool is_bad, struct web_client *client,
                                      const struct request *request);

/* The question has been sent, or not: then nobody will answer. */
void web_api_sent(struct api_call *api, enum status status);

/* The gate's answer: a document, and perhaps a session's token. */
void web_api_finish(struct api_call *api, enum status status,
                    struct bytes json, struct text session);

/* The gate's answer is a page for people. */
void web_api_finish_page(struct api_call *api, enum status status,
                         struct bytes html);

/* The gate's answer is neither: as it stands, with its own code. type: static
 * storage. */
void web_api_finish_text(struct api_call *api, int code, const char *type,
                         struct bytes body);

/* A hold keeps what was to be destroyed (web/hold.c). */
void web_hold_refuses(struct api_call *api, uint32_t hold);

void web_api_refuse(struct web_client *client, enum problem problem);

/* Absent is allowed, wrong is not. */
bool web_api_optional_number(const struct request *request, const char *name,
                             int64_t max, int64_t *value);

#define ON_JSON(name)                                                          \
    static void on_##name(void *context, enum status status,                   \
                          const struct message_##name##_reply *reply,          \
                          int descriptor)                                      \
    {                                                                          \
        (void)descriptor;                                                      \
        web_api_finish(context, status,                                        \
                       reply == NULL ? (struct bytes){NULL, 0} : reply->json,  \
                       (struct text){NULL, 0});                                \
    }

/* The same where the gate may say why video is not taken out. */
#define ON_REFUSABLE(name)                                                     \
    static void on_##name(void *context, enum status status,                   \
                          const struct message_##name##_reply *reply,          \
                          int descriptor)                                      \
    {                                                                          \
        struct api_call *api = context;                                        \
        (void)descriptor;                                                      \
        if (reply != NULL)                                                     \
            api->denied = problem_of_refusal(STATUS_DENIED, reply->refusal);   \
        web_api_finish(api, status,                                            \
                       reply == NULL ? (struct bytes){NULL, 0} : reply->json,  \
                       (struct text){NULL, 0});                                \
    }

/* The same of a document that may be larger than a packet. */
#define ON_DOCUMENT(name)                                                      \
    static void on_##name(void *context, enum status status,                   \
                          const struct message_##name##_reply *reply,          \
                          int descriptor)                                      \
    {                                                                          \
        struct bytes mapped = {NULL, 0};                                       \
        struct bytes json = {NULL, 0};                                         \
        if (reply != NULL && status == STATUS_OK)                              \
            status = document_open(reply->json, reply->outside_bytes,          \
                                   &descriptor, &mapped, &json);               \
        socket_close(&descriptor);                                             \
        web_api_finish(context, status, json, (struct text){NULL, 0});         \
        sealed_memory_unmap(&mapped);                                          \
    }

/* The answer says nothing but that it is done. */
#define ON_DONE(name)                                                          \
    static void on_##name(void *context, enum status status,                   \
                          const struct message_##name##_reply *reply,          \
                          int descriptor)                                      \
    {                                                                          \
        (void)descriptor;                                                      \
        (void)reply;                                                           \
        web_api_finish(context, status, (struct bytes){NULL, 0},               \
                       (struct text){NULL, 0});                                \
    }

/* Sends `message` as `name`, or says that the gate is away. */
#define ASK(api, name, message)                                                \
    do {                                                                       \
        struct channel *gate_ = web_call_ask(&(api)->call, ROLE_GATE);         \
        web_api_sent(api, gate_ == NULL                                        \
                              ? STATUS_IO                                      \
                              : message_##name##_send(gate_, message, -1,      \
                                                      on_##name, api));        \
    } while (0)

#endif
