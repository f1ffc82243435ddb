package dev.pavise.proxy.http;

import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of one message after the other: none, of a length, chunked, or until the connection closes (RFC 9112, 6 and 7). Parts go
 * out as they come; nothing of a body is kept.
 */
final class BodyReader {
    /** Bytes of chunk extensions in one body; they mean nothing here, so that many of them mean no good. */
    private static final int EXTENSION_ALLOWANCE = 4096;

    private static final Refusal BAD_CHUNK = new Refusal(
            RefusalCode.MALFORMED_REQUEST, "a chunk does not begin with its size in hexadecimal digits and CR LF");
    private static final Refusal BAD_CHUNK_END =
            new Refusal(RefusalCode.MALFORMED_REQUEST, "the data of a chunk is not followed by CR LF");
    private static final Refusal BAD_TRAILER = new Refusal(
            RefusalCode.MALFORMED_REQUEST,
            "a field that belongs into the head stands in the trailers; send it in the head");

    private enum State {
        LENGTH,
        CHUNK_LINE,
        CHUNK_DATA,
        CHUNK_END,
        TRAILERS,
        UNTIL_CLOSE,
        DONE
    }

    private final Lines lines;
    private final FieldLines fieldLines;
    private final HeaderBlock trailers = new HeaderBlock();
    private State state = State.DONE;
    private long remaining;
    private int extensionAllowance;
    private @Nullable Refusal refusal;

    BodyReader(Lines lines, FieldLines fieldLines) {
        this.lines = lines;
        this.fieldLines = fieldLines;
    }

    void beginLength(long length) {
        trailers.clear();
        remaining = length;
        state = length == 0 ? State.DONE : State.LENGTH;
    }

    void beginChunked() {
        trailers.clear();
        extensionAllowance = EXTENSION_ALLOWANCE;
        state = State.CHUNK_LINE;
    }

    void beginUntilClose() {
        trailers.clear();
        state = State.UNTIL_CLOSE;
    }

    boolean endsByClose() {
        return state == State.UNTIL_CLOSE;
    }

    HeaderBlock trailers() {
        return trailers;
    }

    Refusal refusal() {
        return Objects.requireNonNull(refusal, "nothing was refused");
    }

    Progress read(ByteBuf in, BodyEvents events) {
        Progress step = Progress.DONE;
        while (state != State.DONE && step == Progress.DONE) {
            step = switch (state) {
                case LENGTH -> data(in, events, State.DONE);
                case CHUNK_LINE -> chunkLine(in);
                case CHUNK_DATA -> data(in, events, State.CHUNK_END);
                case CHUNK_END -> chunkEnd(in);
                case TRAILERS -> trailerFields(in);
                case UNTIL_CLOSE -> untilClose(in, events);
                case DONE -> Progress.DONE;
            };
        }
        return step;
    }

    private Progress data(ByteBuf in, BodyEvents events, State then) {
        int part = (int) Math.min(remaining, in.readableBytes());
        remaining -= part;
        boolean whole = remaining == 0;
        if (whole) {
            state = then; // before the event, whose receiver may look
        }
        if (part > 0) {
            events.onData(in.readRetainedSlice(part));
        }
        return whole ? Progress.DONE : Progress.MORE;
    }

    private Progress chunkLine(ByteBuf in) {
        int length = lines.next(in, ChunkLine.LIMIT);
        if (length == Lines.UNFINISHED) {
            return Progress.MORE;
        }
        long size = length < 0 ? -1 : ChunkLine.size(lines.bytes(), length);
        extensionAllowance -= Math.max(0, length - 16);
        if (size < 0 || extensionAllowance < 0) {
            return refuse(BAD_CHUNK);
        }
        remaining = size;
        if (size == 0) {
            fieldLines.begin(trailers);
        }
        state = size == 0 ? State.TRAILERS : State.CHUNK_DATA;
        return Progress.DONE;
    }

    private Progress chunkEnd(ByteBuf in) {
        int readable = in.readableBytes();
        int start = in.readerIndex();
        boolean isEnd =
                readable == 0 || (in.getByte(start) == '\r' && (readable == 1 || in.getByte(start + 1) == '\n'));
        if (!isEnd) {
            return refuse(BAD_CHUNK_END);
        }
        if (readable < 2) {
            return Progress.MORE;
        }
        in.skipBytes(2);
        state = State.CHUNK_LINE;
        return Progress.DONE;
    }

    private Progress trailerFields(ByteBuf in) {
        Progress progress = fieldLines.read(in);
        if (progress == Progress.REFUSED) {
            return refuse(fieldLines.refusal());
        }
        if (progress == Progress.DONE) {
            for (int i = 0; i < trailers.size(); i++) {
                if (!FieldKind.fitsTrailers(trailers, i)) {
                    return refuse(BAD_TRAILER);
                }
            }
            state = State.DONE;
        }
        return progress;
    }

    private static Progress untilClose(ByteBuf in, BodyEvents events) {
        if (in.isReadable()) {
            events.onData(in.readRetainedSlice(in.readableBytes()));
        }
        return Progress.MORE;
    }

    private Progress refuse(Refusal reason) {
        refusal = reason;
        return Progress.REFUSED;
    }
}
