// Brings <synod-playground> into every chapter. Put the address of your playground here.
{
  const script = document.createElement("script");
  script.src = "https://synod.example/embed.js";
  document.head.append(script);
}
