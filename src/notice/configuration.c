/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/configuration.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "notice/notice_signature.h"
#include "notice/yaml_fill.h"
#include "notice/versions/store.h"

enum {
    PATH_SIZE = 4096,
    SITE_FILE_BYTES_MAX = 1024,
};

#define SITE_FILE "site"

/* What the operator can do about a file that cannot be read. */
static const char *remedy_of(enum status status)
{
    switch ((int)status) {
    case STATUS_NOT_FOUND:
        return "write it after examples/, or name the right directory";
    case STATUS_DENIED:
        return "let this user read it";
    case STATUS_LIMIT:
        return "it may have 1 MiB";
    default:
        return "check the disk";
    }
}

static enum status read_file(const struct file_layer *layer, const char *path,
                             struct findings *findings, uint8_t **out,
                             size_t *size)
{
    enum status s =
        file_read_all(layer, path, CONFIGURATION_FILE_BYTES_MAX, out, size);
    if (s == STATUS_OK || s == STATUS_NO_MEMORY)
        return s;
    findings_add(findings, FINDING_UNREADABLE,
                 (struct finding_place){path, 0, 0}, remedy_of(s),
                 "cannot be read: %s", status_name(s));
    return STATUS_BAD_INPUT;
}

static enum status load_plant(const struct file_layer *layer, const char *path,
                              struct findings *findings, struct plant **out)
{
    uint8_t *yaml = NULL;
    size_t size = 0;
    enum status s = read_file(layer, path, findings, &yaml, &size);
    if (s == STATUS_OK)
        s = plant_load(path, bytes_of(yaml, size), findings, out);
    alloc_free(yaml);
    return s;
}

/* The version in force as the book says; *version 0: there is none. What is
 * wrong with it is said, and then there is none. */
static enum status read_version(const struct file_layer *layer,
                                const char *directory,
                                struct findings *findings,
                                struct configuration *out)
{
    struct notice_versions versions;
    enum status s = notice_book_read(layer, directory, &versions);
    const struct notice_version *active =
        s == STATUS_OK ? notice_versions_active(&versions) : NULL;
    if (active != NULL)
        s = notice_version_read(layer, directory, active, &out->notice_yaml,
                                &out->notice_yaml_size);
    if (active != NULL && s == STATUS_OK)
        out->version = active->number;
    notice_versions_deinit(&versions);
    if (s == STATUS_OK || s == STATUS_NO_MEMORY)
        return s;
    findings_add(findings, FINDING_VERSION_DAMAGED,
                 (struct finding_place){NOTICE_VERSIONS_DIRECTORY, 0, 0},
                 "restore versions/ from a backup; until then notice.yaml is "
                 "taken for the notice in force, and the log says so",
                 "the version in force cannot be read: %s", status_name(s));
    return STATUS_OK;
}

/* path: notice.yaml's; of the version's file, where one is in force. */
static enum status load_notice(const struct file_layer *layer,
                               const char *directory, char path[PATH_SIZE],
                               struct findings *findings,
                               struct configuration *out)
{
    enum status s = read_version(layer, directory, findings, out);
    if (s == STATUS_OK && out->version == 0)
        s = read_file(layer, path, findings, &out->notice_yaml,
                      &out->notice_yaml_size);
    else if (s == STATUS_OK)
        (void)notice_version_path(directory, out->version, "notice.yaml", path,
                                  PATH_SIZE);
    if (s == STATUS_OK)
        s = notice_load(path, bytes_of(out->notice_yaml, out->notice_yaml_size),
                        findings, &out->notice);
    return s;
}

/* A file beside notice.yaml. False, with a finding, where it is too long. */
static bool path_in(const char *directory, const char *name,
                    char out[PATH_SIZE], struct findings *findings)
{
    int used = snprintf(out, PATH_SIZE, "%s/%s", directory, name);
    if (used > 0 && used < PATH_SIZE)
        return true;
    findings_add(findings, FINDING_UNREADABLE,
                 (struct finding_place){directory, 0, 0}, "use a shorter one",
                 "the directory's name is too long");
    return false;
}

/* ---- the notice's signature */

