package dev.pavise.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.util.AsciiString;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads the HTTP/1.1 and 1.0 requests of one connection (RFC 9112), one at a time, from bytes as they come.
 *
 * <p>It guarantees against any client: what it accepts has one reading. There is one host, one end of the body, one form of the path; no
 * field holds a control character; nothing stands between two requests. Whatever RFC 9112 lets a server repair or guess is refused, so
 * that a request cannot be smuggled past the gate inside another. It keeps no more than one head within the limits, and nothing of a body;
 * how large a body may be and how long anything may take is the caller's matter.
 *
 * <p>Not thread-safe. One header block and one block of trailers are used again for each request.
 */
public final class Http1RequestParser {
    /** What the parser finds, in order. */
    public interface Events extends BodyEvents {
        /**
         * A request, of which everything but the body is there. Where it asks for another protocol it has no body: the message ends here,
         * and what follows stays in the buffer.
         */
        void onHead(RequestHead head);
    }

    private static final AsciiString CONTINUE = AsciiString.cached("100-continue");
    private static final Refusal BAD_START =
            new Refusal(RefusalCode.MALFORMED_REQUEST, "a request does not begin with a method");
    private static final Refusal BARE_LINE_FEED = new Refusal(
            RefusalCode.MALFORMED_REQUEST, "the request line ends with a bare line feed; end it with CR LF");
    private static final Refusal LONG_LINE =
            new Refusal(RefusalCode.TARGET_TOO_LONG, "the request line is longer than this server accepts");
    private static final Refusal EXPECTATION =
            new Refusal(RefusalCode.UNSUPPORTED_EXPECTATION, "the only expectation that can be met is 100-continue");
    private static final Refusal UPGRADE_WITH_BODY =
            new Refusal(RefusalCode.UNSUPPORTED_UPGRADE, "a websocket request has no body");

    private enum State {
        LINE,
        FIELDS,
        BODY,
        END,
        REFUSED
    }

    private final HeadLimits limits;
    private final String scheme;
    private final int lineLimit;
    private final Lines lines = new Lines();
    private final RequestLine requestLine = new RequestLine();
    private final TargetForm targetForm;
    private final FieldLines fieldLines;
    private final Framing framing = new Framing();
    private final ConnectionOptions options = new ConnectionOptions();
    private final HostField host = new HostField();
    private final BodyReader body;
    private final HeaderBlock headers = new HeaderBlock();
    private State state = State.LINE;
    private @Nullable Refusal refusal;

    /**
     * A parser for one connection.
     *
     * @param scheme of the door: {@code https}, or {@code http} where there is no TLS
     */
    public Http1RequestParser(HeadLimits limits, String scheme) {
        this.limits = limits;
        this.scheme = scheme;
        this.lineLimit = limits.targetLength() + RequestLine.FRAME_LENGTH;
        this.targetForm = new TargetForm(scheme, limits.targetLength());
        this.fieldLines = new FieldLines(lines, limits);
        this.body = new BodyReader(lines, fieldLines);
    }

    /**
     * Reads from {@code in} as far as it goes; what it leaves must stand at the front of the next call's bytes, and is never more than one
     * line. Events are told during the call, whose receiver must not release {@code in}.
     */
    public Step parse(ByteBuf in, Events events) {
        while (true) {
            Progress progress = switch (state) {
                case LINE -> line(in);
                case FIELDS -> fields(in, events);
                case BODY -> body(in, events);
                case END, REFUSED -> Progress.DONE;
            };
            if (state == State.REFUSED) {
                return Step.REFUSED;
            }
            if (state == State.END) {
                return Step.MESSAGE_END;
            }
            if (progress == Progress.MORE) {
                return Step.NEED_INPUT;
            }
        }
    }

    /**
     * Begins the next request, once the exchange of the last one is over; its head and headers are no longer valid. From within
     * {@link Events#onEnd} it makes {@link #parse} go on by itself.
     */
    public void next() {
        if (state != State.END) {
            throw new IllegalStateException("the request is not whole: " + state);
        }
        state = State.LINE;
    }

    /** Whether no byte of a request has been taken yet: between requests, or before the first. What is unread in the buffer also counts. */
    public boolean isIdle() {
        return state == State.LINE;
    }

    /** What it accepts. */
    public HeadLimits limits() {
        return limits;
    }

