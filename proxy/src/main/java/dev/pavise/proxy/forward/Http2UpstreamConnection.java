package dev.pavise.proxy.forward;

import dev.pavise.proxy.http.HeaderBlock;
import dev.pavise.proxy.http.HeaderName;
import dev.pavise.proxy.http.Http2Heads;
import dev.pavise.proxy.http.RefusalCode;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/2 connection to an upstream, with as many exchanges as both sides allow (RFC 9113). It is used from when the upstream's settings
 * have come until it says GOAWAY or is unused for too long. A connection that was silent for long, or on which an exchange is given up
 * unanswered, has to answer a PING within the connect timeout, else it is closed: a dead one must not swallow request after request.
 */
final class Http2UpstreamConnection extends Http2EventAdapter implements Http2RemoteFlowController.Listener {
    private static final int CONNECTION_WINDOW = 1024 * 1024;
    private static final long LONG_SILENCE = TimeUnit.SECONDS.toNanos(10);

    private final ConnectAttempt opening;
    private final UpstreamPool pool;
    private final KeepAlive keepAlive;
    private final Http2UpstreamHandler handler;
    private final Http2Connection connection;
    private final Http2Connection.PropertyKey carrierKey;
    private final HeaderBlock fields = new HeaderBlock(); // of the head that is being told
    private final List<Http2Carrier> toldInThisRead = new ArrayList<>();
    private @Nullable ChannelHandlerContext context;
    private int active;
    private long heardAt;
    private boolean heard;
    private boolean probing;
    private boolean settled;
    private boolean goingAway; // no new streams
    private boolean gone;

    @SuppressWarnings("this-escape") // the handler keeps the reference; it is called only once it stands in a pipeline
    Http2UpstreamConnection(ConnectAttempt opening) {
        this.opening = opening;
        this.pool = opening.pool();
        this.keepAlive = new KeepAlive(
                pool.context().limits().idleTimeout(), pool.context().nanoClock());
        this.handler = Http2UpstreamHandler.of(this, pool.context().limits());
        this.connection = handler.connection();
        this.carrierKey = connection.newKey();
        connection.remote().flowController().listener(this);
        heardAt = now();
    }

    Http2UpstreamHandler handler() {
        return handler;
    }

    UpstreamPool pool() {
        return pool;
    }

    HeaderBlock fields() {
        return fields;
    }

    /** How many more streams may be opened. */
    int room() {
        if (!settled || goingAway || gone) {
            return 0;
        }
        int most =
                Math.min(pool.context().limits().streams(), connection.local().maxActiveStreams());
        return most - active;
    }

    boolean isUnused() {
        return active == 0;
    }

    boolean isFresh() {
        return !goingAway && !gone && keepAlive.isFresh();
    }

    /** Takes no more streams, and closes once those it has are over. */
    void retire() {
        goingAway = true;
        if (active == 0 && !gone) {
            ChannelHandlerContext ctx = context();
            handler.goAway(ctx, 0, Http2Error.NO_ERROR.code(), ctx.alloc().buffer(0), ctx.newPromise());
            ctx.flush();
            ctx.close();
        }
    }

    /** Opens a stream and writes the head of its request; there must be room. */
    void carry(ForwardedStream exchange) {
        ForwardRequest request = exchange.request();
        int id = connection.local().incrementAndGetNextStreamId();
        if (id < 0) { // used up, after a billion requests
            goingAway = true;
            exchange.attemptFailed(failure(RefusalCode.UPSTREAM_UNREACHABLE, "no stream left"), Fault.UNTOUCHED);
            return;
        }
        if (now() - heardAt > LONG_SILENCE) {
            probe();
        }
        ChannelPromise headWritten = context().newPromise();
        handler.encoder().writeHeaders(context(), id, head(request), 0, request.endsWithHead(), headWritten);
        Http2Stream stream = connection.stream(id);
        if (stream == null) {
            exchange.attemptFailed(
                    failure(RefusalCode.UPSTREAM_FAILED, "it takes no request with a head that large"),
                    Fault.UNSENDABLE);
            return;
        }
        Http2Carrier carrier = new Http2Carrier(this, stream, exchange);
        stream.setProperty(carrierKey, carrier);
        headWritten.addListener(carrier);
        active++;
        exchange.carriedBy(carrier);
    }

    private static Http2Headers head(ForwardRequest request) {
        HeaderBlock headers = RequestFields.cleaned(request.headers());
        if (request.bodyLength() > 0) {
            headers.add(HeaderName.CONTENT_LENGTH, Long.toString(request.bodyLength()));
        }
        return Http2Heads.toRequest(request.method(), request.scheme(), request.authority(), request.target(), headers);
    }

    // What carriers ask for.

    ChannelHandlerContext context() {
        ChannelHandlerContext ctx = context;
        if (ctx == null) {
            throw new IllegalStateException("the handler stands in no pipeline yet");
        }
        return ctx;
    }

