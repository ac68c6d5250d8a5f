/* SPDX-License-Identifier: Apache-2.0 */
/* What Media Source must be told of an init segment, read from the segment. */

function find(bytes, name) {
    const codes = [...name].map((c) => c.charCodeAt(0));
    for (let i = 0; i + 8 < bytes.length; i++) {
        if (codes.every((code, k) => bytes[i + k] === code)) {
            return i + 4;
        }
    }
    return -1;
}

/* RFC 6381: "avc1.64001F". Empty for H.265, which Chromium cannot show. */
export function describeInit(bytes) {
    const avc = find(bytes, 'avcC');
    if (avc >= 0) {
        const hex = [...bytes.subarray(avc + 1, avc + 4)].map((b) => b.toString(16).padStart(2, '0').toUpperCase());
        return {codec: `avc1.${hex.join('')}`, isH265: false};
    }
    return {codec: '', isH265: find(bytes, 'hvcC') >= 0};
}

export function canShow(codec) {
    return 'MediaSource' in window && MediaSource.isTypeSupported(`video/mp4; codecs="${codec}"`);
}
