// @ts-check
// What index.html's policy leaves open for work on one's own machine is closed where the page is published: there a
// server of the visitor's own machine is none of its business. Two policies hold together, so that this can only forbid
// more.

const OWN_MACHINE = /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/;

if (!OWN_MACHINE.test(location.hostname)) {
  const narrower = document.createElement("meta");
  narrower.httpEquiv = "Content-Security-Policy";
  narrower.content = "connect-src 'self' https:";
  document.head.append(narrower);
}
