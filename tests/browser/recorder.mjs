/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests run against: by default the fake recorder of this build (env
 * FAKE_RECORDER, FAKE_CLIP); with HAECHI_ADDRESS and HAECHI_CODE a recorder
 * that runs already, such as the demo's.
 */
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import https from 'node:https';
import {createInterface} from 'node:readline';

export async function startRecorder(...faults) {
    if (process.env.HAECHI_ADDRESS) {
        return {address: process.env.HAECHI_ADDRESS, code: process.env.HAECHI_CODE, isFake: false, stop() {}};
    }
    const child = spawn(process.env.FAKE_RECORDER, [process.env.FAKE_CLIP, '0', ...faults], {stdio: ['ignore', 'pipe', 'inherit']});
    const heard = createInterface({input: child.stdout})[Symbol.asyncIterator]();
    const [address, code] = (await heard.next()).value.split(' ');
    /* Until it has said a word so many times: see fake_recorder.c. */
    async function hear(word, times = 1) {
        for (let i = 0; i < times; i++) {
            const {value} = await heard.next();
            if (value !== word) {
                throw new Error(`the recorder says ${value}, not ${word}`);
            }
        }
    }
    const signal = (name, word) => {
        child.kill(name);
        return hear(word);
    };
    return {
        address, code, isFake: true,
        /* Gate and vault become new processes; the gate falls silent; so many
         * questions have reached a silent gate; what is ordered is done. */
        replaceNeighbours: () => signal('SIGUSR1', 'replaced'),
        muteGate: () => signal('SIGUSR2', 'mute'),
        unanswered: (times) => hear('unanswered', times),
        carryOut: () => signal('SIGALRM', 'done'),
        async stop() {
            const ended = once(child, 'exit');
            child.kill();
            await ended;
        },
    };
}

/* One request on a connection of its own: {status, headers, body}. */
export function ask(address, method, path, {headers = {}, body, agent, until} = {}) {
    return new Promise((resolve, reject) => {
        const length = body === undefined ? {} : {'Content-Length': Buffer.byteLength(body)};
        const request = https.request(address + path, {method, headers: {...headers, ...length}, agent: agent ?? false, rejectUnauthorized: false}, (response) => {
            const parts = [];
            let size = 0;
            response.on('data', (part) => {
                parts.push(part);
                size += part.length;
                if (until && until(Buffer.concat(parts))) {
                    request.destroy();
                    resolve({status: response.statusCode, headers: response.headers, body: Buffer.concat(parts)});
                }
            });
            response.on('end', () => resolve({status: response.statusCode, headers: response.headers, body: Buffer.concat(parts, size)}));
            response.on('error', reject);
        });
        request.on('error', reject);
        if (body !== undefined) {
            request.write(body);
        }
        request.end();
    });
}

export const MARKED = {'X-Haechi': '1', 'Content-Type': 'application/json'};

export const PERSON = {name: '홍길동', password: 'correct horse'};

/* The first login; gives the cookie. */
export async function signIn(recorder) {
    const body = JSON.stringify({code: recorder.code, ...PERSON});
    const answer = await ask(recorder.address, 'POST', '/api/v1/session/first', {headers: MARKED, body});
    return {answer, cookie: answer.headers['set-cookie']?.[0].split(';')[0]};
}
