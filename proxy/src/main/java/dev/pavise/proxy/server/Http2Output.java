package dev.pavise.proxy.server;

import dev.pavise.proxy.http.HeaderBlock;
import dev.pavise.proxy.http.Http2HeadWriter;
import dev.pavise.proxy.http.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Connection.PropertyKey;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2LifecycleManager;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Heads and bodies on their way out of one HTTP/2 connection (RFC 9113, 5.2): keeps to the client's windows, sends streams that wait for one by turns,
 * and gathers the frames of all answers that come together in one buffer, with no object for each frame. Netty's codec goes on sending what
 * is about the connection; before it ends or resets anything, {@link #commit} has to have been called.
 *
 * <p>What waits here is bounded by its writers, who are told by {@link #isWritable(Http2Outbound)} to stop at one window of each stream, and at
 * the channel's water mark.
 */
final class Http2Output implements Http2RemoteFlowController {
    /** Goes out at the least where the channel takes anything, so that no stream gets ahead in crumbs. */
    private static final long LEAST = 32 * 1024;

    private final Http2Connection connection;
    private final PropertyKey streamKey;
    private final Http2HeadWriter heads;
    private final ArrayDeque<Http2Outbound> waiting = new ArrayDeque<>(4);
    private final ArrayDeque<Http2Outbound> stalled = new ArrayDeque<>(4);
    private int window = Http2CodecUtil.DEFAULT_WINDOW_SIZE;
    private int initialWindow = Http2CodecUtil.DEFAULT_WINDOW_SIZE;
    private long waitingBytes;
    private boolean headSent;
    private @Nullable ChannelHandlerContext context;
    private @Nullable Http2Gather gather;

    Http2Output(Http2Connection connection, Http2HeadWriter heads) {
        this.connection = connection;
        this.streamKey = connection.newKey();
        this.heads = heads;
    }

    /** Under which each stream keeps its {@link Http2ClientStream}. */
    PropertyKey streamKey() {
        return streamKey;
    }

    Http2Outbound outbound(Http2Stream stream, Http2ClientStream owner) {
        return new Http2Outbound(stream, owner, initialWindow);
    }

    // ---- what streams send

    /** Sends the head of an answer. Nothing of the stream waits yet. */
    void head(Http2Outbound to, ResponseHead head, boolean last) {
        heads.answer(head, !headSent);
        headSent = true;
        gather().section(to.stream.id(), heads.bytes(), heads.length(), last);
        to.stream.headersSent(head.isInformational() && head.status() != 101);
        if (last) {
            endLocal(to);
        }
    }

    void trailers(Http2Outbound to, HeaderBlock fields) {
        heads.trailers(fields);
        if (to.isEmpty()) {
            gather().section(to.stream.id(), heads.bytes(), heads.length(), true);
            endLocal(to);
        } else {
            to.add(Arrays.copyOf(heads.bytes(), heads.length()));
        }
    }

    /** Sends data, or keeps it until the windows take it. */
    void data(Http2Outbound to, ByteBuf data, boolean last) {
        int length = data.readableBytes();
        if (!to.isEmpty() || (length > 0 && length > allowance(to))) {
            waitingBytes += length;
            to.add(data, last);
            await(to);
            return;
        }
        frames(to, data, last);
        if (last) {
            endLocal(to);
        }
    }

    private void await(Http2Outbound to) {
        if (!to.waiting) {
            to.waiting = true;
            waiting.add(to);
        }
    }

    /** Whether more data of the stream would go out, or soon; where not, its {@link Http2ClientStream#onWritable} will be called. */
    boolean isWritable(Http2Outbound to) {
        boolean writable = wouldTake(to);
        if (!writable && !to.stalled && !to.closed) {
            to.stalled = true;
            stalled.add(to);
        }
        return writable;
    }

    private boolean wouldTake(Http2Outbound to) {
        return !to.closed
                && to.window > to.bytes
                && window > waitingBytes
                && context().channel().isWritable();
    }

    /** The stream is over, whoever ended it. */
    void closed(Http2Outbound to) {
        waitingBytes -= to.bytes;
        to.drop();
    }

    // ---- what leaves

    private int allowance(Http2Outbound to) {
        long room = context().channel().bytesBeforeUnwritable();
        long most = room > 0 ? Math.max(room, LEAST) : 0;
        return (int) Math.max(0, Math.min(most, Math.min(to.window, window)));
    }

    /** Sends as much of what waits as windows and channel take, a frame of each stream by turns. */
    private void drain() {
        for (int idle = 0; idle < waiting.size(); ) {
            Http2Outbound next = waiting.remove();
            if (next.closed) {
                continue;
            }
            boolean moved = sendNext(next);
            if (next.isEmpty()) {
                next.waiting = false;
                next.owner.onSent();
            } else {
                waiting.add(next);
            }
            idle = moved ? 0 : idle + 1;
        }
    }

    private boolean sendNext(Http2Outbound from) {
        int allowed = Math.min(Http2Gather.MOST_IN_FRAME, allowance(from));
        ByteBuf data = from.bytes > 0 && allowed == 0 ? null : from.next(allowed);
        if (data != null) {
            waitingBytes -= data.readableBytes();
            boolean last = from.takeLast();
            frames(from, data, last);
            if (last) {
                endLocal(from);
            }
        }
        byte[] trailers = from.takeTrailers();
        if (trailers != null) {
            gather().section(from.stream.id(), trailers, trailers.length, true);
            endLocal(from);
        }
        return data != null || trailers != null;
    }

    private void frames(Http2Outbound to, ByteBuf data, boolean last) {
        int length = data.readableBytes();
        to.window -= length;
        window -= length;
        gather().data(to.stream.id(), data, last);
    }

    /** Hands on what was gathered; has to come before a frame that is not written here, if that ends or resets anything. */
    void commit() {
        if (gather != null) {
            gather.commit();
        }
    }

    /** The connection is closed: what was gathered goes nowhere. */
    void drop() {
        if (gather != null) {
            gather.drop();
        }
    }

    private void endLocal(Http2Outbound of) {
        if (connection.goAwaySent()) {
            commit();
            context().flush(); // the last stream of a connection that is ending closes it, and TLS drops what was not
            // flushed before
        }
        ((Http2LifecycleManager) context().handler())
                .closeStreamLocal(of.stream, context().newSucceededFuture());
    }

    private Http2Gather gather() {
        Http2Gather current = gather;
        if (current == null) {
            throw new IllegalStateException("not in a pipeline yet");
        }
        return current;
    }

    private ChannelHandlerContext context() {
        ChannelHandlerContext current = context;
        if (current == null) {
            throw new IllegalStateException("not in a pipeline yet");
        }
        return current;
    }

    // ---- what Netty's codec asks and tells

    @Override
    public void channelHandlerContext(ChannelHandlerContext ctx) {
        context = ctx;
        if (gather == null) {
            gather = new Http2Gather(ctx);
        }
    }

    @Override
    public @Nullable ChannelHandlerContext channelHandlerContext() {
        return context;
    }

    @Override
    public void writePendingBytes() {
        drain();
        commit();
        wake();
    }

    @Override
    public void channelWritabilityChanged() {
        wake();
    }

    private void wake() {
        for (int left = stalled.size(); left > 0; left--) {
            Http2Outbound next = stalled.poll();
            if (next == null) {
                return; // whoever was told has made us tell the others
            }
            if (wouldTake(next)) {
                next.stalled = false;
                next.owner.onWritable();
            } else if (!next.closed) {
                stalled.add(next);
            }
        }
    }

    @Override
    public void initialWindowSize(int size) throws Http2Exception {
        int change = size - initialWindow;
        initialWindow = size;
        connection.forEachActiveStream(stream -> {
            Http2Outbound of = of(stream);
            if (of != null) {
                of.window = widened(of.window, change, Http2CodecUtil.CONNECTION_STREAM_ID);
            }
            return true;
        });
    }

    @Override
    public int initialWindowSize() {
        return initialWindow;
    }

    @Override
    public void incrementWindowSize(Http2Stream stream, int delta) throws Http2Exception {
        if (stream.id() == Http2CodecUtil.CONNECTION_STREAM_ID) {
            window = widened(window, delta, stream.id());
            return;
        }
        Http2Outbound of = of(stream);
        if (of != null) {
            of.window = widened(of.window, delta, stream.id());
        }
    }

    /** A window that would be larger than a window can be is an error of its stream, or of the connection (RFC 9113, 6.9.1). */
    private static int widened(int window, int delta, int streamId) throws Http2Exception {
        if (delta > 0 && window > Http2CodecUtil.MAX_INITIAL_WINDOW_SIZE - delta) {
            throw Http2Exception.streamError(
                    streamId, Http2Error.FLOW_CONTROL_ERROR, "the window of stream %d is too large", streamId);
        }
        return window + delta;
    }

    private @Nullable Http2Outbound of(Http2Stream stream) {
        Http2ClientStream owner = stream.getProperty(streamKey);
        return owner == null ? null : owner.outbound();
    }

    @Override
    public int windowSize(Http2Stream stream) {
        Http2Outbound of = of(stream);
        return stream.id() == Http2CodecUtil.CONNECTION_STREAM_ID ? window : of == null ? initialWindow : of.window;
    }

    @Override
    public boolean hasFlowControlled(Http2Stream stream) {
        Http2Outbound of = of(stream);
        return of != null && !of.isEmpty();
    }

    @Override
    public boolean isWritable(Http2Stream stream) {
        Http2Outbound of = of(stream);
        return of != null && wouldTake(of);
    }

    /** Frames of streams are written here and nowhere else. */
    @Override
    public void addFlowControlled(Http2Stream stream, FlowControlled payload) {
        payload.error(context(), new IllegalStateException("not sent by way of the output"));
    }

    @Override
    public void listener(Listener listener) {
        throw new UnsupportedOperationException("streams are told themselves");
    }

    /** Priorities are not heeded (RFC 9113, 5.3.2). */
    @Override
    public void updateDependencyTree(int childStreamId, int parentStreamId, short weight, boolean exclusive) {}
}
