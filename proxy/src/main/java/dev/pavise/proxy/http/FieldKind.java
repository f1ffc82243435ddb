package dev.pavise.proxy.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Whom a field is for. Names in which an underscore stands for a hyphen are of the same kind as their siblings, as CGI and its heirs
 * cannot tell them apart.
 */
enum FieldKind {
    END_TO_END,
    /** For this connection (RFC 9110, 7.6.1), or answered here: host and expect. */
    HOP_BY_HOP,
    /** Who the caller is, towards this gateway. */
    CREDENTIAL,
    /** Identity, routing and override: what an upstream believes because it can come from the gateway alone. */
    OURS;

    private static final byte[][] OUR_FAMILIES = families(
            "x-pavise-",
            "x-forwarded",
            "x-auth-request-",
            "x-authenticated-",
            "x-envoy-",
            "x-original-",
            "x-ssl-client-",
            "ssl-client-",
            "x-amzn-oidc-",
            "x-goog-authenticated-",
            "x-ms-client-principal");
    private static final byte[][] HOP_FAMILIES = families("proxy-");

    /** Becomes {@code HTTP_PROXY} under CGI, and with that where the program behind it sends its own requests. */
    private static final byte[] PROXY = "proxy".getBytes(StandardCharsets.US_ASCII);

    /** The kind of field {@code index} of a block. */
    static FieldKind of(HeaderBlock fields, int index) {
        HeaderName known = fields.known(index);
        if (known != null) {
            return known.kind();
        }
        int length = fields.nameLength(index);
        boolean spelledOtherwise = false;
        for (int i = 0; i < length && !spelledOtherwise; i++) {
            spelledOtherwise = fields.nameByte(index, i) == '_';
        }
        if (!spelledOtherwise && !mayBelong(fields.nameByte(index, 0))) {
            return END_TO_END;
        }
        byte[] name = new byte[length];
        for (int i = 0; i < length; i++) {
            byte letter = fields.nameByte(index, i);
            name[i] = letter == '_' ? (byte) '-' : letter;
        }
        return of(name);
    }

    /** The kind of a lower-case name without underscores. */
    private static FieldKind of(byte[] name) {
        HeaderName known = HeaderName.of(name, 0, name.length);
        if (known != null) {
            return known.kind();
        }
        if (belongs(name, OUR_FAMILIES)) {
            return OURS;
        }
        return belongs(name, HOP_FAMILIES) || Arrays.equals(name, PROXY) ? HOP_BY_HOP : END_TO_END;
    }

    /** Whether a family begins with this letter. */
    private static boolean mayBelong(byte first) {
        return first == 'x' || first == 'p' || first == 's';
    }

    private static boolean belongs(byte[] name, byte[][] families) {
        for (byte[] family : families) {
            if (startsWith(name, family)) {
                return true;
            }
        }
        return false;
    }

    private static boolean startsWith(byte[] name, byte[] family) {
        if (name.length < family.length) {
            return false;
        }
        for (int i = 0; i < family.length; i++) {
            if (name[i] != family[i]) {
                return false;
            }
        }
        return true;
    }

    private static byte[][] families(String... names) {
        byte[][] families = new byte[names.length][];
        for (int i = 0; i < names.length; i++) {
            families[i] = names[i].getBytes(StandardCharsets.US_ASCII);
        }
        return families;
    }

    /** Whether a field may stand in trailers: no framing, no routing, no credential, nothing that is judged with the head. */
    static boolean fitsTrailers(HeaderBlock fields, int index) {
        if (of(fields, index) != END_TO_END) {
            return false;
        }
        @Nullable HeaderName known = fields.known(index);
        return known == null
                || switch (known) {
                    case CACHE_CONTROL,
                            CONTENT_ENCODING,
                            CONTENT_LENGTH,
                            CONTENT_RANGE,
                            CONTENT_TYPE,
                            COOKIE,
                            ORIGIN,
                            SET_COOKIE,
                            TRACEPARENT,
                            TRACESTATE,
                            TRAILER,
                            VARY,
                            WWW_AUTHENTICATE -> false;
                    default -> true;
                };
    }
}
