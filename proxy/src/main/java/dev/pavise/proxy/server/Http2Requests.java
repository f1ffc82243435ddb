package dev.pavise.proxy.server;

import dev.pavise.proxy.http.Http2Heads;
import dev.pavise.proxy.http.Http2RequestReader;
import dev.pavise.proxy.http.Refusal;
import dev.pavise.proxy.http.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection.Listener;
import io.netty.handler.codec.http2.Http2Connection.PropertyKey;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The requests on one {@link Http2Connection}: makes an {@link Http2ClientStream} of each stream's head and hands it what follows. Called by Netty's codec,
 * which has checked each frame against the state of its stream, on the event loop.
 */
final class Http2Requests extends Http2FrameAdapter {
    private final Http2Connection connection;
    private final Session session;
    private final PropertyKey streamKey;
    private final Http2RequestReader reader = new Http2RequestReader("https");
    private final List<Http2ClientStream> touched = new ArrayList<>(); // in this read of the channel

    Http2Requests(Http2Connection connection, Session session, PropertyKey streamKey) {
        this.connection = connection;
        this.session = session;
        this.streamKey = streamKey;
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext ctx,
            int streamId,
            Http2Headers headers,
            int dependency,
            short weight,
            boolean exclusive,
            int padding,
            boolean end)
            throws Http2Exception {
        onHeadersRead(ctx, streamId, headers, padding, end);
    }

    @Override
    public void onHeadersRead(ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean end)
            throws Http2Exception {
        Http2Stream stream = connection.connection().stream(streamId);
        Http2ClientStream known = of(stream);
        if (known != null) {
            touched.add(known);
            known.onTrailers(headers);
            return;
        }
        Http2ClientStream mine = begin(stream, end);
        connection.watchIdle();
        touched.add(mine);
        Loop loop = connection.loop();
        Http2Heads.Read<RequestHead> read =
                reader.read(headers, end, loop.blocks().take(), loop.timeouts().head());
        switch (read) {
            case Http2Heads.Read.Whole<RequestHead>(RequestHead head) -> mine.begin(session, head);
            case Http2Heads.Read.Bad<RequestHead>(Refusal refusal) -> mine.refuse(session, refusal);
        }
    }

    private Http2ClientStream begin(Http2Stream stream, boolean end) {
        Http2ClientStream mine = new Http2ClientStream(connection, stream, end);
        stream.setProperty(streamKey, mine);
        return mine;
    }

    /** Answers a request of which Netty has kept nothing, not even its stream; false where there can be no answer. */
    boolean refuseUnread(int streamId, Refusal refusal) {
        try {
            begin(connection.connection().remote().createStream(streamId, true), true)
                    .refuse(session, refusal);
            return true;
        } catch (Http2Exception notNow) {
            return false; // there are too many streams, or the connection is ending
        }
    }

    @Override
    public int onDataRead(ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean end) {
        Http2ClientStream mine = of(connection.connection().stream(streamId));
        if (mine == null) {
            return data.readableBytes() + padding;
        }
        touched.add(mine);
        return mine.onData(data, padding, end);
    }

    @Override
    public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode) {
        onGone(connection.connection().stream(streamId));
    }

    /** All that came in one read of the channel has been handed out. */
    void onReadComplete() {
        for (int i = 0; i < touched.size(); i++) {
            touched.get(i).onReadComplete();
        }
        touched.clear();
    }

    /** The trailers of a stream are too large; it is about to be reset. */
    void onUnreadable(Http2Stream stream, Refusal refusal) {
        Http2ClientStream mine = of(stream);
        if (mine != null) {
            mine.onUnreadable(refusal);
        }
    }

    void cutOffAll() {
        List<Http2ClientStream> open = new ArrayList<>();
        try {
            connection.connection().forEachActiveStream(stream -> {
                Http2ClientStream mine = of(stream);
                return mine == null || open.add(mine);
            });
        } catch (Http2Exception impossible) {
            throw new IllegalStateException(impossible);
        }
        open.forEach(Http2ClientStream::cutOff);
    }

    /** Tells streams that they are closed, by whichever side, once {@code first} knows. */
    Listener ends(EndedStreams first) {
        return new Http2ConnectionAdapter() {
            @Override
            public void onStreamClosed(Http2Stream stream) {
                first.add(stream.id(), stream.isResetSent());
                onGone(stream);
            }
        };
    }

    private void onGone(@Nullable Http2Stream stream) {
        Http2ClientStream mine = of(stream);
        if (mine != null) {
            mine.onGone();
        }
    }

    private @Nullable Http2ClientStream of(@Nullable Http2Stream stream) {
        return stream == null ? null : stream.getProperty(streamKey);
    }
}
