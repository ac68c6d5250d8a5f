/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notice/plant_site - which part of the notice an installation runs.
 *
 * An institution publishes one notice; each of its sites records, stores and
 * destroys by itself. The whole notice stays: it is what is published. Only
 * groups of the site are run.
 */
#ifndef NOTICE_PLANT_SITE_H
#define NOTICE_PLANT_SITE_H

#include "notice/finding.h"
#include "notice/plant.h"

/* The keys installation, site and notice_key by themselves. */
void plant_site_check(const struct plant *plant, struct findings *findings);

/*
 * Finds the site of the bound cameras' notice, and leaves out cameras of other
 * sites: those of a plant for all sites; where plant.yaml itself says site:,
 * they are findings. The installation's id becomes the site's.
 */
void plant_site_bind(struct plant *plant, const char *plant_file,
                     const struct notice *notice, struct findings *findings);

/* The group (an index) belongs to what this installation runs. */
bool plant_runs_group(const struct plant *plant, const struct notice *notice,
                      size_t group);

/* As above, and its video is stored: not a class that only counts. */
bool plant_stores_group(const struct plant *plant, const struct notice *notice,
                        size_t group);

/* The scope (of a person, say) is about something that is run here. */
bool plant_runs_some(const struct plant *plant, const struct notice *notice,
                     const struct notice_scope *scope);

#endif
