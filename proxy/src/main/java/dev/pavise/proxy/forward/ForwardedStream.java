package dev.pavise.proxy.forward;

import dev.pavise.proxy.http.HeaderBlock;
import dev.pavise.proxy.http.RefusalCode;
import dev.pavise.proxy.http.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * One exchange with an upstream: finds an endpoint and a connection for it, goes on to the next where the request certainly never left, and
 * stands between the connection and the listener, so that nothing is told twice, after the end, or to the wrong one.
 *
 * <p>A request is tried again only if no connection took it or the upstream said that it was not processed, none of its body left, and at
 * most {@link Attempts#MOST} times in all; an endpoint that could not be reached is asked once.
 */
public final class ForwardedStream implements UpstreamStream {
    private enum Phase {
        WAITING,
        CARRIED,
        OVER
    }

    private final EventLoop loop;
    private final Attempts attempts;
    private final ForwardRequest request;
    private final UpstreamListener listener;
    private final BodyLength bodyLength;
    private Phase phase = Phase.WAITING;
    private @Nullable EarlyBody early; // made when it is needed, which is seldom
    private @Nullable UpstreamPool pool;
    private @Nullable UpstreamStream carrier;
    private boolean opening = true; // while set, the listener is told nothing: it does not have this stream yet
    private boolean flushAsked;
    private boolean paused;
    private boolean switched;
    private boolean bodyLeft;
    private boolean answered;
    private boolean silent; // cancelled or failed: not a word more to the listener
    private @Nullable WebSocketHandshake handshake;

    ForwardedStream(EventLoop loop, Endpoints endpoints, ForwardRequest request, UpstreamListener listener) {
        this.loop = loop;
        this.attempts = new Attempts(endpoints);
        this.request = request;
        this.listener = listener;
        this.bodyLength = new BodyLength(request);
    }

    void open() {
        tryNext(null);
        opening = false;
    }

    ForwardRequest request() {
        return request;
    }

    /** The handshake of a protocol switch, one for all attempts. */
    WebSocketHandshake handshake() {
        WebSocketHandshake offered = handshake;
        if (offered == null) {
            offered = WebSocketHandshake.offer(RequestFields.cleaned(request.headers()));
            handshake = offered;
        }
        return offered;
    }

    boolean isCarried() {
        return phase == Phase.CARRIED;
    }

    boolean isOver() {
        return phase == Phase.OVER;
    }

    // What the exchange asks for.

    @Override
    public void data(ByteBuf data, boolean last) {
        if (phase == Phase.OVER) {
            data.release();
            return;
        }
        if (!isTunnel() && !bodyLength.fits(data.readableBytes(), last)) {
            data.release();
            breakOff("the request's body is not as long as its head said");
            return;
        }
        if (request.endsWithHead()) {
            data.release(); // empty, as it fits
        } else if (isAccepting()) {
            bodyLeft = true;
            current().data(data, last);
        } else {
            early().add(data, last);
        }
    }

    @Override
    public void trailers(HeaderBlock trailers) {
        if (phase == Phase.OVER || request.endsWithHead()) {
            return;
        }
        if (!bodyLength.fits(0, true)) {
            breakOff("the request's body is not as long as its head said");
        } else if (isAccepting()) {
            bodyLeft = true;
            current().trailers(trailers);
        } else {
            early().end(trailers);
        }
    }

    @Override
    public void flush() {
        flushAsked = true;
        if (phase == Phase.CARRIED) {
            current().flush();
        }
    }

    /** Once the exchange is over, what is left of the request is welcome too: it is thrown away. */
    @Override
    public boolean isWritable() {
        return phase == Phase.OVER || (isAccepting() && current().isWritable());
    }

    @Override
    public void pauseReading() {
        paused = true;
        if (phase == Phase.CARRIED) {
            current().pauseReading();
        }
    }

    @Override
    public void resumeReading() {
        paused = false;
        if (phase == Phase.CARRIED) {
            current().resumeReading();
        }
    }

    @Override
    public void cancel() {
        silent = true;
        giveUp();
    }

    /** Gives up as {@link #cancel()} does, because the upstream took too long: that counts against the endpoint. */
    public void timeOut() {
        if (phase == Phase.CARRIED) {
            attempts.tookTooLong();
        }
        cancel();
    }

    // What a pool or a connection tells.

    /** A connection has taken the request's head. */
    void carriedBy(UpstreamStream taken) {
        phase = Phase.CARRIED;
        carrier = taken;
        if (paused) {
            taken.pauseReading();
        }
        handOverEarlyBody();
        if (flushAsked && phase == Phase.CARRIED) {
            taken.flush();
        }
        if (!opening) {
            tellWritable();
        }
    }

    void tellInformation(ResponseHead head) {
        if (phase == Phase.CARRIED) {
            listener.onInformation(head);
        }
    }

    void tellSwitched(ResponseHead head) {
        if (phase != Phase.CARRIED) {
            return;
        }
        switched = true;
        countAnswer();
        listener.onSwitched(head);
        handOverEarlyBody();
        if (phase == Phase.CARRIED) {
            current().flush();
            tellWritable();
        }
    }

    void tellResponse(ResponseHead head, boolean last) {
        if (phase != Phase.CARRIED) {
            return;
        }
        countAnswer();
        if (last) {
            end();
        }
        listener.onResponse(head, last);
    }

    void tellData(ByteBuf data, boolean last) {
        if (phase != Phase.CARRIED) {
            data.release();
            return;
        }
        if (last) {
            end();
        }
        listener.onResponseData(data, last);
    }

    void tellEnd() {
        tellData(Unpooled.EMPTY_BUFFER, true);
    }

    void tellTrailers(HeaderBlock trailers) {
        if (phase == Phase.CARRIED) {
            end();
            listener.onResponseTrailers(trailers);
        }
    }

    /** Also told for the read that brought the end. */
    void tellReadComplete() {
        if (!silent) {
            listener.onUpstreamReadComplete();
        }
    }

    void tellWritable() {
        if (phase == Phase.CARRIED && isWritable()) {
            listener.onUpstreamWritable();
        }
    }

    /** The attempt has failed; its connection has let go of this stream already. */
    void attemptFailed(UpstreamFailure failure, Fault fault) {
        if (phase == Phase.OVER) {
            return;
        }
        attempts.failed(fault);
        carrier = null;
        phase = Phase.WAITING;
        if (fault.neverLeft() && !bodyLeft && !answered) {
            tryNext(failure);
        } else {
            fail(failure);
        }
    }

    private void tryNext(@Nullable UpstreamFailure lastFailure) {
        UpstreamPool next = attempts.next(loop, isTunnel());
        pool = next;
        if (next == null) {
            fail(lastFailure == null ? noneLeft() : lastFailure);
        } else {
            next.acquire(this);
        }
    }

    private UpstreamFailure noneLeft() {
        return new UpstreamFailure(RefusalCode.UPSTREAM_UNREACHABLE, attempts.upstream() + " has no endpoint left");
    }

    private void breakOff(String why) {
        giveUp();
        tellFailure(new UpstreamFailure(RefusalCode.UPSTREAM_FAILED, attempts.upstream() + ": " + why));
    }

    private void giveUp() {
        if (phase == Phase.OVER) {
            return;
        }
        UpstreamStream taken = carrier;
        UpstreamPool asked = pool;
        end();
        if (taken != null) {
            taken.cancel();
        } else if (asked != null) {
            asked.withdraw(this);
        }
    }

    private void fail(UpstreamFailure failure) {
        end();
        tellFailure(failure);
    }

    private void tellFailure(UpstreamFailure failure) {
        if (opening) {
            loop.execute(() -> tellFailureNow(failure));
        } else {
            tellFailureNow(failure);
        }
    }

    private void tellFailureNow(UpstreamFailure failure) {
        if (!silent) {
            silent = true;
            listener.onUpstreamFailure(failure);
        }
    }

    private void end() {
        phase = Phase.OVER;
        carrier = null;
        pool = null;
        if (early != null) {
            early.release();
        }
        attempts.ended();
    }

    private void countAnswer() {
        answered = true;
        attempts.succeeded();
    }

    private EarlyBody early() {
        EarlyBody kept = early == null ? new EarlyBody() : early;
        early = kept;
        return kept;
    }

    private void handOverEarlyBody() {
        EarlyBody kept = early;
        if (kept != null && isAccepting() && !kept.isEmpty()) {
            bodyLeft = true;
            kept.handOver(current());
        }
    }

    private boolean isTunnel() {
        return request.protocol() != null;
    }

    /** Bytes of a tunnel wait until the upstream has agreed to it: before, they could be taken for a second request. */
    private boolean isAccepting() {
        return phase == Phase.CARRIED && (switched || !isTunnel());
    }

    private UpstreamStream current() {
        UpstreamStream taken = carrier;
        if (taken == null) {
            throw new IllegalStateException("carried by no connection");
        }
        return taken;
    }
}
