/* SPDX-License-Identifier: Apache-2.0 */
/* The web role as any client meets it: TLS, HTTP, the API, its limits. */
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import test, {after, before} from 'node:test';
import tls from 'node:tls';
import {ask, MARKED, PERSON, signIn, startRecorder} from './recorder.mjs';

const PURPOSE = {purpose: 'facility_safety', reason: '분실물 확인'};

let recorder;
let address;
let cookie;

before(async () => {
    recorder = await startRecorder();
    address = recorder.address;
    const {answer, cookie: given} = await signIn(recorder);
    assert.equal(answer.status, 200);
    const line = answer.headers['set-cookie'][0];
    for (const attribute of ['__Host-haechi=', '; Path=/', '; Secure', '; HttpOnly', '; SameSite=Strict']) {
        assert.ok(line.includes(attribute), attribute);
    }
    cookie = given;
});

after(() => recorder.stop());

const get = (path, headers = {}) => ask(address, 'GET', path, {headers: {Cookie: cookie, ...headers}});
const post = (path, value, headers = {}) => ask(address, 'POST', path, {headers: {Cookie: cookie, ...MARKED, ...headers}, body: JSON.stringify(value)});
const json = (answer) => JSON.parse(answer.body.toString());

/* A raw TLS connection; text() is what has come so far. */
function raw(options = {}) {
    const {hostname, port} = new URL(address);
    const socket = tls.connect({host: hostname, port: Number(port), rejectUnauthorized: false, ...options});
    let text = '';
    const closed = new Promise((resolve) => {
        socket.on('close', () => resolve(Date.now()));
    });
    const ready = new Promise((resolve, reject) => {
        socket.on('secureConnect', resolve);
        socket.on('error', reject);
        socket.on('close', () => reject(new Error('closed')));
    });
    ready.catch(() => {});
    socket.on('error', () => {});
    socket.on('data', (part) => {
        text += part.toString('latin1');
    });
    return {socket, closed, ready, text: () => text};
}

/* Every GET of the API's description. */
function documented() {
    const lines = readFileSync(new URL('../../docs/reference/api/openapi.yaml', import.meta.url), 'utf8').split('\n');
    const found = [];
    let path = '';
    for (const line of lines) {
        path = /^  (\/\S*):$/.exec(line)?.[1] ?? path;
        const method = /^ {4}(get|post|delete):$/.exec(line)?.[1];
        if (method) {
            found.push({method: method.toUpperCase(), path: path.replace(/\{\w+\}/, '1'), isPublic: false});
        }
        if (line === '      security: []') {
            found.at(-1).isPublic = true;
        }
    }
    return found;
}

test('nothing but the public is served without a session', async () => {
    for (const {method, path, isPublic} of documented()) {
        const answer = await ask(address, method, path, {headers: MARKED, body: method === 'POST' ? '{}' : undefined});
        if (isPublic) {
            assert.notEqual(json0(answer)?.error?.name, 'no_session', path);
        } else {
            assert.equal(answer.status, 401, `${method} ${path}`);
            const {error} = json(answer);
            assert.equal(error.name, 'no_session');
            assert.ok(error.ko && error.en);
        }
        const kept = answer.headers['cache-control'];
        assert.ok(kept === 'no-store' || isPublic && kept === 'public, max-age=10', `${path}: ${kept}`);
    }
});

function json0(answer) {
    try {
        return json(answer);
    } catch {
        return null;
    }
}

test('changes that another site asks for are refused', async () => {
    const body = {cameras: [1], ...PURPOSE};
    const host = new URL(address).host;
    for (const headers of [{'X-Haechi': '0'}, {Origin: 'https://evil.example'}, {Origin: `http://${host}`}, {'Sec-Fetch-Site': 'cross-site'}, {'Sec-Fetch-Site': 'same-site'}]) {
        const answer = await post('/api/v1/live', body, headers);
        assert.equal(answer.status, 403);
        assert.equal(json(answer).error.name, 'foreign_origin');
    }
    const own = await post('/api/v1/live', body, {Origin: address, 'Sec-Fetch-Site': 'same-origin'});
    assert.equal(own.status, 201);
});

