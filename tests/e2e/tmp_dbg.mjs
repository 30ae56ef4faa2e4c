import { launch } from "./harness.mjs";
const b = await launch(); const c = await b.newContext({viewport:{width:900,height:480}}); const p = await c.newPage();
p.on("console",m=>console.log(m.text()));
await p.addInitScript(()=>{ addEventListener("scroll",e=>console.log("scroll",performance.now()|0,e.target.className,e.target.scrollTop,e.target.scrollHeight,e.target.clientHeight),true); const d=Object.getOwnPropertyDescriptor(Element.prototype,"scrollTop"); Object.defineProperty(Element.prototype,"scrollTop",{get(){return d.get.call(this)},set(v){console.log("set",performance.now()|0,v,"of",this.scrollHeight,this.clientHeight); d.set.call(this,v)}}); });
await p.goto(process.argv[2]); await p.waitForTimeout(2500); await b.close();
