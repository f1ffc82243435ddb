package dev.pavise.proxy.kubernetes;

import java.util.Map;

/**
 * What the manager is asked, in the words of its API, which are those of the gateway's own.
 *
 * @param path without a query
 * @param query by name; what it speaks of where that is not the gateway's own Deployment
 * @param body JSON; empty for none
 * @param requestId by which both sides' records are found
 * @param principal who asked the gateway
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
public record ManagerQuestion(
        String method, String path, Map<String, String> query, byte[] body, String requestId, String principal) {}
