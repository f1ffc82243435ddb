package dev.pavise.proxy.forward;

import dev.pavise.proxy.http.HeaderBlock;
import dev.pavise.proxy.http.RefusalCode;
import dev.pavise.proxy.http.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One health check: passed where the head of a good answer and its whole, small body come in time. */
final class HealthProbe implements UpstreamListener {
    private static final int LARGEST_BODY = 64 * 1024;

    /** What a check says of its endpoint. */
    enum Verdict {
        PASSED,
        FAILED,
        /** It had no connection of its own, because the endpoint is busy with requests: that says nothing. */
        NONE
    }

    private final Consumer<Verdict> told;
    private @Nullable ForwardedStream stream;
    private @Nullable Future<?> timer;
    private Verdict verdict = Verdict.FAILED;
    private boolean over;
    private int read;

    HealthProbe(Consumer<Verdict> told) {
        this.told = told;
    }

    void begin(ForwardedStream opened, EventLoop loop, Duration timeout) {
        stream = opened;
        timer = loop.schedule(() -> giveUp(Verdict.FAILED), timeout.toMillis(), TimeUnit.MILLISECONDS);
        opened.open();
        opened.flush();
    }

    @Override
    public void onInformation(ResponseHead head) {}

    @Override
    public void onSwitched(ResponseHead head) {
        giveUp(Verdict.FAILED);
    }

    @Override
    public void onResponse(ResponseHead head, boolean last) {
        verdict = head.status() < 400 ? Verdict.PASSED : Verdict.FAILED;
        if (last) {
            end(verdict);
        }
    }

    @Override
    public void onResponseData(ByteBuf data, boolean last) {
        read += data.readableBytes();
        data.release();
        if (last) {
            end(verdict);
        } else if (read > LARGEST_BODY) {
            giveUp(verdict); // the head has said it; nobody wants to read on
        }
    }

    @Override
    public void onResponseTrailers(HeaderBlock trailers) {
        end(verdict);
    }

    @Override
    public void onUpstreamReadComplete() {}

    @Override
    public void onUpstreamWritable() {}

    @Override
    public void onUpstreamFailure(UpstreamFailure failure) {
        end(failure.code() == RefusalCode.UPSTREAM_BUSY ? Verdict.NONE : Verdict.FAILED);
    }

    private void giveUp(Verdict given) {
        ForwardedStream opened = stream;
        if (opened != null && !over) {
            opened.cancel();
        }
        end(given);
    }

    private void end(Verdict given) {
        if (over) {
            return;
        }
        over = true;
        Future<?> running = timer;
        if (running != null) {
            running.cancel(false);
        }
        told.accept(given);
    }
}
