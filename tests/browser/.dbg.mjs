import {openBrowser, openPage, moves} from './browser.mjs';
const b = await openBrowser();
const {page, errors} = await openPage(b, 'https://127.0.0.1:18443/');
await page.waitForSelector('form');
await page.fill('input[name=username]', '홍길동');
await page.fill('input[name=password]', 'correct horse');
await page.click('button.primary');
await page.waitForSelector('.ask');
const r = await page.evaluate(async () => {
  const post = (await import('/api.js')).post;
  const v = await post('/live', {cameras:[1,2,3,4,5,6], purpose:'facility_safety', reason:'x'});
  const out = [];
  const res = await fetch(`/api/v1/live/${v.view}/stream`);
  out.push(res.status);
  if (!res.ok) { out.push(await res.text()); return out; }
  const rd = res.body.getReader();
  try { for (let i=0;i<5;i++) { const x = await rd.read(); out.push(x.done ? 'done' : x.value.length); if (x.done) break; } } catch (e) { out.push(String(e)); }
  return out;
});
console.log(r);
await b.close();