    /** Whether it holds little enough to be kept for later. */
    public boolean isSmall() {
        return headers.isSmall() && lines.isSmall() && body.trailers().isSmall();
    }

    /** Why {@link Step#REFUSED}. */
    public Refusal refusal() {
        return Objects.requireNonNull(refusal, "nothing was refused");
    }

    private Progress line(ByteBuf in) {
        if (in.isReadable() && !Octets.isToken(in.getByte(in.readerIndex()))) {
            return refuse(BAD_START);
        }
        int length = lines.next(in, lineLimit);
        if (length < 0) {
            return switch (length) {
                case Lines.UNFINISHED -> Progress.MORE;
                case Lines.TOO_LONG -> refuse(LONG_LINE);
                default -> refuse(BARE_LINE_FEED);
            };
        }
        Refusal wrong = requestLine.read(lines.bytes(), length);
        if (wrong == null) {
            wrong = targetForm.read(lines.bytes(), requestLine.targetStart(), requestLine.targetLength());
        }
        if (wrong != null) {
            return refuse(wrong);
        }
        fieldLines.begin(headers);
        state = State.FIELDS;
        return Progress.DONE;
    }

    private Progress fields(ByteBuf in, Events events) {
        Progress progress = fieldLines.read(in);
        if (progress == Progress.REFUSED) {
            return refuse(fieldLines.refusal());
        }
        if (progress == Progress.DONE) {
            Refusal wrong = check();
            if (wrong != null) {
                return refuse(wrong);
            }
            RequestHead head = head();
            if (head.protocol() == null && framing.isChunked()) {
                body.beginChunked();
            } else {
                body.beginLength(framing.length());
            }
            state = State.BODY;
            events.onHead(head);
        }
        return progress;
    }

    private Progress body(ByteBuf in, Events events) {
        Progress progress = body.read(in, events);
        if (progress == Progress.REFUSED) {
            return refuse(body.refusal());
        }
        if (progress == Progress.DONE) {
            state = State.END;
            events.onEnd(body.trailers());
        }
        return progress;
    }

    /** What can be said of a head only when all of its fields are there. */
    private @Nullable Refusal check() {
        Refusal wrong = framing.read(headers, requestLine.version());
        if (wrong == null) {
            wrong = options.apply(headers, true);
        }
        if (wrong == null) {
            wrong = host.take(headers, targetForm.authority());
        }
        if (wrong == null && expects() && !expectsContinueOnly()) {
            return EXPECTATION;
        }
        if (wrong == null && switchesProtocol()) {
            boolean hasBody = framing.isChunked() || framing.length() > 0;
            return hasBody ? UPGRADE_WITH_BODY : WebSocketHandshake.check(headers);
        }
        return wrong;
    }

    private RequestHead head() {
        Authority.Named named = host.authority();
        RequestTarget.Normal target = targetForm.target();
        long length = framing.isChunked() ? RequestHead.UNKNOWN_LENGTH : framing.length();
        return new RequestHead(
                requestLine.version(),
                requestLine.method(),
                scheme,
                named.host(),
                named.text(),
                target.path(),
                target.query(),
                length,
                switchesProtocol() ? WebSocketHandshake.PROTOCOL : null,
                options.persists(requestLine.version()),
                length != 0 && expects(),
                headers);
    }

    /** Any other upgrade is not agreed to, which RFC 9110 (7.8) leaves to the server, and the request is served as it is. */
    private boolean switchesProtocol() {
        return options.upgrade()
                && requestLine.version() == HttpVersion.HTTP_1_1
                && requestLine.method().equals("GET")
                && WebSocketHandshake.isAskedFor(headers);
    }

    /** In HTTP/1.0 there are no expectations; such a field is ignored (RFC 9110, 10.1.1). */
    private boolean expects() {
        return requestLine.version() == HttpVersion.HTTP_1_1 && headers.contains(HeaderName.EXPECT);
    }

    private boolean expectsContinueOnly() {
        int at = headers.indexOf(HeaderName.EXPECT, 0);
        return headers.valueIs(at, CONTINUE) && headers.indexOf(HeaderName.EXPECT, at + 1) < 0;
    }

    private Progress refuse(Refusal reason) {
        refusal = reason;
        state = State.REFUSED;
        return Progress.REFUSED;
    }
}
