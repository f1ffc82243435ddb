package dev.pavise.proxy.forward;

import dev.pavise.proxy.http.RefusalCode;

/**
 * Why an upstream gave no whole answer.
 *
 * @param code what the caller is told if no head was sent yet: one of the {@code UPSTREAM_*} codes
 * @param detail for logs and the audit record: which upstream and what happened; no addresses of it reach the caller
 */
public record UpstreamFailure(RefusalCode code, String detail) {}