/* It lies beside the file that was read; kept, since a version has its own. */
static enum status check_signature(const struct file_layer *layer,
                                   const char *notice_path,
                                   struct configuration *found,
                                   struct findings *findings)
{
    char path[PATH_SIZE];
    const struct text key = found->plant->notice_key;
    int used = snprintf(path, sizeof path, "%s" NOTICE_SIGNATURE_SUFFIX,
                        notice_path);
    if (used < 0 || used >= PATH_SIZE)
        return STATUS_LIMIT;
    const struct finding_place place = {path, 0, 0};
    enum status s = file_read_all(layer, path, NOTICE_SIGNATURE_BYTES_MAX,
                                  &found->signature, &found->signature_size);
    if (s == STATUS_NO_MEMORY)
        return s;
    if (key.size == 0)
        return STATUS_OK;
    if (s != STATUS_OK) {
        findings_add(findings, FINDING_SIGNATURE_MISSING, place,
                     "copy the file that haechi notice sign has written",
                     "plant.yaml asks for a signed notice, and there is no "
                     "signature: %s",
                     status_name(s));
        return findings_status(findings);
    }
    s = notice_signature_check(
        key, bytes_of(found->notice_yaml, found->notice_yaml_size),
        bytes_text(bytes_of(found->signature, found->signature_size)));
    if (s != STATUS_OK)
        findings_add(findings, FINDING_SIGNATURE_WRONG,
                     (struct finding_place){notice_path, 0, 0},
                     "restore the notice that was signed; a new one is signed "
                     "by haechi notice sign",
                     "the notice is not the one that was signed: it, or its "
                     "signature, was changed, or notice_key is another's");
    return findings_status(findings);
}

/* ---- which site */

static enum status site_differs(const char *path, struct text is,
                                struct text wanted, struct findings *findings)
{
    findings_add(findings, FINDING_SITE_DIFFERS,
                 (struct finding_place){path, 0, 0},
                 "use a directory of its own for each site",
                 "this installation is that of site '%.*s', not '%.*s'",
                 (int)(is.size < 60 ? is.size : 60), is.data,
                 (int)(wanted.size < 60 ? wanted.size : 60), wanted.data);
    return findings_status(findings);
}

/* The file's first line; empty where there is no file. */
static enum status read_site(const struct file_layer *layer, const char *path,
                             struct findings *findings,
                             struct configuration *found, struct text *out)
{
    size_t size = 0;
    *out = text_of("");
    enum status s = file_read_all(layer, path, SITE_FILE_BYTES_MAX,
                                  &found->site_file, &size);
    if (s == STATUS_NOT_FOUND)
        return STATUS_OK;
    if (s == STATUS_OK) {
        struct text rest = bytes_text(bytes_of(found->site_file, size));
        *out = text_cut(&rest, '\n');
    } else if (s != STATUS_NO_MEMORY) {
        findings_add(findings, FINDING_UNREADABLE,
                     (struct finding_place){path, 0, 0}, remedy_of(s),
                     "cannot be read: %s", status_name(s));
        s = STATUS_BAD_INPUT;
    }
    return s;
}

static enum status choose_site(const struct file_layer *layer,
                               const char *directory, struct text wanted,
                               struct findings *findings,
                               struct configuration *found)
{
    char path[PATH_SIZE];
    struct text kept;
    if (!path_in(directory, SITE_FILE, path, findings))
        return STATUS_BAD_INPUT;
    enum status s = read_site(layer, path, findings, found, &kept);
    if (s != STATUS_OK)
        return s;
    struct text *site = &found->plant->site_id;
    if (kept.size > 0 && site->size > 0 && !text_equal(kept, *site))
        return site_differs(path, kept, *site, findings);
    if (site->size == 0)
        *site = kept;
    if (wanted.size > 0 && site->size > 0 && !text_equal(wanted, *site))
        return site_differs(path, *site, wanted, findings);
    if (site->size == 0)
        *site = wanted;
    return STATUS_OK;
}

