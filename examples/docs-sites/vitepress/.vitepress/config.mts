import { defineConfig } from "vitepress";

export default defineConfig({
  title: "Notes on consensus",
  lang: "en",
  // Put the address of your playground here.
  head: [["script", { src: "https://synod.example/embed.js", defer: "" }]],
  // Vue takes a tag that it does not know for a component of its own.
  vue: { template: { compilerOptions: { isCustomElement: (tag) => tag === "synod-playground" } } },
});
