/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON API. The session's cookie is out of reach for scripts. */
import {language} from './text.js';

const ROOT = '/api/v1';

export class ApiError extends Error {
    constructor(status, error) {
        super(error?.[language()] ?? error?.en ?? `HTTP ${status}`);
        this.status = status;
        this.problem = error?.name ?? '';
    }
}

let onSignedOut = () => {};
let onDenied = () => {};

export function whenSignedOut(handler) {
    onSignedOut = handler;
}

export function whenDenied(handler) {
    onDenied = handler;
}

async function failure(response) {
    let error = null;
    try {
        error = (await response.json()).error;
    } catch {
        /* not our answer: a proxy's, or cut off */
    }
    if (response.status === 401 && error?.name === 'no_session') {
        onSignedOut();
    }
    if (response.status === 403 && error?.name === 'denied') {
        onDenied();
    }
    return new ApiError(response.status, error);
}

/* The response itself, for video. */
export async function open(method, path, options = {}) {
    const headers = method === 'GET' ? {} : {'X-Haechi': '1'};
    let body;
    if (options.body !== undefined) {
        headers['Content-Type'] = 'application/json';
        body = JSON.stringify(options.body);
    }
    let response;
    try {
        response = await fetch(ROOT + path, {
            method, headers, body, cache: 'no-store', redirect: 'error',
            signal: options.signal, keepalive: options.keepalive,
        });
    } catch (error) {
        if (error.name === 'AbortError') {
            throw error;
        }
        throw new ApiError(0, {
            name: 'unreachable',
            ko: '기록장치에 연결할 수 없습니다. 네트워크를 확인하세요. 다시 연결을 시도합니다.',
            en: 'The recorder cannot be reached. Check the network. The connection is being tried again.',
        });
    }
    if (!response.ok) {
        throw await failure(response);
    }
    return response;
}

async function ask(method, path, options) {
    const response = await open(method, path, options);
    return response.status === 204 ? null : response.json();
}

export const get = (path, options) => ask('GET', path, options);
export const post = (path, body, options) => ask('POST', path, {...options, body});
export const remove = (path, options) => ask('DELETE', path, options);
