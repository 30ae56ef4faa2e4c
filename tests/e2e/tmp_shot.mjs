import { launch } from "./harness.mjs";
const [,, url, out, w="1440", h="900", scheme="light", wait="3000", js=""] = process.argv;
const b = await launch(); const c = await b.newContext({viewport:{width:+w,height:+h},colorScheme:scheme}); const p = await c.newPage();
p.on("console",m=>console.log("console",m.type(),m.text())); p.on("pageerror",e=>console.log("ERR",e.message));
await p.goto(url); await p.waitForTimeout(+wait); if(js) { console.log(await p.evaluate(js)); await p.waitForTimeout(500);} await p.screenshot({path:out}); await b.close();
