package dev.pavise.proxy.server;

import dev.pavise.proxy.http.ClientStream;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/** An HTTP/1.1 connection of a client, as its pipeline and its event loop see it; {@link Http1Requests} has what is asked and answered on it. */
final class Http1Connection extends ChannelInboundHandlerAdapter implements Live {
    private final Loop loop;
    private final Session session;
    private final ClientExchange.Opening exchanges;
    private @Nullable Http1Requests requests;

    Http1Connection(Loop loop, Session session) {
        this(loop, session, client -> new Exchange(loop, session, client));
    }

    /** @param exchanges makes what carries out each request; a gateway's are made by the other constructor */
    Http1Connection(Loop loop, Session session, ClientExchange.Opening exchanges) {
        this.loop = loop;
        this.session = session;
        this.exchanges = exchanges;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        Http1Requests begun = new Http1Requests(ctx, loop, this);
        requests = begun;
        begun.start();
        loop.came(this);
    }

    /** Makes what carries out the next request. */
    ClientExchange open(ClientStream client) {
        return exchanges.open(client);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        requests().onRead((ByteBuf) message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        requests().onReadComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (ctx.channel().isWritable()) {
            requests().onWritable();
        }
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        requests().onClosed();
        loop.gone(this);
        session.end();
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        loop.failures().onConnectionFailure(session.caller().peer(), cause);
        ctx.close();
    }

    /** Lets what is under way finish and closes then; an idle connection closes at once. */
    @Override
    public void drain() {
        requests().drain();
    }

    @Override
    public void close() {
        requests().close();
    }

    private Http1Requests requests() {
        Http1Requests current = requests;
        if (current == null) {
            throw new IllegalStateException("not in a pipeline yet");
        }
        return current;
    }
}
