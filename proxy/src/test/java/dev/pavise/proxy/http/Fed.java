package dev.pavise.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;

/**
 * What a parser made of some bytes that came in pieces, as text that can be compared. Each buffer that went through is checked for leaks.
 */
final class Fed {
    /** Everything at once. */
    static final IntUnaryOperator WHOLE = rest -> rest;

    static final IntUnaryOperator ONE_BY_ONE = rest -> 1;

    static final HeadLimits LIMITS = new HeadLimits(256, 1024, 20);

    /** No line that a parser waits for is longer; in any state, and with room for its end. */
    static final int MOST_LEFT = 1024 + 2;

    private Fed() {}

    static byte[] bytes(String latin1) {
        return latin1.getBytes(StandardCharsets.ISO_8859_1);
    }

    static String text(ByteBuf buffer) {
        return buffer.toString(StandardCharsets.ISO_8859_1);
    }

    /** All requests in {@code raw}, one line each, and then what the parser said last. */
    static String requests(byte[] raw, IntUnaryOperator pieces) {
        RequestRecorder recorder = new RequestRecorder();
        Http1RequestParser parser = new Http1RequestParser(LIMITS, "https");
        Step last = feed(raw, pieces, in -> {
            Step step = parser.parse(in, recorder);
            while (step == Step.MESSAGE_END && in.isReadable() && !recorder.switched) {
                parser.next();
                step = parser.parse(in, recorder);
            }
            return step;
        });
        return recorder.text + (last == Step.REFUSED ? parser.refusal().code().code() : last.name());
    }

    /** The answers in {@code raw} to requests of these methods, and then what the parser said last. */
    static String answers(
            byte[] raw, IntUnaryOperator pieces, List<String> methods, boolean switching, boolean closed) {
        ResponseRecorder recorder = new ResponseRecorder();
        Http1ResponseParser parser = new Http1ResponseParser(LIMITS);
        int[] asked = {0};
        Step last = feed(raw, pieces, in -> {
            if (asked[0] == 0) {
                parser.expect(methods.get(asked[0]++), switching);
            }
            Step step = parser.parse(in, recorder);
            while (step == Step.MESSAGE_END && in.isReadable() && asked[0] < methods.size() && parser.reusable()) {
                parser.expect(methods.get(asked[0]++), switching);
                step = parser.parse(in, recorder);
            }
            return step;
        });
        if (closed) {
            last = parser.closed(recorder);
        }
        String end = last == Step.REFUSED ? parser.refusal().code().code() : last.name();
        return recorder.text + end + (parser.reusable() ? " reusable" : "");
    }

    private static Step feed(byte[] raw, IntUnaryOperator pieces, Function<ByteBuf, Step> parser) {
        ByteBuf in = Unpooled.buffer(Math.max(1, raw.length));
        try {
            Step step = parser.apply(in);
            for (int at = 0; at < raw.length; ) {
                int piece = Math.clamp(pieces.applyAsInt(raw.length - at), 1, raw.length - at);
                in.writeBytes(raw, at, piece);
                at += piece;
                step = parser.apply(in);
                if (step == Step.NEED_INPUT && in.readableBytes() > MOST_LEFT) {
                    throw new AssertionError("waits with " + in.readableBytes() + " bytes at hand");
                }
            }
            if (in.refCnt() != 1) {
                throw new AssertionError("leaked " + (in.refCnt() - 1) + " slices");
            }
            return step;
        } finally {
            in.release();
        }
    }

    static String describe(HeaderBlock fields) {
        StringBuilder text = new StringBuilder("{");
        for (int i = 0; i < fields.size(); i++) {
            text.append(i == 0 ? "" : "|")
                    .append(fields.nameText(i))
                    .append('=')
                    .append(fields.valueText(i));
        }
        return text.append('}').toString();
    }

    abstract static class Recorder implements BodyEvents {
        final StringBuilder text = new StringBuilder();
        private final StringBuilder body = new StringBuilder();

        @Override
        public final void onData(ByteBuf data) {
            if (!data.isReadable()) {
                throw new AssertionError("an empty part");
            }
            body.append(Fed.text(data));
            data.release();
        }

        @Override
        public final void onEnd(HeaderBlock trailers) {
            if (!body.isEmpty()) {
                text.append(" body=").append(body);
            }
            if (trailers.size() > 0) {
                text.append(" trailers=").append(describe(trailers));
            }
            text.append('\n');
            body.setLength(0);
        }
    }

    static final class RequestRecorder extends Recorder implements Http1RequestParser.Events {
        boolean switched;

        @Override
        public void onHead(RequestHead head) {
            switched = head.protocol() != null;
            text.append(head.method())
                    .append(' ')
                    .append(head.scheme())
                    .append("://")
                    .append(head.authority())
                    .append(head.target())
                    .append(' ')
                    .append(head.version())
                    .append(" length=")
                    .append(head.bodyLength())
                    .append(head.protocol() == null ? "" : " protocol=" + head.protocol())
                    .append(head.keepAlive() ? "" : " close")
                    .append(head.expectsContinue() ? " continue" : "")
                    .append(' ')
                    .append(describe(head.headers()));
        }
    }

    static final class ResponseRecorder extends Recorder implements Http1ResponseParser.Events {
        @Override
        public void onInformation(ResponseHead head) {
            head(head);
            text.append('\n');
        }

        @Override
        public void onSwitched(ResponseHead head) {
            text.append("switched ");
            onInformation(head);
        }

        @Override
        public void onHead(ResponseHead head) {
            head(head);
        }

        private void head(ResponseHead head) {
            text.append(head.status())
                    .append(" length=")
                    .append(head.bodyLength())
                    .append(' ')
                    .append(describe(head.headers()));
        }
    }
}