    void flush() {
        handler.flush(context());
    }

    void reset(Http2Stream stream, Http2Error error) {
        handler.resetStream(context(), stream.id(), error.code(), context().newPromise());
        flush();
    }

    boolean isWritable(Http2Stream stream) {
        return connection.remote().flowController().isWritable(stream);
    }

    /** The listener has taken so many bytes, so the upstream may send as many more. */
    void consume(Http2Stream stream, int bytes) {
        try {
            if (connection.local().flowController().consumeBytes(stream, bytes)) {
                flush();
            }
        } catch (Http2Exception e) {
            context().close(); // the account of the window is wrong, so nothing on this connection can be trusted
        }
    }

    boolean wasNotProcessed(Http2Stream stream) {
        return connection.goAwayReceived() && stream.id() > connection.local().lastStreamKnownByPeer();
    }

    boolean isGone() {
        return gone;
    }

    UpstreamFailure failure(RefusalCode code, String why) {
        return pool.context().failure(code, pool.endpoint(), why);
    }

    /** Asks for a sign of life; without one the connection is closed. */
    void probe() {
        if (probing || gone) {
            return;
        }
        probing = true;
        heard = false;
        handler.encoder().writePing(context(), false, 0, context().newPromise());
        flush();
        Channel channel = context().channel();
        long timeout = pool.context().limits().connectTimeout().toNanos();
        pool.loop().schedule(() -> endProbe(channel), timeout, TimeUnit.NANOSECONDS);
    }

    private void endProbe(Channel channel) {
        probing = false;
        if (!heard) {
            channel.close();
        }
    }

    // What the handler tells.

    void added(ChannelHandlerContext ctx) {
        context = ctx;
    }

    void heard() {
        heard = true;
    }

    void told(Http2Carrier carrier) {
        toldInThisRead.add(carrier);
    }

    void readComplete() {
        heardAt = now();
        for (int i = 0; i < toldInThisRead.size(); i++) {
            toldInThisRead.get(i).readComplete();
        }
        toldInThisRead.clear();
    }

    void losing() {
        gone = true;
    }

    void lost() {
        readComplete();
        if (settled) {
            pool.closed(this);
        } else {
            opening.fail("it closed the connection before its HTTP/2 settings came");
        }
    }

    void malformed(int streamId) {
        Http2Carrier carrier = carrier(streamId);
        if (carrier != null) {
            carrier.malformed("the answer is not well-formed HTTP/2");
        }
    }

    @Override
    public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings) throws Http2Exception {
        if (settled) {
            pool.room(); // the limit of streams may have grown
            return;
        }
        settled = true;
        int more = CONNECTION_WINDOW - connection.local().flowController().windowSize(connection.connectionStream());
        connection.local().flowController().incrementWindowSize(connection.connectionStream(), more);
        opening.ready(this);
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext ctx,
            int streamId,
            Http2Headers headers,
            int streamDependency,
            short weight,
            boolean exclusive,
            int padding,
            boolean endOfStream) {
        onHeadersRead(ctx, streamId, headers, padding, endOfStream);
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean endOfStream) {
        Http2Carrier carrier = carrier(streamId);
        if (carrier != null) {
            carrier.headers(headers, endOfStream);
        }
    }

    @Override
    public int onDataRead(ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean endOfStream) {
        int bytes = data.readableBytes() + padding;
        Http2Carrier carrier = carrier(streamId);
        return carrier == null || carrier.content(data, padding, endOfStream) ? bytes : 0;
    }

    @Override
    public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode) {
        Http2Carrier carrier = carrier(streamId);
        if (carrier != null) {
            carrier.resetBy(errorCode);
        }
    }

    @Override
    public void onGoAwayReceived(int lastStreamId, long errorCode, ByteBuf debugData) {
        goingAway = true;
        if (active == 0) {
            retire();
        }
    }

    @Override
    public void onStreamClosed(Http2Stream stream) {
        Http2Carrier carrier = stream.getProperty(carrierKey);
        if (carrier == null) {
            return;
        }
        active--;
        keepAlive.restart();
        carrier.closed();
        if (gone) {
            return;
        }
        if (goingAway) {
            if (active == 0) {
                retire();
            }
        } else {
            pool.room();
        }
    }

    @Override
    public void writabilityChanged(Http2Stream stream) {
        Http2Carrier carrier = stream.getProperty(carrierKey);
        if (carrier != null) {
            carrier.writabilityChanged();
        }
    }

    private @Nullable Http2Carrier carrier(int streamId) {
        Http2Stream stream = connection.stream(streamId);
        return stream == null ? null : stream.getProperty(carrierKey);
    }

    private long now() {
        return pool.context().nanoClock().getAsLong();
    }
}