test('a wrong password, unknown members and missing reasons are refused', async () => {
    const wrong = await post('/api/v1/session', {name: PERSON.name, password: 'wrong password'});
    assert.equal(wrong.status, 401);
    assert.equal(json(wrong).error.name, 'wrong_login');
    for (const value of [{}, {...PURPOSE}, {camera: 1, from: 1, to: 2, purpose: 'facility_safety', reason: ' '},
        {camera: 1, from: 1, to: 2, ...PURPOSE, extra: 1}, {camera: '1', from: 1, to: 2, ...PURPOSE}]) {
        const answer = await post('/api/v1/views', value);
        assert.equal(answer.status, 400, JSON.stringify(value));
    }
    const text = await ask(address, 'POST', '/api/v1/views', {headers: {Cookie: cookie, 'X-Haechi': '1', 'Content-Type': 'text/plain'}, body: '{}'});
    assert.equal(text.status, 400);
});

test('methods and paths that are not there', async () => {
    const put = await ask(address, 'DELETE', '/api/v1/accounts', {headers: {Cookie: cookie, ...MARKED}});
    assert.equal(put.status, 405);
    assert.equal(put.headers.allow, 'GET, POST');
    for (const path of ['/api/v1/nothing', '/nothing', '/api/v1/views/x/media', '/a%20b', '/app.js/']) {
        assert.equal((await get(path)).status, 404, path);
    }
    const trace = await ask(address, 'TRACE', '/', {});
    assert.equal(trace.status, 405);
});

test('the console is served with its policy and an ETag', async () => {
    const page = await get('/');
    assert.equal(page.status, 200);
    assert.match(page.headers['content-security-policy'], /^default-src 'none'; script-src 'self';/);
    assert.ok(!/unsafe|http/.test(page.headers['content-security-policy']));
    assert.equal(page.headers['x-content-type-options'], 'nosniff');
    const again = await get('/', {'If-None-Match': page.headers.etag});
    assert.equal(again.status, 304);
    assert.equal(again.body.length, 0);
    const head = await ask(address, 'HEAD', '/app.js', {});
    assert.equal(head.status, 200);
    assert.ok(Number(head.headers['content-length']) > 1000);
    assert.equal(head.body.length, 0);
    const noticeHead = await ask(address, 'HEAD', '/notice', {});
    assert.equal(noticeHead.status, 200);
    assert.equal(noticeHead.body.length, 0);
    const notice = await get('/notice');
    assert.match(notice.headers['content-security-policy'], /default-src 'none'/);
    assert.ok(!/script-src/.test(notice.headers['content-security-policy']));
});

