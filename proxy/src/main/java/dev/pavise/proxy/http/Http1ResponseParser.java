package dev.pavise.proxy.http;

import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads the HTTP/1.1 and 1.0 answers of one upstream connection (RFC 9112), one at a time, from bytes as they come.
 *
 * <p>It is as strict as {@link Http1RequestParser}, against an upstream that is broken or was made to say what an attacker wants: an answer
 * with two readings is refused, and what comes behind an answer, or before one was asked for, makes the connection unfit for another
 * request, so that it can never be taken for another client's answer.
 *
 * <p>Not thread-safe. One header block and one block of trailers are used again for each answer.
 */
public final class Http1ResponseParser {
    /** What the parser finds, in order. Heads and their headers are valid during the call only. */
    public interface Events extends BodyEvents {
        /** A 1xx answer other than 101; the final answer is still to come. */
        void onInformation(ResponseHead head);

        /** 101, where it was asked for; {@link Step#SWITCHED} follows. */
        void onSwitched(ResponseHead head);

        void onHead(ResponseHead head);
    }

    private static final int MOST_INFORMATIONS = 16;
    private static final int SWITCHING_PROTOCOLS = 101;
    private static final Refusal LONG_LINE = malformed("the status line of the upstream's answer is too long");
    private static final Refusal BARE_LINE_FEED =
            malformed("the status line of the upstream's answer ends with a bare line feed");
    private static final Refusal UNASKED = malformed("the upstream sent bytes that nobody asked for");
    private static final Refusal UNASKED_SWITCH = malformed("the upstream switched protocols without being asked to");
    private static final Refusal BODY_WITHOUT_BODY =
            malformed("the upstream's answer declares a body where there can be none");
    private static final Refusal TOO_MANY_INFORMATIONS = malformed("the upstream sent too many 1xx answers");
    private static final Refusal CUT_OFF =
            new Refusal(RefusalCode.UPSTREAM_FAILED, "the upstream closed the connection before its answer was whole");

    private enum State {
        IDLE,
        LINE,
        FIELDS,
        BODY,
        END,
        SWITCHED,
        REFUSED
    }

    private final Lines lines = new Lines();
    private final StatusLine statusLine = new StatusLine();
    private final FieldLines fieldLines;
    private final Framing framing = new Framing();
    private final ConnectionOptions options = new ConnectionOptions();
    private final BodyReader body;
    private final HeaderBlock headers = new HeaderBlock();
    private State state = State.IDLE;
    private boolean toHead;
    private boolean switching;
    private boolean reusable = true;
    private int informations;
    private @Nullable Refusal refusal;

    public Http1ResponseParser(HeadLimits limits) {
        this.fieldLines = new FieldLines(lines, limits);
        this.body = new BodyReader(lines, fieldLines);
    }

    /**
     * Begins the next answer. Until this is called, any byte is one too many.
     *
     * @param requestMethod of the request that is answered: HEAD has no body
     * @param maySwitch whether the request asked for another protocol, so that 101 is an answer
     */
    public void expect(String requestMethod, boolean maySwitch) {
        if ((state != State.IDLE && state != State.END) || !reusable) {
            throw new IllegalStateException("the connection carries no other answer: " + state);
        }
        toHead = requestMethod.equals("HEAD");
        switching = maySwitch;
        informations = 0;
        state = State.LINE;
    }

