// The one Trusted Types policy. htmx parses answers of this site as HTML; nothing else may.
// Scripts as text and handlers in attributes are refused, addresses of scripts must be ours.
(function () {
  "use strict";
  if (!window.trustedTypes || !window.trustedTypes.createPolicy) return;
  const unsafe = /<\s*(script|iframe|object|embed|base|meta|link)\b|\son[a-z]+\s*=|javascript:/i;
  window.trustedTypes.createPolicy("default", {
    createHTML(text) {
      if (unsafe.test(text)) throw new TypeError("This HTML is not shown");
      return text;
    },
    createScriptURL(text) {
      const url = new URL(text, document.baseURI);
      if (url.origin !== window.location.origin) throw new TypeError("Not our script");
      return text;
    },
  });
})();
