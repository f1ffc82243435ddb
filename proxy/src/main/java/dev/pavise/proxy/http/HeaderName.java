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
    ALT_SVC("alt-svc"),
    AUTHORIZATION("authorization", FieldKind.CREDENTIAL),
    CACHE_CONTROL("cache-control"),
    CF_CONNECTING_IP("cf-connecting-ip", FieldKind.OURS),
    CLIENT_CERT("client-cert", FieldKind.OURS),
    CLIENT_CERT_CHAIN("client-cert-chain", FieldKind.OURS),
    CONNECTION("connection", FieldKind.HOP_BY_HOP),
    CONTENT_ENCODING("content-encoding"),
    CONTENT_LENGTH("content-length"),
    CONTENT_RANGE("content-range"),
    CONTENT_TYPE("content-type"),
    COOKIE("cookie"),
    DATE("date"),
    EXPECT("expect", FieldKind.HOP_BY_HOP),
    FASTLY_CLIENT_IP("fastly-client-ip", FieldKind.OURS),
    FORWARDED("forwarded", FieldKind.OURS),
    HOST("host", FieldKind.HOP_BY_HOP),
    HTTP2_SETTINGS("http2-settings", FieldKind.HOP_BY_HOP),
    KEEP_ALIVE("keep-alive", FieldKind.HOP_BY_HOP),
    ORIGIN("origin"),
    PROXY_AUTHENTICATE("proxy-authenticate", FieldKind.HOP_BY_HOP),
    PROXY_AUTHORIZATION("proxy-authorization", FieldKind.HOP_BY_HOP),
    PROXY_CONNECTION("proxy-connection", FieldKind.HOP_BY_HOP),
    RATELIMIT("ratelimit"),
    RATELIMIT_POLICY("ratelimit-policy"),
    REMOTE_USER("remote-user", FieldKind.OURS),
    RETRY_AFTER("retry-after"),
    SEC_WEBSOCKET_ACCEPT("sec-websocket-accept"),
    SEC_WEBSOCKET_KEY("sec-websocket-key"),
    SEC_WEBSOCKET_VERSION("sec-websocket-version"),
    SERVER("server"),
    SET_COOKIE("set-cookie"),
    TE("te", FieldKind.HOP_BY_HOP),
    TRACEPARENT("traceparent"),
    TRACESTATE("tracestate"),
    TRAILER("trailer"),
    TRANSFER_ENCODING("transfer-encoding", FieldKind.HOP_BY_HOP),
    TRUE_CLIENT_IP("true-client-ip", FieldKind.OURS),
    UPGRADE("upgrade", FieldKind.HOP_BY_HOP),
    VARY("vary"),
    VIA("via"),
    WWW_AUTHENTICATE("www-authenticate"),
    X_API_KEY("x-api-key", FieldKind.CREDENTIAL),
    X_CAXTON_API_KEY("x-caxton-api-key", FieldKind.CREDENTIAL),
    X_CLIENT_CERT("x-client-cert", FieldKind.OURS),
    X_CLIENT_IP("x-client-ip", FieldKind.OURS),
    X_CLUSTER_CLIENT_IP("x-cluster-client-ip", FieldKind.OURS),
    X_FORWARDED_CLIENT_CERT("x-forwarded-client-cert", FieldKind.OURS),
    X_FORWARDED_FOR("x-forwarded-for", FieldKind.OURS),
    X_FORWARDED_HOST("x-forwarded-host", FieldKind.OURS),
    X_FORWARDED_PROTO("x-forwarded-proto", FieldKind.OURS),
    X_HOST("x-host", FieldKind.OURS),
    X_HTTP_METHOD("x-http-method", FieldKind.OURS),
    X_HTTP_METHOD_OVERRIDE("x-http-method-override", FieldKind.OURS),
    X_METHOD_OVERRIDE("x-method-override", FieldKind.OURS),
    X_ORIGINAL_HOST("x-original-host", FieldKind.OURS),
    X_ORIGINAL_METHOD("x-original-method", FieldKind.OURS),
    X_ORIGINAL_URL("x-original-url", FieldKind.OURS),
    X_PAVISE_PRINCIPAL("x-pavise-principal", FieldKind.OURS),
    X_REAL_IP("x-real-ip", FieldKind.OURS),
    X_REMOTE_USER("x-remote-user", FieldKind.OURS),
    X_REQUEST_ID("x-request-id", FieldKind.OURS),
    X_REWRITE_URL("x-rewrite-url", FieldKind.OURS),
    X_WEBAUTH_USER("x-webauth-user", FieldKind.OURS);

    private static final int SLOTS = 256; // a power of two, several times the number of names
    private static final @Nullable HeaderName[] BY_HASH = table();

    @SuppressWarnings("ImmutableEnumChecker") // its bytes are shared with nobody who writes
    private final AsciiString text;

    private final FieldKind kind;

    HeaderName(String text) {
        this(text, FieldKind.END_TO_END);
    }

    HeaderName(String text, FieldKind kind) {
        this.text = AsciiString.cached(text);
        this.kind = kind;
    }

    /** The name in lower case. */
    public AsciiString text() {
        return text;
    }

    FieldKind kind() {
        return kind;
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
