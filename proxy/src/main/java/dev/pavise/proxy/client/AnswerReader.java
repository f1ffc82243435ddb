package dev.pavise.proxy.client;

import dev.pavise.proxy.http.HeadLimits;
import dev.pavise.proxy.http.HeaderBlock;
import dev.pavise.proxy.http.Http1ResponseParser;
import dev.pavise.proxy.http.ResponseHead;
import dev.pavise.proxy.http.Step;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/** Reads the one answer of a connection, up to a bound. */
final class AnswerReader implements Http1ResponseParser.Events {
    private static final int MOST_BYTES = 32 * 1024 * 1024;
    private static final HeadLimits HEAD = new HeadLimits(1024, 32 * 1024, 100);

    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private int status;
    private boolean tooLong;

    private AnswerReader() {}

    static Reply read(InputStream in, String method, Target from) throws IOException {
        AnswerReader answer = new AnswerReader();
        Http1ResponseParser parser = new Http1ResponseParser(HEAD);
        parser.expect(method);
        ByteBuf unread = Unpooled.buffer(16 * 1024);
        try {
            Step step = Step.NEED_INPUT;
            while (step == Step.NEED_INPUT && !answer.tooLong) {
                unread.discardReadBytes();
                int count = unread.writeBytes(in, 16 * 1024);
                step = count < 0 ? parser.closed(answer) : parser.parse(unread, answer);
            }
            if (answer.tooLong) {
                return new Reply.Broken("`" + from + "` answers with more than " + MOST_BYTES + " bytes");
            }
            return step == Step.MESSAGE_END
                    ? new Reply.Answered(answer.status, answer.body.toByteArray())
                    : new Reply.Broken("`" + from + "` does not answer as a gateway does: "
                            + parser.refusal().detail());
        } finally {
            unread.release();
        }
    }

    @Override
    public void onInformation(ResponseHead head) {}

    @Override
    public void onSwitched(ResponseHead head) {}

    @Override
    public void onHead(ResponseHead head) {
        status = head.status();
    }

    @Override
    public void onData(ByteBuf data) {
        try {
            tooLong |= body.size() + data.readableBytes() > MOST_BYTES;
            if (!tooLong) {
                byte[] part = new byte[data.readableBytes()];
                data.readBytes(part);
                body.writeBytes(part);
            }
        } finally {
            data.release();
        }
    }

    @Override
    public void onEnd(HeaderBlock trailers) {}
}
