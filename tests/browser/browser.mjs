/* SPDX-License-Identifier: Apache-2.0 */
/* Debian's Chromium, and what the tests ask of a page again and again. */
import {chromium} from 'playwright-core';

const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync'];

export async function openBrowser() {
    return chromium.launch({executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS});
}

/* A page whose errors fail the test: errors() lists them. */
export async function openPage(browser, address, options = {}) {
    const context = await browser.newContext({
        ignoreHTTPSErrors: true, locale: 'ko-KR', timezoneId: 'Asia/Seoul',
        viewport: {width: 1360, height: 850}, ...options,
    });
    const page = await context.newPage();
    const errors = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('console', (message) => {
        /* A refused request is answered on the page; the browser logs it too. */
        if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) {
            errors.push(message.text());
        }
    });
    await page.goto(address);
    return {page, context, errors};
}

/* A small picture of what the video shows, as numbers. */
export function pixels(locator) {
    return locator.evaluate((video) => {
        const canvas = document.createElement('canvas');
        canvas.width = 64;
        canvas.height = 36;
        const painter = canvas.getContext('2d');
        painter.drawImage(video, 0, 0, 64, 36);
        return [...painter.getImageData(0, 0, 64, 36).data];
    });
}

export function difference(a, b) {
    let sum = 0;
    for (let i = 0; i < a.length; i++) {
        sum += Math.abs(a[i] - b[i]);
    }
    return sum / a.length;
}

/* Waits until the picture moves; false after seconds. */
export async function moves(locator, seconds = 60) {
    const end = Date.now() + seconds * 1000;
    let before = null;
    while (Date.now() < end) {
        const isReady = await locator.evaluate((video) => video.readyState >= 2 && video.videoWidth > 0);
        if (isReady) {
            const now = await pixels(locator);
            if (before && difference(before, now) > 0.3) {
                return true;
            }
            before = now;
        }
        await new Promise((resolve) => setTimeout(resolve, 400));
    }
    return false;
}
