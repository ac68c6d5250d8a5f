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

/* ISO/IEC 14496-15 annex E: "hvc1.1.6.L93.B0". at: behind the box's name. */
function h265Codec(bytes, at) {
    const compatibility = new DataView(bytes.buffer, bytes.byteOffset + at + 2, 4).getUint32(0);
    let reversed = 0;
    for (let bit = 0; bit < 32; bit++) {
        reversed += compatibility >>> bit & 1 ? 2 ** (31 - bit) : 0;
    }
    const space = ['', 'A', 'B', 'C'][bytes[at + 1] >> 6];
    const tier = bytes[at + 1] & 32 ? 'H' : 'L';
    const constraints = [...bytes.subarray(at + 6, at + 12)];
    while (constraints.length > 0 && constraints.at(-1) === 0) {
        constraints.pop();
    }
    return ['hvc1', space + (bytes[at + 1] & 31), reversed.toString(16).toUpperCase(), tier + bytes[at + 12],
        ...constraints.map((b) => b.toString(16).toUpperCase())].join('.');
}

/* RFC 6381: "avc1.64001F". H.265 is asked for too: not every browser has it. */
export function describeInit(bytes) {
    const avc = find(bytes, 'avcC');
    if (avc >= 0) {
        const hex = [...bytes.subarray(avc + 1, avc + 4)].map((b) => b.toString(16).padStart(2, '0').toUpperCase());
        return {codec: `avc1.${hex.join('')}`, isH265: false};
    }
    const hevc = find(bytes, 'hvcC');
    return hevc >= 0 ? {codec: h265Codec(bytes, hevc), isH265: true} : {codec: '', isH265: false};
}

export function canShow(codec) {
    return codec !== '' && 'MediaSource' in window && MediaSource.isTypeSupported(`video/mp4; codecs="${codec}"`);
}
