/* SPDX-License-Identifier: Apache-2.0 */
/* The list of cameras as the recorder gives it, and questions to it. */
import {own, tOr, t} from './text.js';

function every(list) {
    return (list?.sites ?? []).flatMap((site) =>
        (site.groups ?? []).flatMap((group) =>
            (group.cameras ?? []).map((camera) => ({...camera, group, site}))));
}

/* Every camera with its group and site, in the notice's order; but for those
 * that only count, of which there is nothing to see. */
export function flatten(list) {
    return every(list).filter((camera) => camera.state !== 'not_stored');
}

/* Those that only count. */
export function countsOnly(list) {
    return every(list).filter((camera) => camera.state === 'not_stored');
}

/* What nobody is to see of this camera's picture: "가림: 수유실". */
export function maskText(camera) {
    const what = [...new Set((camera.masks ?? []).map((mask) => mask.what))];
    return what.length > 0 ? t('camera.masks', {what: what.join(', ')}) : '';
}

export function isRecording(camera) {
    return camera.state === 'recording' || camera.state === 'none';
}

/* Recording, or outside the hours that the notice names. */
export function isAsPromised(camera) {
    return isRecording(camera) || camera.state === 'planned_off';
}

export function stateText(camera) {
    return isRecording(camera) ? t('state.recording') : tOr(`cause.${camera.state}`, camera.state);
}

export function placeText(group) {
    return own({ko: group.place_ko, en: group.place_en}) || own(group);
}

export function coverageText(group) {
    return own({ko: group.coverage_ko, en: group.coverage_en});
}

/* What "destroyed" means here: said wherever it is said. */
export function erasureText(list) {
    return tOr(`erasure.${list?.erasure_level ?? 0}`, '');
}

export function retentionText(retention) {
    return retention ? t(`playback.period.${retention.unit}`, {n: retention.count}) : '';
}

/* Purposes that all these cameras share; those of any, if they share none. */
export function commonPurposes(cameras) {
    const sets = cameras.map((camera) => camera.group.purposes ?? []);
    const all = [...new Set(sets.flat())];
    const common = all.filter((id) => sets.every((set) => set.includes(id)));
    return common.length > 0 ? common : all;
}
