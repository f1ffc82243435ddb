package dev.pavise.proxy.forward;

import dev.pavise.proxy.http.HeaderBlock;
import dev.pavise.proxy.http.HeaderName;
import dev.pavise.proxy.http.ResponseHead;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The HTTP/1.1 handshake of a WebSocket (RFC 6455, 4) towards an upstream. A client that came by HTTP/2 (RFC 8441) sent no key; then one is
 * made here. The upstream's proof is checked in either case: what did not agree to this very switch never becomes a tunnel.
 */
final class WebSocketHandshake {
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private final boolean keyIsOurs;
    private final String accept;

    private WebSocketHandshake(boolean keyIsOurs, String accept) {
        this.keyIsOurs = keyIsOurs;
        this.accept = accept;
    }

    /** Puts the fields of the handshake into a request's block. */
    static WebSocketHandshake offer(HeaderBlock headers) {
        String key = headers.first(HeaderName.SEC_WEBSOCKET_KEY);
        boolean ours = key == null;
        if (key == null) {
            byte[] nonce = new byte[16];
            ThreadLocalRandom.current()
                    .nextBytes(nonce); // no secret: it tells a WebSocket server from others, and answers from caches
            key = Base64.getEncoder().encodeToString(nonce);
        }
        headers.set(HeaderName.CONNECTION, "upgrade");
        headers.set(HeaderName.UPGRADE, "websocket");
        headers.set(HeaderName.SEC_WEBSOCKET_KEY, key);
        headers.set(HeaderName.SEC_WEBSOCKET_VERSION, "13");
        return new WebSocketHandshake(ours, accept(key));
    }

    /** What is wrong with the upstream's 101, where something is; takes the proof out where the client has no use for it. */
    Optional<String> check(ResponseHead head) {
        HeaderBlock headers = head.headers();
        String protocol = headers.count(HeaderName.UPGRADE) == 1 ? headers.first(HeaderName.UPGRADE) : null;
        if (!"websocket".equalsIgnoreCase(protocol) || !saysUpgrade(headers)) {
            return Optional.of("it switched to something else than `websocket`");
        }
        String proof = headers.count(HeaderName.SEC_WEBSOCKET_ACCEPT) == 1
                ? headers.first(HeaderName.SEC_WEBSOCKET_ACCEPT)
                : null;
        if (!accept.equals(proof)) {
            return Optional.of("its `sec-websocket-accept` does not fit the key");
        }
        if (keyIsOurs) {
            headers.removeAll(HeaderName.SEC_WEBSOCKET_ACCEPT);
        }
        return Optional.empty();
    }

    private static boolean saysUpgrade(HeaderBlock headers) {
        for (int at = headers.indexOf(HeaderName.CONNECTION, 0);
                at >= 0;
                at = headers.indexOf(HeaderName.CONNECTION, at + 1)) {
            for (String option : headers.valueText(at).split(",", -1)) {
                if (option.strip().equalsIgnoreCase("upgrade")) {
                    return true;
                }
            }
        }
        return false;
    }

    private static String accept(String key) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1"); // what RFC 6455 says; it protects nothing
            return Base64.getEncoder().encodeToString(sha1.digest((key + GUID).getBytes(StandardCharsets.ISO_8859_1)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-1", e);
        }
    }
}