enum status configuration_keep_site(const struct file_layer *layer,
                                    const char *directory,
                                    const struct configuration *configuration)
{
    char path[PATH_SIZE];
    char line[YAML_ID_MAX + 2];
    const struct text site = configuration->plant->site_id;
    if (site.size == 0 || configuration->site_file != NULL ||
        yaml_child(configuration->plant->tree,
                   yaml_tree_root(configuration->plant->tree), "site") != NULL)
        return STATUS_OK;
    (void)snprintf(path, sizeof path, "%s/" SITE_FILE, directory);
    int used = snprintf(line, sizeof line, "%.*s\n", (int)site.size, site.data);
    return used > 0 && (size_t)used < sizeof line
               ? file_replace(layer, path, text_bytes(text_of(line)))
               : STATUS_LIMIT;
}

/* ---- all of it */

/* What is read; names of files in the findings. */
struct place {
    const struct file_layer *layer;
    const char *directory;
    const char *site; /* NULL: as configured */
    char notice_path[PATH_SIZE];
    char plant_path[PATH_SIZE];
};

static enum status join(const struct place *place, struct findings *findings,
                        struct configuration *found)
{
    enum status s = check_signature(place->layer, place->notice_path, found,
                                    findings);
    if (s == STATUS_OK)
        s = choose_site(place->layer, place->directory,
                        text_of(place->site == NULL ? "" : place->site),
                        findings, found);
    if (s != STATUS_OK)
        return s;
    return found->version == 0
               ? plant_bind(found->plant, place->plant_path, found->notice,
                            place->notice_path, findings)
               : plant_bind_in_force(found->plant, place->plant_path,
                                     found->notice, place->notice_path,
                                     findings);
}

static enum status load(struct place *place, struct findings *findings,
                        struct configuration *found)
{
    enum status first = load_notice(place->layer, place->directory,
                                    place->notice_path, findings, found);
    enum status second = load_plant(place->layer, place->plant_path, findings,
                                    &found->plant);
    if (first == STATUS_OK)
        first = second;
    if (first == STATUS_OK)
        first = join(place, findings, found);
    return second == STATUS_NO_MEMORY ? second : first;
}

/* Whoever edits notice.yaml must know that nothing follows it by itself. */
static void look_for_a_draft(const struct place *place,
                             const struct configuration *configuration,
                             struct findings *findings)
{
    char path[PATH_SIZE];
    uint8_t *yaml = NULL;
    size_t size = 0;
    (void)snprintf(path, sizeof path, "%s/notice.yaml", place->directory);
    if (configuration->version == 0 ||
        file_read_all(place->layer, path, CONFIGURATION_FILE_BYTES_MAX, &yaml,
                      &size) != STATUS_OK)
        return;
    bool is_same = size == configuration->notice_yaml_size &&
                   memcmp(yaml, configuration->notice_yaml, size) == 0;
    alloc_free(yaml);
    if (is_same)
        return;
    findings_add(findings, FINDING_NOTICE_NOT_PUBLISHED,
                 (struct finding_place){path, 0, 0},
                 "announce it with haechi notice publish (haechi notice "
                 "versions says what was), or take it back",
                 "differs from version %u, which is in force and which the "
                 "recorder follows",
                 (unsigned)configuration->version);
}

enum status configuration_load_site(const struct file_layer *layer,
                                    const char *directory, const char *site,
                                    struct findings *findings,
                                    struct configuration *out)
{
    *out = (struct configuration){0};
    struct place place = {
        .layer = layer, .directory = directory, .site = site};
    if (!path_in(directory, "notice.yaml", place.notice_path, findings) ||
        !path_in(directory, "plant.yaml", place.plant_path, findings))
        return findings_status(findings);
    struct configuration found = {0};
    enum status s = load(&place, findings, &found);
    if (s == STATUS_OK) {
        look_for_a_draft(&place, &found, findings);
        *out = found;
    } else {
        configuration_deinit(&found);
    }
    return s;
}

enum status configuration_load(const struct file_layer *layer,
                               const char *directory, struct findings *findings,
                               struct configuration *out)
{
    return configuration_load_site(layer, directory, NULL, findings, out);
}

void configuration_deinit(struct configuration *configuration)
{
    notice_destroy(&configuration->notice);
    plant_destroy(&configuration->plant);
    alloc_free(configuration->notice_yaml);
    alloc_free(configuration->signature);
    alloc_free(configuration->site_file);
    *configuration = (struct configuration){0};
}
