package dev.pavise.proxy.http;

import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/**
 * The field names that the gateway itself reads, writes or removes, in lower case. A name is told once, while a message is parsed;
 * from then on it is compared by identity.
 */
public enum HeaderName {
    ACCEPT("accept"),
    ALLOW("allow"),
    AUTHORIZATION("authorization"),
    CACHE_CONTROL("cache-control"),
    CONNECTION("connection"),
    CONTENT_LENGTH("content-length"),
    CONTENT_TYPE("content-type"),
    COOKIE("cookie"),
    DATE("date"),
    EXPECT("expect"),
    FORWARDED("forwarded"),
    HOST("host"),
    HTTP2_SETTINGS("http2-settings"),
    KEEP_ALIVE("keep-alive"),
    ORIGIN("origin"),
    PROXY_AUTHENTICATE("proxy-authenticate"),
    PROXY_AUTHORIZATION("proxy-authorization"),
    PROXY_CONNECTION("proxy-connection"),
    RATELIMIT("ratelimit"),
    RATELIMIT_POLICY("ratelimit-policy"),
    RETRY_AFTER("retry-after"),
    SEC_WEBSOCKET_ACCEPT("sec-websocket-accept"),
    SEC_WEBSOCKET_KEY("sec-websocket-key"),
    SEC_WEBSOCKET_VERSION("sec-websocket-version"),
    SERVER("server"),
    TE("te"),
    TRACEPARENT("traceparent"),
    TRAILER("trailer"),
    TRANSFER_ENCODING("transfer-encoding"),
    UPGRADE("upgrade"),
    VARY("vary"),
    VIA("via"),
    WWW_AUTHENTICATE("www-authenticate"),
    X_API_KEY("x-api-key"),
    X_CAXTON_API_KEY("x-caxton-api-key"),
    X_FORWARDED_CLIENT_CERT("x-forwarded-client-cert"),
    X_FORWARDED_FOR("x-forwarded-for"),
    X_FORWARDED_HOST("x-forwarded-host"),
    X_FORWARDED_PROTO("x-forwarded-proto"),
    X_PAVISE_PRINCIPAL("x-pavise-principal"),
    X_REQUEST_ID("x-request-id");

    private static final int SLOTS = 256; // a power of two, several times the number of names
    private static final @Nullable HeaderName[] BY_HASH = table();

    @SuppressWarnings("ImmutableEnumChecker") // its bytes are shared with nobody who writes
    private final AsciiString text;

    HeaderName(String text) {
        this.text = AsciiString.cached(text);
    }

    /** The name in lower case. */
    public AsciiString text() {
        return text;
    }

    /** The known name spelled by these lower-case bytes, or null for any other. */
    static @Nullable HeaderName of(byte[] bytes, int offset, int length) {
        for (int slot = hash(bytes, offset, length); ; slot = (slot + 1) & (SLOTS - 1)) {
            HeaderName candidate = BY_HASH[slot];
            if (candidate == null || matches(candidate.text, bytes, offset, length)) {
                return candidate;
            }
        }
    }

    private static boolean matches(AsciiString name, byte[] bytes, int offset, int length) {
        if (name.length() != length) {
            return false;
        }
        byte[] expected = name.array();
        int start = name.arrayOffset();
        for (int i = 0; i < length; i++) {
            if (expected[start + i] != bytes[offset + i]) {
                return false;
            }
        }
        return true;
    }

    private static int hash(byte[] bytes, int offset, int length) {
        if (length == 0) {
            return 0;
        }
        return (length * 31 + bytes[offset] * 7 + bytes[offset + length - 1] * 3 + bytes[offset + length / 2])
                & (SLOTS - 1);
    }

    private static @Nullable HeaderName[] table() {
        @Nullable HeaderName[] table = new HeaderName[SLOTS];
        for (HeaderName name : values()) {
            int slot = hash(name.text.array(), name.text.arrayOffset(), name.text.length());
            while (table[slot] != null) {
                slot = (slot + 1) & (SLOTS - 1);
            }
            table[slot] = name;
        }
        return table;
    }
}
