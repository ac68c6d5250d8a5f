/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gst_cameras PORT - cameras that are not ours: gst-rtsp-server with
 *
 *   /h264 /h265   (from files named by HAECHI_H264, HAECHI_H265: MP4;
 *                 /b-frames from HAECHI_B_FRAMES)
 *   /b-frames     H.264 whose pictures are not sent in the order of showing
 *   /sound        H.264 beside an audio stream
 *   /jpeg         a codec that is not recorded
 *   /secret       H.264 behind Digest: user "camera", password "gst pass"
 *   /secret-h265  H.265, likewise
 *   /secret-sound H.264 beside an audio stream, likewise
 *
 * With HAECHI_TLS (certificate and key, PEM) all of it inside TLS.
 *
 * Prints "ready", then "setup PATH" for each stream that a client sets up, and
 * runs until it is ended.
 */
#include <gst/gst.h>
#include <gst/rtsp-server/rtsp-server.h>
#include <stdio.h>
#include <stdlib.h>

enum { LAUNCH_SIZE = 1024 };

static GstRTSPMediaFactory *mount(GstRTSPServer *server, const char *path,
                                  const char *launch)
{
    GstRTSPMountPoints *mounts = gst_rtsp_server_get_mount_points(server);
    GstRTSPMediaFactory *factory = gst_rtsp_media_factory_new();
    gst_rtsp_media_factory_set_launch(factory, launch);
    gst_rtsp_mount_points_add_factory(mounts, path, factory);
    g_object_unref(mounts);
    return factory;
}

static void from_file(char out[LAUNCH_SIZE], const char *variable,
                      const char *parse, const char *pay, const char *more)
{
    const char *file = getenv(variable);
    (void)snprintf(out, LAUNCH_SIZE,
                   "( filesrc location=%s ! qtdemux ! %s ! "
                   "%s name=pay0 pt=96 mtu=1200 %s )",
                   file == NULL ? "missing" : file, parse, pay, more);
}

static void know_passwords(GstRTSPServer *server)
{
    GstRTSPAuth *auth = gst_rtsp_auth_new();
    GstRTSPToken *token =
        gst_rtsp_token_new(GST_RTSP_TOKEN_MEDIA_FACTORY_ROLE, G_TYPE_STRING,
                           "viewer", NULL);
    gst_rtsp_auth_set_supported_methods(auth, GST_RTSP_AUTH_DIGEST);
    gst_rtsp_auth_add_digest(auth, "camera", "gst pass", token);
    gst_rtsp_token_unref(token);
    GstRTSPToken *anyone =
        gst_rtsp_token_new(GST_RTSP_TOKEN_MEDIA_FACTORY_ROLE, G_TYPE_STRING,
                           "anyone", NULL);
    gst_rtsp_auth_set_default_token(auth, anyone);
    gst_rtsp_token_unref(anyone);
    const char *file = getenv("HAECHI_TLS");
    GTlsCertificate *certificate =
        file == NULL ? NULL : g_tls_certificate_new_from_file(file, NULL);
    if (certificate != NULL)
        gst_rtsp_auth_set_tls_certificate(auth, certificate);
    gst_rtsp_server_set_auth(server, auth);
    g_object_unref(auth);
}

static void allow(GstRTSPMediaFactory *factory, const char *role, gboolean may)
{
    gst_rtsp_media_factory_add_role(factory, role,
                                    GST_RTSP_PERM_MEDIA_FACTORY_ACCESS,
                                    G_TYPE_BOOLEAN, TRUE,
                                    GST_RTSP_PERM_MEDIA_FACTORY_CONSTRUCT,
                                    G_TYPE_BOOLEAN, may, NULL);
}

/* Seen by anyone, opened by none: this is what makes the server ask. */
static void demand_password(GstRTSPMediaFactory *factory)
{
    allow(factory, "viewer", TRUE);
    allow(factory, "anyone", FALSE);
}

static void open_to_all(GstRTSPMediaFactory *factory)
{
    allow(factory, "viewer", TRUE);
    allow(factory, "anyone", TRUE);
}

static void on_setup(GstRTSPClient *client, GstRTSPContext *request,
                     gpointer context)
{
    (void)printf("setup %s\n", request->uri->abspath);
    (void)fflush(stdout);
}

static void on_client(GstRTSPServer *server, GstRTSPClient *client,
                      gpointer context)
{
    g_signal_connect(client, "setup-request", G_CALLBACK(on_setup), NULL);
}

static void mount_all(GstRTSPServer *server)
{
    const char *sound =
        "audiotestsrc is-live=true ! alawenc ! rtppcmapay name=pay1";
    char launch[LAUNCH_SIZE];
    from_file(launch, "HAECHI_H264", "h264parse", "rtph264pay", "");
    open_to_all(mount(server, "/h264", launch));
    demand_password(mount(server, "/secret", launch));
    from_file(launch, "HAECHI_H264", "h264parse", "rtph264pay", sound);
    open_to_all(mount(server, "/sound", launch));
    demand_password(mount(server, "/secret-sound", launch));
    from_file(launch, "HAECHI_B_FRAMES", "h264parse", "rtph264pay", "");
    open_to_all(mount(server, "/b-frames", launch));
    from_file(launch, "HAECHI_H265", "h265parse", "rtph265pay", "");
    open_to_all(mount(server, "/h265", launch));
    demand_password(mount(server, "/secret-h265", launch));
    open_to_all(mount(server, "/jpeg",
                      "( videotestsrc is-live=true ! jpegenc ! "
                      "rtpjpegpay name=pay0 pt=26 )"));
}

int main(int count, char **arguments)
{
    gst_init(&count, &arguments);
    if (count != 2)
        return 2;
    GMainLoop *loop = g_main_loop_new(NULL, FALSE);
    GstRTSPServer *server = gst_rtsp_server_new();
    gst_rtsp_server_set_address(server, "127.0.0.1");
    gst_rtsp_server_set_service(server, arguments[1]);
    know_passwords(server);
    mount_all(server);
    g_signal_connect(server, "client-connected", G_CALLBACK(on_client), NULL);
    if (gst_rtsp_server_attach(server, NULL) == 0)
        return 3;
    (void)printf("ready\n");
    (void)fflush(stdout);
    g_main_loop_run(loop);
    return 0;
}
