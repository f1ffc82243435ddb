package dev.pavise.proxy.config;

/** Whether a door asks its callers for a certificate. One that is shown must be good under {@code OPTIONAL} too. */
public enum ClientAuth {
    /** No certificate is asked for. */
    NONE,
    /** A certificate is asked for; callers without one need another credential. */
    OPTIONAL,
    /** Without a good certificate there is no connection. */
    REQUIRED
}
