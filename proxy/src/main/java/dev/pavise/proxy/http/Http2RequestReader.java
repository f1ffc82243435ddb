package dev.pavise.proxy.http;

import dev.pavise.proxy.http.Http2Fields.Pseudo;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads the heads of HTTP/2 requests one after the other (RFC 9113, 8.3.1; RFC 8441, 4 and 5). One serves one
 * connection, which mostly names one authority and asks for few things: those that were read last are remembered, and nothing else of a head is.
 */
public final class Http2RequestReader {
    private static final Refusal NOT_A_REQUEST = malformed(
            "a request has the pseudo-header fields :method, :scheme, :path, and no others than :authority and, with CONNECT, :protocol");
    private static final Refusal OTHER_SCHEME = malformed("the scheme is not that of this server");
    private static final Refusal BAD_METHOD = malformed("the method is not a token of at most 24 characters");
    private static final Refusal OTHER_METHOD = new Refusal(
            RefusalCode.UNSUPPORTED_METHOD,
            "CONNECT without a protocol, TRACE and methods that differ from a known one in case alone are not forwarded");
    private static final Refusal OTHER_PROTOCOL =
            new Refusal(RefusalCode.UNSUPPORTED_UPGRADE, "the only protocol that CONNECT is answered for is websocket");
    private static final Refusal NO_HOST =
            new Refusal(RefusalCode.AMBIGUOUS_HOST, "the request has no :authority and no host, or more than one host");
    private static final Refusal HOST_DIFFERS =
            new Refusal(RefusalCode.AMBIGUOUS_HOST, "the host field differs from :authority");
    private static final Refusal EXPECTATION =
            new Refusal(RefusalCode.UNSUPPORTED_EXPECTATION, "the only expectation that can be met is 100-continue");
    private static final AsciiString CONTINUE = AsciiString.cached("100-continue");

    private final String scheme;
    private final Http2Fields fields = new Http2Fields();
    private final RecentAuthority recentAuthority = new RecentAuthority();
    private final RecentTarget recentTarget = new RecentTarget();
    private String method = "";
    private long length;
    private @Nullable Authority authority;
    private @Nullable RequestTarget target;

    /** @param scheme of the door */
    public Http2RequestReader(String scheme) {
        this.scheme = scheme;
    }

    /**
     * Reads a head. An extended CONNECT for a WebSocket becomes the GET that goes to the upstream (RFC 8441, 5), so that rules judge it as what it
     * is there.
     *
     * @param endOfStream whether no body follows
     * @param into is cleared and becomes the head's block
     */
    public Http2Heads.Read<RequestHead> read(
            Http2Headers headers, boolean endOfStream, HeaderBlock into, HeadLimits limits) {
        length = 0;
        try {
            Refusal wrong = fields.read(headers, into, limits);
            if (wrong == null) {
                wrong = checkMethod();
            }
            if (wrong == null) {
                wrong = checkPseudo();
            }
            if (wrong == null) {
                wrong = switches() ? checkSwitch(into, endOfStream) : checkBody(into, endOfStream);
            }
            if (wrong == null) {
                wrong = readAuthority(into);
            }
            if (wrong == null) {
                wrong = readTarget(limits);
            }
            return wrong == null ? new Http2Heads.Read.Whole<>(head(into)) : new Http2Heads.Read.Bad<>(wrong);
        } finally {
            forget();
        }
    }

    /** Nothing of one request is there when the next is read. */
    private void forget() {
        fields.clear();
        method = "";
        authority = null;
        target = null;
    }

    private boolean switches() {
        return fields.get(Pseudo.PROTOCOL) != null;
    }

    private @Nullable Refusal checkMethod() {
        AsciiString value = fields.get(Pseudo.METHOD);
        if (value == null) {
            return NOT_A_REQUEST;
        }
        if (!RequestLine.isMethod(value.array(), value.arrayOffset(), value.length())) {
            return BAD_METHOD;
        }
        method = value.toString();
        if (switches()) {
            return method.equals("CONNECT") ? null : NOT_A_REQUEST;
        }
        return RequestLine.isForwarded(method) ? null : OTHER_METHOD;
    }

    private @Nullable Refusal checkPseudo() {
        AsciiString named = fields.get(Pseudo.SCHEME);
        if (named == null || fields.get(Pseudo.PATH) == null || fields.get(Pseudo.STATUS) != null) {
            return NOT_A_REQUEST;
        }
        return named.contentEquals(scheme) ? null : OTHER_SCHEME;
    }

    private @Nullable Refusal checkSwitch(HeaderBlock block, boolean endOfStream) {
        AsciiString protocol = Objects.requireNonNull(fields.get(Pseudo.PROTOCOL));
        if (!protocol.contentEquals(WebSocketHandshake.PROTOCOL) || endOfStream) {
            return OTHER_PROTOCOL;
        }
        return block.contains(HeaderName.CONTENT_LENGTH)
                ? Http2Heads.BAD_LENGTH
                : WebSocketHandshake.checkVersion(block);
    }

    private @Nullable Refusal checkBody(HeaderBlock block, boolean endOfStream) {
        length = Http2Heads.declared(block, endOfStream);
        if (length == Http2Heads.SENSELESS || (endOfStream && length > 0)) {
            return Http2Heads.BAD_LENGTH;
        }
        int at = block.indexOf(HeaderName.EXPECT, 0);
        boolean fits = at < 0 || (block.valueIs(at, CONTINUE) && block.indexOf(HeaderName.EXPECT, at + 1) < 0);
        return fits ? null : EXPECTATION;
    }

    /** Of {@code :authority} and host, which have to agree; the host field is taken out, as with HTTP/1.1. */
    private @Nullable Refusal readAuthority(HeaderBlock block) {
        AsciiString pseudo = fields.get(Pseudo.AUTHORITY);
        int at = block.indexOf(HeaderName.HOST, 0);
        if ((pseudo == null && at < 0) || (at >= 0 && block.indexOf(HeaderName.HOST, at + 1) >= 0)) {
            return NO_HOST;
        }
        Authority named = recentAuthority.parse(pseudo == null ? block.value(at) : pseudo);
        if (named instanceof Authority.Bad(Refusal refusal)) {
            return refusal;
        }
        if (pseudo != null && at >= 0 && !parse(block.value(at)).equals(named)) {
            return HOST_DIFFERS;
        }
        block.removeAll(HeaderName.HOST);
        authority = named;
        return null;
    }

    private @Nullable Refusal readTarget(HeadLimits limits) {
        AsciiString path = Objects.requireNonNull(fields.get(Pseudo.PATH));
        target = recentTarget.parse(path.array(), path.arrayOffset(), path.length(), limits.targetLength());
        return target instanceof RequestTarget.Bad(Refusal refusal) ? refusal : null;
    }

    private RequestHead head(HeaderBlock block) {
        Authority.Named named = (Authority.Named) Objects.requireNonNull(authority);
        RequestTarget.Normal normal = (RequestTarget.Normal) Objects.requireNonNull(target);
        return new RequestHead(
                HttpVersion.HTTP_2,
                switches() ? "GET" : method,
                scheme,
                named.host(),
                named.text(),
                normal.path(),
                normal.query(),
                length,
                switches() ? WebSocketHandshake.PROTOCOL : null,
                true,
                length != 0 && block.contains(HeaderName.EXPECT),
                block);
    }

    private static Authority parse(AsciiString text) {
        return Authority.parse(text.array(), text.arrayOffset(), text.length());
    }

    private static Refusal malformed(String detail) {
        return new Refusal(RefusalCode.MALFORMED_REQUEST, detail);
    }
}
