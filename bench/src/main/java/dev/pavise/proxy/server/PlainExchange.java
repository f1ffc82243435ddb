package dev.pavise.proxy.server;

import dev.pavise.policy.Permit;
import dev.pavise.proxy.forward.ForwardRequest;
import dev.pavise.proxy.forward.ForwardedStream;
import dev.pavise.proxy.forward.Upstream;
import dev.pavise.proxy.forward.UpstreamFailure;
import dev.pavise.proxy.forward.UpstreamListener;
import dev.pavise.proxy.http.ClientStream;
import dev.pavise.proxy.http.HeaderBlock;
import dev.pavise.proxy.http.Hygiene;
import dev.pavise.proxy.http.Refusal;
import dev.pavise.proxy.http.RequestHead;
import dev.pavise.proxy.http.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One request from head to last byte, forwarded to the one upstream there is without a question or a record: what a gateway costs without its
 * gate, for measurements. Body, back-pressure and deadlines as in {@link Exchange}; a request for another protocol is refused.
 */
final class PlainExchange extends Deadlines.Watched implements ClientExchange, UpstreamListener {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    /** Where all requests go, and who lets them. */
    record Way(Permit permit, Upstream upstream) {}

    private final Loop loop;
    private final Way way;
    private final ClientStream client;
    private @Nullable ForwardedStream upstream;
    private @Nullable HeaderBlock fields;
    private boolean requestEnded;
    private boolean answering;
    private boolean done;

    PlainExchange(Loop loop, Way way, ClientStream client) {
        this.loop = loop;
        this.way = way;
        this.client = client;
    }

    @Override
    public void begin(RequestHead head) {
        requestEnded = !head.hasBody();
        loop.deadlines().add(this);
        expireAt(loop.deadlines().in(PATIENCE_NANOS));
        if (head.protocol() != null) {
            answerShortly(501);
            return;
        }
        HeaderBlock out = loop.blocks().take();
        fields = out;
        for (int i = 0; i < head.headers().size(); i++) {
            out.addFrom(head.headers(), i);
        }
        ForwardRequest request = new ForwardRequest(
                head.method(),
                head.target(),
                head.authority(),
                head.scheme(),
                out,
                head.bodyLength(),
                null,
                requestEnded);
        upstream = loop.forwarder().open(way.permit(), loop.eventLoop(), way.upstream(), request, this);
        if (head.expectsContinue() && !requestEnded) {
            client.inform(Answers.CONTINUE);
            client.flush();
        }
        upstream.flush();
        regulateClient();
    }

    @Override
    public void beginRefused(Refusal refusal) {
        requestEnded = true;
        answerShortly(refusal.status());
    }

    private void answerShortly(int status) {
        HeaderBlock none = loop.blocks().take();
        answering = true;
        complete();
        client.respond(new ResponseHead(status, 0, none), Unpooled.EMPTY_BUFFER);
        loop.blocks().give(none);
        finish();
    }

    private void regulateClient() {
        if (upstream != null && !requestEnded && !upstream.isWritable()) {
            client.pauseReading();
        } else if (upstream != null) {
            client.resumeReading();
        }
    }

    @Override
    public void onRequestData(ByteBuf data, boolean last) {
        requestEnded |= last;
        if (upstream == null) {
            data.release();
        } else {
            upstream.data(data, last);
            regulateClient();
        }
    }

    @Override
    public void onRequestTrailers(HeaderBlock trailers) {
        requestEnded = true;
        if (upstream != null) {
            upstream.trailers(trailers);
        }
    }

    @Override
    public void onRequestRefused(Refusal refusal) {
        requestEnded = true;
        giveUp(refusal.status());
    }

    @Override
    public void onClientReadComplete() {
        if (upstream != null) {
            upstream.flush();
        }
    }

    @Override
    public void onClientWritable() {
        if (upstream != null) {
            upstream.resumeReading();
        }
    }

    @Override
    public void onClientGone() {
        stopUpstream();
        complete();
        finish();
    }

    @Override
    public void onInformation(ResponseHead head) {
        HeaderBlock block = loop.blocks().take();
        Hygiene.toClient(head, block);
        client.inform(new ResponseHead(head.status(), 0, block));
        client.flush();
        loop.blocks().give(block);
    }

    @Override
    public void onSwitched(ResponseHead head) {
        throw new IllegalStateException("no switch was asked for");
    }

    @Override
    public void onResponse(ResponseHead head, boolean last) {
        answering = true;
        HeaderBlock block = loop.blocks().take();
        Hygiene.toClient(head, block);
        ResponseHead answer = new ResponseHead(head.status(), head.bodyLength(), block);
        if (last) {
            complete();
            client.respond(answer, Unpooled.EMPTY_BUFFER);
            finish();
        } else {
            client.respond(answer);
        }
        loop.blocks().give(block);
    }

    @Override
    public void onResponseData(ByteBuf data, boolean last) {
        if (last) {
            complete();
            client.data(data, true);
            finish();
            return;
        }
        client.data(data, false);
        if (!client.isWritable() && upstream != null) {
            upstream.pauseReading();
            client.flush();
        }
    }

    @Override
    public void onResponseTrailers(HeaderBlock trailers) {
        complete();
        client.trailers(trailers);
        finish();
    }

    @Override
    public void onUpstreamReadComplete() {
        if (!done) {
            client.flush();
        }
    }

    @Override
    public void onUpstreamWritable() {
        regulateClient();
    }

    @Override
    public void onUpstreamFailure(UpstreamFailure failure) {
        upstream = null;
        giveUp(502);
    }

    @Override
    void onDeadline(long nowNanos) {
        giveUp(504);
    }

    @Override
    public boolean isAnswering() {
        return answering;
    }

    @Override
    public void cutOff() {
        giveUp(503);
    }

    private void giveUp(int status) {
        stopUpstream();
        if (done) {
            return;
        }
        if (answering) {
            complete();
            client.abort();
            finish();
        } else {
            answerShortly(status);
        }
    }

    private void complete() {
        done = true;
        loop.deadlines().remove(this);
    }

    private void finish() {
        client.flush();
        if (!requestEnded) {
            stopUpstream();
        }
        upstream = null;
        if (fields != null) {
            loop.blocks().give(fields);
            fields = null;
        }
    }

    private void stopUpstream() {
        ForwardedStream open = upstream;
        upstream = null;
        if (open != null) {
            open.cancel();
        }
    }
}