    /** As {@code expect(requestMethod, false)}. */
    public void expect(String requestMethod) {
        expect(requestMethod, false);
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
                case IDLE, END -> behind(in);
                case SWITCHED, REFUSED -> Progress.DONE;
            };
            switch (state) {
                case REFUSED -> {
                    return Step.REFUSED;
                }
                case SWITCHED -> {
                    return Step.SWITCHED;
                }
                case END -> {
                    return Step.MESSAGE_END;
                }
                default -> {
                    if (progress == Progress.MORE) {
                        return Step.NEED_INPUT;
                    }
                }
            }
        }
    }

    /**
     * The upstream has closed: {@link Step#MESSAGE_END} if that ends the answer or it was whole already, else {@link Step#REFUSED}
     * (code {@code upstream_failed}). Call {@link #parse} with what arrived before.
     */
    public Step closed(Events events) {
        reusable = false;
        if (state == State.BODY && body.endsByClose()) {
            state = State.END;
            events.onEnd(body.trailers());
        }
        return switch (state) {
            case END, IDLE -> Step.MESSAGE_END;
            case SWITCHED -> Step.SWITCHED;
            case REFUSED -> Step.REFUSED;
            case LINE, FIELDS, BODY -> {
                refuse(CUT_OFF);
                yield Step.REFUSED;
            }
        };
    }

    /** Whether the connection may carry another request, once the answer was whole. */
    public boolean reusable() {
        return reusable && (state == State.END || state == State.IDLE);
    }

    /** Why {@link Step#REFUSED}: {@code upstream_malformed} or {@code upstream_failed}. */
    public Refusal refusal() {
        return Objects.requireNonNull(refusal, "nothing was refused");
    }

    /** Bytes that belong to no answer: between answers they are refused, behind one they only spoil the connection. */
    private Progress behind(ByteBuf in) {
        if (!in.isReadable()) {
            return Progress.MORE;
        }
        reusable = false;
        return state == State.IDLE ? refuse(UNASKED) : Progress.DONE;
    }

    private Progress line(ByteBuf in) {
        int length = lines.next(in, StatusLine.LIMIT);
        if (length < 0) {
            return switch (length) {
                case Lines.UNFINISHED -> Progress.MORE;
                case Lines.TOO_LONG -> refuse(LONG_LINE);
                default -> refuse(BARE_LINE_FEED);
            };
        }
        Refusal wrong = statusLine.read(lines.bytes(), length);
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
            Refusal wrong = framing.read(headers, statusLine.version());
            if (wrong == null) {
                wrong = options.apply(headers, false);
            }
            return wrong == null ? answer(events) : refuse(wrong);
        }
        return progress;
    }

    private Progress answer(Events events) {
        int status = statusLine.status();
        boolean neverBody = status < 200 || status == 204;
        if (neverBody && (framing.isChunked() || framing.length() > 0)) {
            return refuse(BODY_WITHOUT_BODY);
        }
        return status < 200 ? informational(status, events) : last(status, events);
    }

    private Progress informational(int status, Events events) {
        ResponseHead head = new ResponseHead(status, 0, headers);
        if (status == SWITCHING_PROTOCOLS) {
            if (!switching || !options.upgrade() || statusLine.version() == HttpVersion.HTTP_1_0) {
                return refuse(UNASKED_SWITCH);
            }
            reusable = false;
            state = State.SWITCHED;
            events.onSwitched(head);
            return Progress.DONE;
        }
        informations++;
        if (informations > MOST_INFORMATIONS || statusLine.version() == HttpVersion.HTTP_1_0) {
            return refuse(TOO_MANY_INFORMATIONS);
        }
        state = State.LINE;
        events.onInformation(head);
        return Progress.DONE;
    }

    private Progress last(int status, Events events) {
        reusable = options.persists(statusLine.version());
        long length = 0;
        if (toHead || status == 204 || status == 304) {
            body.beginLength(0);
        } else if (framing.isChunked()) {
            length = RequestHead.UNKNOWN_LENGTH;
            body.beginChunked();
        } else if (framing.isDeclared()) {
            length = framing.length();
            body.beginLength(length);
        } else {
            length = RequestHead.UNKNOWN_LENGTH;
            reusable = false;
            body.beginUntilClose();
        }
        state = State.BODY;
        events.onHead(new ResponseHead(status, length, headers));
        return Progress.DONE;
    }

    private Progress body(ByteBuf in, Events events) {
        Progress progress = body.read(in, events);
        if (progress == Progress.REFUSED) {
            return refuse(body.refusal());
        }
        if (progress == Progress.DONE) {
            state = State.END;
            if (in.isReadable()) {
                reusable = false;
            }
            events.onEnd(body.trailers());
        }
        return progress;
    }

    private Progress refuse(Refusal reason) {
        boolean ours = reason.code() == RefusalCode.UPSTREAM_FAILED || reason.code() == RefusalCode.UPSTREAM_MALFORMED;
        refusal = ours ? reason : malformed("the upstream's answer is not well-formed: " + reason.detail());
        reusable = false;
        state = State.REFUSED;
        return Progress.REFUSED;
    }

    private static Refusal malformed(String detail) {
        return new Refusal(RefusalCode.UPSTREAM_MALFORMED, detail);
    }
}
