import { deflateRawSync } from "node:zlib";
import { launch } from "./harness.mjs";
const SCENARIO={v:1,protocol:"raft",seed:1,cluster:[{class:"server",count:5}],clients:{count:2,operations:1_000_000,window:1,think_us:0}};
const LINK=`?t=36s&autoplay=0#v1:${deflateRawSync(JSON.stringify(SCENARIO)).toString("base64url")}`;
async function scroll({selector,frames,pixels}){const element=document.querySelector(selector);const frame=()=>new Promise(requestAnimationFrame);let b=await frame();const l=[];for(let i=0;i<frames;i++){element.scrollTop-=pixels;const n=await frame();l.push(n-b);b=n;}return l;}
const browser=await launch();
const variants=process.argv.slice(2);
const pages=[];
for(const v of variants){const [port,name,css]=v.split("|");const c=await browser.newContext({viewport:{width:1440,height:900},bypassCSP:true});const page=await c.newPage();await page.goto(`http://localhost:${port}/${LINK}`);await page.waitForFunction(()=>document.querySelector(".app[data-digest]"),undefined,{timeout:120000});if(css)await page.addStyleTag({content:css});pages.push([name,page,await c.newCDPSession(page),[],[]]);}
const at=(t,p)=>t.toSorted((a,b)=>a-b)[Math.floor((t.length-1)*p/100)];
for(let round=0;round<8;round++)for(const [p,page,client,out,real] of pages){
await page.bringToFront();
await page.evaluate(()=>document.querySelector(".stage").scrollTop=1e9);await page.waitForTimeout(300);
const events=[];const collect=({value})=>events.push(...value);client.on("Tracing.dataCollected",collect);
await client.send("Tracing.start",{traceConfig:{includedCategories:["devtools.timeline","disabled-by-default-devtools.timeline"]},transferMode:"ReportEvents"});
real.push(...await page.evaluate(scroll,{selector:".stage",frames:150,pixels:40}));
const complete=new Promise(r=>client.once("Tracing.tracingComplete",r));await client.send("Tracing.end");await complete;client.off("Tracing.dataCollected",collect);
const frames=events.filter(({name})=>name==="FireAnimationFrame").sort((a,b)=>a.ts-b.ts);
const same=({pid,tid})=>pid===frames[0].pid&&tid===frames[0].tid;
const tasks=events.filter(e=>e.name==="RunTask"&&e.ph==="X"&&same(e));
const t=frames.slice(1).map(({ts},i)=>tasks.filter(k=>frames[i].ts<k.ts+k.dur&&k.ts+k.dur<=ts).reduce((s,k)=>s+(k.tdur??k.dur),0)/1000);
const sum=n=>events.filter(e=>e.name===n&&e.ph==="X"&&same(e)).reduce((s,k)=>s+(k.tdur??k.dur),0)/1000;
if(round>0)out.push([at(t,50),at(t,95),at(t,100),t.reduce((a,b)=>a+b,0)/t.length,sum("Layerize"),sum("Paint"),sum("UpdateLayoutTree"),sum("Layout"),sum("PrePaint")]);}
for(const [p,,,out,real] of pages){const m=i=>out.map(o=>o[i]).sort((a,b)=>a-b)[3].toFixed(1);console.log(p.padEnd(10),"p50",m(0),"p95",m(1),"max",m(2),"mean",m(3),"| layerize",m(4),"paint",m(5),"style",m(6),"layout",m(7),"prepaint",m(8), "real p95", at(real,95).toFixed(1));}
await browser.close();