test('recorded video: pieces that follow one another, then the file', async () => {
    const now = Date.now() * 1000;
    const span = {from: now - 40e6, to: now - 5e6};
    const opened = await post('/api/v1/views', {camera: 1, ...span, ...PURPOSE});
    assert.equal(opened.status, 201);
    const {view, entry} = json(opened);
    assert.ok(entry > 0);
    let from = span.from;
    let pieces = 0;
    let last = 0;
    while (from !== 0 && from < span.to) {
        const piece = await get(`/api/v1/views/${view}/media?camera=1&from=${from}`);
        assert.equal(piece.status, 200);
        assert.equal(piece.headers['cache-control'], 'no-store');
        assert.match(piece.headers['x-haechi-codec'], /^avc1\.[0-9A-F]{6}$/);
        assert.equal(piece.body.toString('latin1', 4, 8), 'ftyp');
        const [start, end, next] = ['start', 'end', 'next'].map((name) => Number(piece.headers[`x-haechi-${name}`]));
        assert.ok(start <= from && from - start < 2e6 && end > start);
        assert.ok(next === 0 || next > from);
        assert.ok(!piece.body.includes('HTK1') && !JSON.stringify(piece.headers).includes('HTK1'), 'a ticket got out');
        last = end;
        from = next;
        pieces++;
    }
    assert.ok(pieces >= 2 && last >= span.to - 1e6);
    const file = await get(`/api/v1/views/${view}/download.mp4`);
    assert.equal(file.status, 200);
    assert.equal(file.headers['transfer-encoding'], 'chunked');
    assert.match(file.headers['content-disposition'], /^attachment; filename="haechi-camera-1-/);
    assert.ok(file.body.indexOf('mdat') > 0 && file.body.indexOf('mdat') < file.body.indexOf('moov'));
    const bad = await get(`/api/v1/views/${view}/media?camera=1&from=x`);
    assert.equal(bad.status, 400);
    const closed = await ask(address, 'DELETE', `/api/v1/views/${view}`, {headers: {Cookie: cookie, ...MARKED}});
    assert.equal(closed.status, 204);
});

test('a file that does not get on is not taken for whole', async () => {
    const now = Date.now() * 1000;
    const opened = await post('/api/v1/views', {camera: 6, from: now - 60e6, to: now - 5e6, ...PURPOSE});
    assert.equal(opened.status, 201);
    const {view} = json(opened);
    const file = await get(`/api/v1/views/${view}/download.mp4`);
    assert.equal(file.status, 500);
    assert.equal(json(file).error.name, 'internal');
    const closed = await ask(address, 'DELETE', `/api/v1/views/${view}`, {headers: {Cookie: cookie, ...MARKED}});
    assert.equal(closed.status, 204);
});

/* Frames of the wall: {camera, kind, timeUs, size}. */
function frames(bytes) {
    const found = [];
    let at = 0;
    while (at + 20 <= bytes.length) {
        const frame = {camera: bytes.readUInt32BE(at), kind: bytes[at + 4], timeUs: Number(bytes.readBigInt64BE(at + 8)), size: bytes.readUInt32BE(at + 16)};
        if (at + 20 + frame.size > bytes.length) {
            break;
        }
        found.push(frame);
        at += 20 + frame.size;
    }
    return found;
}

test('live video: all cameras in one stream, each with its init first', {timeout: 60000}, async () => {
    const opened = await post('/api/v1/live', {cameras: [1, 2, 4], ...PURPOSE});
    const {view} = json(opened);
    const cameras = [1, 2, 4];
    /* Where all came late, because a machine stood still, the next is fresh. */
    const isFresh = (all, camera) => Date.now() * 1000 - (all.findLast((frame) => frame.camera === camera)?.timeUs ?? 0) < 2e6;
    const seen = await ask(address, 'GET', `/api/v1/live/${view}/stream`, {
        headers: {Cookie: cookie},
        until: (bytes) => {
            const all = frames(bytes);
            return all.filter((frame) => frame.camera === 4).length > 12 && cameras.every((camera) => isFresh(all, camera));
        },
    });
    assert.equal(seen.headers['transfer-encoding'], 'chunked');
    const all = frames(seen.body);
    for (const camera of cameras) {
        const own = all.filter((frame) => frame.camera === camera);
        assert.equal(own[0].kind, 1);
        assert.ok(own.slice(1).every((frame, i) => frame.kind === 2 && frame.timeUs >= own[i].timeUs));
    }
});

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

test('a question that the gate takes with it into death is answered', async () => {
    await recorder.muteGate();
    const open = [get('/api/v1/cameras'), get('/api/v1/cameras')];
    await recorder.unanswered(open.length);
    await recorder.replaceNeighbours();
    for (const answer of await Promise.all(open)) {
        assert.equal(answer.status, 503);
        assert.equal(json(answer).error.name, 'gate_away');
    }
    assert.equal((await get('/api/v1/cameras')).status, 200);
});

test('a client that leaves while it waits costs nothing', async () => {
    await recorder.muteGate();
    const leaving = Array.from({length: 10}, () => raw());
    await Promise.all(leaving.map((connection) => connection.ready));
    for (const {socket} of leaving) {
        socket.write(`GET /api/v1/cameras HTTP/1.1\r\nHost: a\r\nCookie: ${cookie}\r\n\r\n`);
    }
    await recorder.unanswered(leaving.length);
    for (const {socket} of leaving) {
        socket.destroy();
    }
    await sleep(100);
    await recorder.replaceNeighbours();
    assert.equal((await get('/api/v1/cameras')).status, 200);
});

test('live video goes on when gate and vault are restarted', async () => {
    const {view} = json(await post('/api/v1/live', {cameras: [1, 2], ...PURPOSE}));
    let before = 0;
    const seen = await ask(address, 'GET', `/api/v1/live/${view}/stream`, {
        headers: {Cookie: cookie},
        until: (bytes) => {
            const count = frames(bytes).length;
            if (before === 0 && count > 10) {
                before = count;
                recorder.replaceNeighbours();
            }
            return before > 0 && count > before + 10;
        },
    });
    const times = frames(seen.body).filter((frame) => frame.camera === 1).map((frame) => frame.timeUs);
    assert.ok(times.at(-1) > times[0]);
});

test('hard heads: too large, doubled, chunked, old', async () => {
    const cases = [
        [`GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20000)}\r\n\r\n`, /^HTTP\/1\.1 431 /],
        ['GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', /^HTTP\/1\.1 400 /],
        ['POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', /^HTTP\/1\.1 411 /],
        ['GET / HTTP/1.0\r\nHost: a\r\n\r\n', /^HTTP\/1\.1 505 /],
        ['GET / HTTP/1.1\r\n\r\n', /^HTTP\/1\.1 400 /],
        ['POST /api/v1/session HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n', /^HTTP\/1\.1 413 /],
        ['\x00\x01\x02\r\n\r\n', /^HTTP\/1\.1 400 /],
    ];
    for (const [head, expected] of cases) {
        const connection = raw();
        await connection.ready;
        connection.socket.write(head);
        await connection.closed;
        assert.match(connection.text(), expected, JSON.stringify(head.slice(0, 60)));
        assert.match(connection.text(), /Connection: close\r\n/);
    }
});

test('two requests at once are answered in order', async () => {
    const connection = raw();
    await connection.ready;
    connection.socket.write('GET /api/v1/health HTTP/1.1\r\nHost: a\r\n\r\nGET /nothing HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    await connection.closed;
    assert.match(connection.text(), /^HTTP\/1\.1 200 OK[^]*\{"ok":true\}\nHTTP\/1\.1 404 /);
});

test('a dripping head, a silent peer and a half handshake end in ten seconds', {timeout: 60000}, async () => {
    const begin = Date.now();
    const drip = raw();
    const silent = raw();
    const {hostname, port} = new URL(address);
    const half = (await import('node:net')).connect(Number(port), hostname);
    const halfClosed = new Promise((resolve) => half.on('close', () => resolve(Date.now())));
    half.on('error', () => {});
    await Promise.all([drip.ready, silent.ready]);
    drip.socket.write('GET / HTTP/1.1\r\nX: ');
    const timer = setInterval(() => drip.socket.write('a'), 500);
    const ends = await Promise.all([drip.closed, silent.closed, halfClosed]);
    clearInterval(timer);
    for (const end of ends) {
        /* Not before; how long after is the machine's affair, but no byte of
         * the drip has put it off. */
        assert.ok(end - begin > 8000 && end - begin < 30000, `${end - begin} ms`);
    }
    assert.match(drip.text(), /^HTTP\/1\.1 408 /);
});

test('one address gets a limited number of connections, others go on', {timeout: 60000}, async () => {
    const all = Array.from({length: 48}, () => raw());
    const settled = await Promise.allSettled(all.map((connection) => connection.ready));
    const got = settled.filter((result) => result.status === 'fulfilled').length;
    assert.ok(got >= 16 && got <= 32, `${got} of 48`);
    for (const connection of all) {
        connection.socket.destroy();
    }
    /* Refused until their ends have been noticed. */
    let health = null;
    for (let tries = 0; !health && tries < 100; tries++) {
        await sleep(100);
        health = await get('/api/v1/health').catch(() => null);
    }
    assert.equal(health?.status, 200);
});

test('old TLS is not spoken', async () => {
    const connection = raw({minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0'});
    await assert.rejects(connection.ready);
    const old = raw({maxVersion: 'TLSv1.2'});
    await old.ready;
    assert.equal(old.socket.getProtocol(), 'TLSv1.2');
    old.socket.destroy();
});

test('signing out ends the session and its streams', {timeout: 60000}, async () => {
    const {view} = json(await post('/api/v1/live', {cameras: [1], ...PURPOSE}));
    const stream = raw();
    const closed = stream.closed;
    await stream.ready;
    stream.socket.write(`GET /api/v1/live/${view}/stream HTTP/1.1\r\nHost: h\r\nCookie: ${cookie}\r\n\r\n`);
    while (!/\r\n\r\n[^]/.test(stream.text())) {
        await sleep(100); /* until pictures come */
    }
    assert.match(stream.text(), /^HTTP\/1\.1 200 /);
    const begin = Date.now();
    const answer = await ask(address, 'DELETE', '/api/v1/session', {headers: {Cookie: cookie, ...MARKED}});
    assert.equal(answer.status, 204);
    assert.match(answer.headers['set-cookie'][0], /Max-Age=0/);
    await closed;
    /* Long before its ticket would have to be renewed. */
    assert.ok(Date.now() - begin < 8000, 'a stream outlived its session');
});
