package dev.pavise.proxy.server;

import dev.pavise.proxy.http.HeaderBlock;
import dev.pavise.proxy.http.Http1RequestParser;
import dev.pavise.proxy.http.Refusal;
import dev.pavise.proxy.http.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one {@link Http1Connection}, taken apart one after the other; a {@link ClientExchange} carries out each. The next request is not looked
 * at before the exchange of the one before is over, so answers cannot change places. Lives as long as the connection is in its pipeline, on
 * its event loop; told of the connection by its handler, of answers by the {@link Http1Responder}, of time by the {@link Http1Timer}.
 */
final class Http1Requests implements Http1RequestParser.Events {
    /** After so many requests that were answered at once, the other connections of the event loop have their turn. */
    private static final int REQUESTS_IN_A_TURN = 32;

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

    private final ChannelHandlerContext ctx;
    private final Loop loop;
    private final Http1Connection connection;
    private final Http1Responder responder;
    private final Http1Intake intake;
    private final Http1Timer timer;
    private final Parsers.Loan loan;
    private Phase phase = Phase.IDLE;
    private @Nullable ClientExchange exchange;
    private boolean parsing;
    private boolean bodyAnnounced;
    private boolean requestWhole;
    private boolean messageEnded;

    Http1Requests(ChannelHandlerContext ctx, Loop loop, Http1Connection connection) {
        this.ctx = ctx;
        this.loop = loop;
        this.connection = connection;
        this.responder = new Http1Responder(ctx, this, loop.flushes());
        this.intake = new Http1Intake(ctx);
        this.timer = new Http1Timer(loop, this);
        this.loan = new Parsers.Loan(loop);
    }

    /** Begins to wait for requests. */
    void start() {
        loop.deadlines().add(timer);
        idle();
    }

    // ---- what is read

    void onRead(ByteBuf data) {
        switch (phase) {
            case TUNNEL -> exchange().onRequestData(data, false);
            case LINGERING -> intake.discard(data);
            case CLOSED -> data.release();
            default -> {
                timer.onBytes(data.readableBytes());
                intake.add(data);
                parse();
            }
        }
    }

    void onReadComplete() {
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
            for (ByteBuf in = toParse(); in != null; in = toParse()) {
                if (phase == Phase.IDLE && begun++ == REQUESTS_IN_A_TURN) {
                    loop.eventLoop().execute(this::goOn);
                    break;
                }
                if (phase == Phase.IDLE && !beginHead()) {
                    break;
                }
                if (!step(in)) {
                    break;
                }
            }
            if (phase == Phase.TUNNEL || phase == Phase.LINGERING || phase == Phase.CLOSED) {
                handOverRest();
            }
        } finally {
            parsing = false;
            intake.tidy();
            regulateReading();
        }
    }

    private @Nullable ByteBuf toParse() {
        return phase.compareTo(Phase.BODY) <= 0 ? intake.readable() : null;
    }

    /** Takes one step of the parser; false when it wants more bytes. */
    private boolean step(ByteBuf in) {
        Http1RequestParser reader = loan.parser();
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
        ByteBuf rest = intake.takeAll();
        if (rest == null) {
            return;
        }
        if (phase == Phase.TUNNEL && rest.isReadable()) {
            exchange().onRequestData(rest, false);
        } else {
            rest.release();
        }
    }

    /** Reads on unless the exchange asked for a pause, or a further request is already waiting behind this one or behind unread answers. */
    private void regulateReading() {
        if (phase != Phase.CLOSED) {
            intake.regulate(phase == Phase.ANSWERING || phase == Phase.IDLE);
        }
    }

    /** Takes up the next request, unless the client leaves so many answers unread that it has to wait; then false. */
    private boolean beginHead() {
        if (!responder.isWritable()) {
            return false;
        }
        phase = Phase.HEAD;
        timer.head();
        return true;
    }

    @Override
    public void onHead(RequestHead head) {
        phase = Phase.BODY;
        bodyAnnounced = head.hasBody();
        requestWhole = !bodyAnnounced;
        if (bodyAnnounced) {
            timer.body();
        }
        responder.begin(head);
        ClientExchange begun = connection.open(responder);
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
            timer.nothing(); // from here on the exchange watches the time
            if (responder.isDone()) {
                next();
            }
        }
    }

    /** A refusal by the parser, or for want of time: of a head before there is an exchange, or of a body within one. */
    void refuse(Refusal refusal) {
        boolean ofBody = phase == Phase.BODY && exchange != null;
        requestWhole = false;
        phase = Phase.LINGERING;
        timer.linger();
        if (ofBody) {
            responder.closeAfterAnswer();
            exchange().onRequestRefused(refusal);
        } else {
            responder.beginRefused();
            ClientExchange begun = connection.open(responder);
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
            timer.leave();
            exchange = null;
            if (messageEnded) {
                loan.parser().next();
                loan.end();
            }
            responder.flushAndFinish(true);
        } else if (messageEnded) {
            next();
        }
    }

    /** The answer came before the request's end: the rest is thrown away for a while, as closing at once would take the answer back. */
    private void linger() {
        exchange = null;
        phase = Phase.LINGERING;
        intake.pause(false);
        timer.linger();
        responder.flushAndFinish(false);
        if (!parsing) {
            parse();
        }
    }

    private void next() {
        exchange = null;
        messageEnded = false;
        loan.parser().next();
        idle();
        intake.pause(false);
        goOn();
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
        timer.begin();
    }

    void onSwitched() {
        phase = Phase.TUNNEL;
        timer.nothing();
    }

    void pause(boolean pause) {
        if (!intake.pause(pause)) {
            return;
        }
        if (!pause && phase == Phase.BODY) {
            timer.body();
        }
        regulateReading();
    }

    /** Nobody has asked for anything for a moment, so no parser is needed; the loop keeps it for another connection. */
    void onQuiet() {
        loan.end();
    }

    /** Whether the client is to send its body now, and the answer is not on its way. */
    boolean wantsBody() {
        return !intake.isPaused() && !exchange().isAnswering();
    }

    /** Closes at once what the client does not take or end. */
    void cut() {
        Pipelines.cut(ctx);
    }

    boolean isRequestWhole() {
        return requestWhole;
    }

    // ---- the connection

    void onWritable() {
        if (exchange != null) {
            exchange.onClientWritable();
        } else if (phase == Phase.IDLE) {
            goOn();
        }
    }

    /** Lets what is under way finish and closes then; between requests it closes at once. */
    void drain() {
        responder.closeAfterAnswer();
        if (phase == Phase.IDLE) {
            responder.close();
        }
    }

    void close() {
        if (exchange != null) {
            exchange.cutOff();
        }
        responder.close();
    }

    /** The connection is closed: lets go of all that is held. */
    void onClosed() {
        boolean idle = phase == Phase.IDLE;
        phase = Phase.CLOSED;
        loop.deadlines().remove(timer);
        if (idle) {
            loan.end();
        }
        if (!parsing) {
            intake.drop();
        }
        if (exchange != null) {
            exchange.onClientGone();
            exchange = null;
        }
        responder.closed();
    }

    private ClientExchange exchange() {
        ClientExchange current = exchange;
        if (current == null) {
            throw new IllegalStateException("no exchange in phase " + phase);
        }
        return current;
    }
}
