// Passkeys: asks the browser and sends what it says. Without passkeys nothing shows.
// On a form: data-passkey="create" or "get"; data-options, or data-ask (an address).

const decode = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const encode = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");

function forBrowser(options) {
  const named = (list) => (list ?? []).map((one) => ({ ...one, id: decode(one.id) }));
  const ready = { ...options, challenge: decode(options.challenge) };
  if (options.user) {
    ready.user = { ...options.user, id: decode(options.user.id) };
    ready.excludeCredentials = named(options.excludeCredentials);
  } else ready.allowCredentials = named(options.allowCredentials);
  return ready;
}
function forServer(credential) {
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"])
    if (credential.response[part]) response[part] = encode(credential.response[part]);
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  return {
    id: credential.id,
    rawId: encode(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  };
}
async function options(form) {
  if (form.dataset.options) return JSON.parse(form.dataset.options);
  const answer = await fetch(form.dataset.ask, { headers: { "X-Requested-With": "XMLHttpRequest" } });
  return (await answer.json()).request_options;
}
async function run(form) {
  const publicKey = forBrowser((await options(form)).publicKey);
  const kind = form.dataset.passkey;
  const credential = await navigator.credentials[kind]({ publicKey });
  form.elements.credential.value = JSON.stringify(forServer(credential));
  form.submit();
}
for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run(form).catch(() => {
      const said = form.querySelector("[data-passkey-error]");
      if (said) said.hidden = false;
    });
  });
}
