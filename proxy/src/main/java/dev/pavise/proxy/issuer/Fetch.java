package dev.pavise.proxy.issuer;

/** Asks an issuer for its keys. Takes its time, so it is called on threads that may wait. */
interface Fetch {
    Fetched fetch(RemoteIssuer issuer);
}
