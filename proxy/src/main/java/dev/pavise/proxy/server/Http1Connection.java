package dev.pavise.proxy.server;

import dev.pavise.proxy.http.HeaderBlock;
import dev.pavise.proxy.http.Http1RequestParser;
import dev.pavise.proxy.http.Refusal;
import dev.pavise.proxy.http.RefusalCode;
import dev.pavise.proxy.http.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 connection of a client: takes its requests apart, one after the other, and lets an {@link Exchange} carry out each. The next
 * request is not looked at before the exchange of the one before is over, so answers cannot change places.
 */
final class Http1Connection extends ChannelInboundHandlerAdapter implements Http1RequestParser.Events, Live {
    /** What is still read and thrown away after an answer that came before the request's end, so that the client can read the answer. */
    private static final int LINGER_BYTES = 1 << 20;

    private static final long LINGER_NANOS = 2_000_000_000L;

    /** A body must bring this much in each {@code body_timeout}, or it counts as stalled. */
    private static final int LEAST_PROGRESS = 1024;

    /** After so many requests that were answered at once, the other connections of the event loop have their turn. */
    private static final int REQUESTS_IN_A_TURN = 32;

    /** So many sweeps without a request, and a connection gives up what it needs for one. */
    private static final int QUIET_SWEEPS = 5;

    private enum Phase {
        /** Between requests. */
        IDLE,
        /** A part of a head has arrived. */
        HEAD,
        /** The head is judged, the body is coming. */
        BODY,
        /** The request is whole, the answer is not. */
        ANSWERING,
        /** Protocol switched: bytes pass through. */
        TUNNEL,
        /** The answer is sent, the rest of the request is thrown away, then the connection closes. */
        LINGERING,
        CLOSED
    }

