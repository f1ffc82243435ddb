package dev.pavise.proxy.http;

import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What of a message's fields goes on to the other side (promise P7; RFC 9110, 7.6.1).
 *
 * <p>It guarantees to an upstream: identity, routing and override fields come from the gateway or not at all, however a client spells
 * them; no field has a line break or a control character in it; the caller's credential is there only where the route passes it on. It
 * does not look into bodies, cookies or fields that the upstream gave a meaning of its own.
 *
 * <p>There is no {@code via}: the gateway is not to be told from its upstream by who may not use it, and it cannot be made to loop, as no
 * request names the next hop. {@code alt-svc} does not go to the client, which would be invited past the gateway. Fields are copied from
 * block to block.
 */
public final class Hygiene {
    private static final AsciiString TRAILERS = AsciiString.cached("trailers");

    private Hygiene() {}

    /**
     * Fills {@code out} with the fields of a request that go to the upstream, and what the gateway says itself. Where the request asks for
     * another protocol it asks the upstream as well; Expect is answered by the gateway and stays here.
     */
    public static void toUpstream(RequestHead head, ForwardFacts facts, HeaderBlock out) {
        out.clear();
        HeaderBlock fields = head.headers();
        boolean traced = Traceparent.isValid(fields);
        for (int i = 0; i < fields.size(); i++) {
            boolean passes = switch (FieldKind.of(fields, i)) {
                case END_TO_END -> traced || !isTrace(fields.known(i));
                case CREDENTIAL -> facts.passCredential();
                case HOP_BY_HOP -> acceptsTrailers(fields, i) && !out.contains(HeaderName.TE);
                case OURS -> false;
            };
            if (passes) {
                out.addFrom(fields, i);
            }
        }
        addOurs(facts, out);
        if (head.protocol() != null) {
            out.add(HeaderName.CONNECTION, "upgrade");
            out.add(HeaderName.UPGRADE, head.protocol());
        }
    }

    /** Fills {@code out} with the fields of an answer that go to the client. */
    public static void toClient(ResponseHead head, HeaderBlock out) {
        out.clear();
        HeaderBlock fields = head.headers();
        for (int i = 0; i < fields.size(); i++) {
            boolean passes = switch (FieldKind.of(fields, i)) {
                case END_TO_END -> fields.known(i) != HeaderName.ALT_SVC;
                case CREDENTIAL -> true; // an answer that hands one out is the upstream's affair
                case HOP_BY_HOP, OURS -> false;
            };
            if (passes) {
                out.addFrom(fields, i);
            }
        }
    }

    /** Whether rules may look at a field of a request: only at what goes on to the upstream as the client wrote it. */
    public static boolean isShownToRules(HeaderBlock fields, int index) {
        return FieldKind.of(fields, index) == FieldKind.END_TO_END && fields.known(index) != HeaderName.COOKIE;
    }

    private static void addOurs(ForwardFacts facts, HeaderBlock out) {
        out.add(HeaderName.X_FORWARDED_FOR, escaped(facts.forwardedFor(), true));
        out.add(HeaderName.X_FORWARDED_PROTO, escaped(facts.forwardedProto(), false));
        out.add(HeaderName.X_FORWARDED_HOST, escaped(facts.forwardedHost(), false));
        out.add(HeaderName.X_REQUEST_ID, escaped(facts.requestId(), false));
        out.add(HeaderName.X_PAVISE_PRINCIPAL, escaped(facts.principal(), false));
        String certificate = facts.clientCertificate();
        if (certificate != null) {
            out.add(HeaderName.X_FORWARDED_CLIENT_CERT, escaped(certificate, true));
        }
    }

    /** A name as it goes into a field: visible ASCII as it is, anything else and the percent sign percent-encoded. */
    public static String visible(String name) {
        return escaped(name, false);
    }

    private static boolean isTrace(@Nullable HeaderName name) {
        return name == HeaderName.TRACEPARENT || name == HeaderName.TRACESTATE;
    }

    private static boolean acceptsTrailers(HeaderBlock fields, int index) {
        return fields.known(index) == HeaderName.TE && fields.valueIs(index, TRAILERS);
    }

    /**
     * The text in visible ASCII: whatever else it holds, and the percent sign, is percent-encoded in UTF-8, so that a name with a line break
     * adds no field and two names never look the same.
     */
    private static String escaped(String text, boolean spaces) {
        for (int i = 0; i < text.length(); i++) {
            if (!isPlain(text.charAt(i), spaces)) {
                return escape(text, spaces);
            }
        }
        return text;
    }

    private static String escape(String text, boolean spaces) {
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            if (isPlain((char) (octet & 0xff), spaces)) {
                escaped.append((char) octet);
            } else {
                escaped.append('%')
                        .append(Character.toUpperCase(Character.forDigit(octet >> 4 & 0xf, 16)))
                        .append(Character.toUpperCase(Character.forDigit(octet & 0xf, 16)));
            }
        }
        return escaped.toString();
    }

    private static boolean isPlain(char letter, boolean spaces) {
        return (letter > ' ' && letter < 0x7f && letter != '%') || (spaces && letter == ' ');
    }
}