    private final Loop loop;
    private final Session session;
    private final ClientExchange.Opening exchanges;
    private final Timer timer = new Timer();
    private Phase phase = Phase.IDLE;
    private @Nullable Http1RequestParser parser;
    private @Nullable ByteBuf pending;
    private @Nullable ClientExchange exchange;
    private @Nullable Http1Responder responder;
    private boolean parsing;
    private boolean paused;
    private boolean bodyAnnounced;
    private boolean requestWhole;
    private boolean messageEnded;
    private int quietSweeps;
    private long lingered;
    private long progress;

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
        responder = new Http1Responder(ctx, this, loop.flushes());
        loop.deadlines().add(timer);
        loop.came(this);
        idle();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf data = (ByteBuf) message;
        switch (phase) {
            case TUNNEL -> exchange().onRequestData(data, false);
            case LINGERING -> discard(ctx, data);
            case CLOSED -> data.release();
            default -> {
                progress += data.readableBytes();
                pending = pending == null
                        ? data
                        : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), pending, data);
                parse();
            }
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (exchange != null) {
            exchange.onClientReadComplete();
        }
    }

    private void parse() {
        if (parsing) {
            return; // an answer was given while the request was being told: the loop below goes on
        }
        parsing = true;
        int begun = 0;
        try {
            while (pending != null && pending.isReadable() && (phase.compareTo(Phase.BODY) <= 0)) {
                if (phase == Phase.IDLE && begun++ == REQUESTS_IN_A_TURN) {
                    loop.eventLoop().execute(this::goOn);
                    break;
                }
                if (phase == Phase.IDLE && !beginHead()) {
                    break;
                }
                if (!step(pending)) {
                    break;
                }
            }
            if (phase == Phase.TUNNEL || phase == Phase.LINGERING || phase == Phase.CLOSED) {
                handOverRest();
            }
        } finally {
            parsing = false;
            tidyPending();
        }
    }

    /** Takes one step of the parser; false when it wants more bytes. */
    private boolean step(ByteBuf in) {
        Http1RequestParser reader = parser();
        return switch (reader.parse(in, this)) {
            case NEED_INPUT -> false;
            case MESSAGE_END -> {
                onMessageEnd();
                yield true;
            }
            case REFUSED, SWITCHED -> {
                refuse(reader.refusal());
                yield true;
            }
        };
    }

    private void handOverRest() {
        ByteBuf rest = pending;
        pending = null;
        if (rest == null) {
            return;
        }
        if (phase == Phase.TUNNEL && rest.isReadable()) {
            exchange().onRequestData(rest, false);
        } else {
            rest.release();
        }
    }

    private void tidyPending() {
        if (pending != null && !pending.isReadable()) {
            pending.release();
            pending = null;
        }
        regulateReading();
    }

    /** Reads on unless the exchange asked for a pause, or a further request is already waiting behind this one or behind unread answers. */
    private void regulateReading() {
        boolean waiting = pending != null && (phase == Phase.ANSWERING || phase == Phase.IDLE);
        boolean read = !paused && !waiting;
        if (phase != Phase.CLOSED && responder().context().channel().config().isAutoRead() != read) {
            responder().context().channel().config().setAutoRead(read);
        }
    }

    /** Takes up the next request, unless the client leaves so many answers unread that it has to wait; then false. */
    private boolean beginHead() {
        if (!responder().isWritable()) {
            return false;
        }
        phase = Phase.HEAD;
        timer.expireAt(loop.deadlines().in(loop.timeouts().headerNanos()));
        return true;
    }

    @Override
    public void onHead(RequestHead head) {
        phase = Phase.BODY;
        bodyAnnounced = head.hasBody();
        requestWhole = !bodyAnnounced;
        if (bodyAnnounced) {
            watchBody();
        }
        responder().begin(head);
        ClientExchange begun = exchanges.open(responder());
        exchange = begun;
        begun.begin(head);
    }

    @Override
    public void onData(ByteBuf data) {
        if (exchange == null) {
            data.release();
        } else {
            exchange.onRequestData(data, false);
        }
    }

    @Override
    public void onEnd(HeaderBlock trailers) {
        if (phase != Phase.BODY || !bodyAnnounced) {
            return;
        }
        requestWhole = true;
        if (trailers.size() == 0) {
            exchange().onRequestData(Unpooled.EMPTY_BUFFER, true);
        } else {
            exchange().onRequestTrailers(trailers);
        }
    }

    /** The parser is done with this request; the answer may be as well. */
    private void onMessageEnd() {
        messageEnded = true;
        if (phase == Phase.BODY) {
            phase = Phase.ANSWERING;
            timer.expireAt(Deadlines.Watched.NEVER); // from here on the exchange watches the time
            if (responder().isDone()) {
                next();
            }
        }
    }

    /** A refusal by the parser: of a head before there is an exchange, or of a body within one. */
    private void refuse(Refusal refusal) {
        if (phase == Phase.BODY && exchange != null) {
            requestWhole = false;
            responder().closeAfterAnswer();
            phase = Phase.LINGERING;
            timer.expireAt(loop.deadlines().in(LINGER_NANOS));
            exchange.onRequestRefused(refusal);
        } else {
            requestWhole = false;
            phase = Phase.LINGERING;
            timer.expireAt(loop.deadlines().in(LINGER_NANOS));
            responder().beginRefused();
            ClientExchange begun = exchanges.open(responder());
            exchange = begun;
            begun.beginRefused(refusal);
        }
    }

    /** Called by the responder when the answer is whole and written. */
    void onAnswerDone(boolean close) {
        if (phase == Phase.CLOSED) {
            return;
        }
        if (!requestWhole) {
            linger();
        } else if (close) {
            phase = Phase.LINGERING;
            timer.expireAt(loop.deadlines().in(loop.timeouts().idleNanos())); // to take the answer
            exchange = null;
            if (messageEnded) {
                parser().next();
                letParserGo();
            }
            responder().flushAndFinish(true);
        } else if (messageEnded) {
            next();
        }
    }

    /** The answer came before the request's end: the rest is thrown away for a while, as closing at once would take the answer back. */
    private void linger() {
        exchange = null;
        phase = Phase.LINGERING;
        paused = false;
        timer.expireAt(loop.deadlines().in(LINGER_NANOS));
        responder().flushAndFinish(false);
        if (!parsing) {
            parse();
        }
    }

    private void next() {
        exchange = null;
        messageEnded = false;
        parser().next();
        idle();
        paused = false;
        goOn();
    }

    /** A connection that is quiet needs no parser; the loop keeps it for another. */
    private void letParserGo() {
        if (parser != null) {
            loop.parsers().give(parser);
            parser = null;
        }
    }

    private Http1RequestParser parser() {
        Http1RequestParser current = parser;
        if (current == null) {
            current = loop.parsers().take(loop.timeouts().head());
            parser = current;
        }
        return current;
    }

    /** Takes up what was read before, outside of a read of the channel. */
    private void goOn() {
        parse();
        if (exchange != null && !parsing) {
            exchange.onClientReadComplete();
        }
    }

    private void idle() {
        phase = Phase.IDLE;
        progress = 0;
        quietSweeps = 0;
        timer.expireAt(loop.deadlines().in(loop.timeouts().idleNanos()));
    }

    private void watchBody() {
        progress = 0;
        timer.expireAt(loop.deadlines().in(loop.timeouts().bodyNanos()));
    }

    void onSwitched() {
        phase = Phase.TUNNEL;
        timer.expireAt(Deadlines.Watched.NEVER);
    }

    void pause(boolean pause) {
        if (paused == pause) {
            return;
        }
        paused = pause;
        if (!pause && phase == Phase.BODY) {
            watchBody();
        }
        regulateReading();
    }

    boolean isRequestWhole() {
        return requestWhole;
    }

    private void discard(ChannelHandlerContext ctx, ByteBuf data) {
        lingered += data.readableBytes();
        data.release();
        if (lingered > LINGER_BYTES) {
            ctx.close();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (ctx.channel().isWritable() && exchange != null) {
            exchange.onClientWritable();
        } else if (ctx.channel().isWritable() && phase == Phase.IDLE) {
            goOn();
        }
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        boolean idle = phase == Phase.IDLE;
        phase = Phase.CLOSED;
        loop.deadlines().remove(timer);
        if (idle) {
            letParserGo();
        }
        if (pending != null && !parsing) {
            pending.release();
            pending = null;
        }
        if (exchange != null) {
            exchange.onClientGone();
            exchange = null;
        }
        responder().closed();
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
        responder().closeAfterAnswer();
        if (phase == Phase.IDLE) {
            responder().close();
        }
    }

    @Override
    public void close() {
        if (exchange != null) {
            exchange.cutOff();
        }
        responder().close();
    }

    private ClientExchange exchange() {
        ClientExchange current = exchange;
        if (current == null) {
            throw new IllegalStateException("no exchange in phase " + phase);
        }
        return current;
    }

    private Http1Responder responder() {
        Http1Responder current = responder;
        if (current == null) {
            throw new IllegalStateException("not in a pipeline yet");
        }
        return current;
    }

    /** The deadline of the phase: idle, head, body, lingering. */
    private final class Timer extends Deadlines.Watched {
        @Override
        void onSweep(long nowNanos) {
            if (phase == Phase.IDLE && ++quietSweeps > QUIET_SWEEPS) {
                letParserGo();
                loop.deadlines().rest(this);
            }
        }

        @Override
        void onDeadline(long nowNanos) {
            switch (phase) {
                case HEAD ->
                    refuse(new Refusal(
                            RefusalCode.REQUEST_TIMEOUT, "the head of the request was not complete in time"));
                case BODY -> onBodyDeadline();
                default -> Pipelines.cut(responder().context());
            }
        }

        private void onBodyDeadline() {
            if (paused || progress >= LEAST_PROGRESS || exchange().isAnswering()) {
                watchBody();
            } else {
                refuse(new Refusal(RefusalCode.REQUEST_TIMEOUT, "the body of the request came too slowly"));
            }
        }
    }
}
