package dev.pavise.proxy.forward;

import dev.pavise.proxy.http.HeaderBlock;
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

    private final Consumer<Boolean> verdict;
    private @Nullable ForwardedStream stream;
    private @Nullable Future<?> timer;
    private boolean good;
    private boolean over;
    private int read;

    HealthProbe(Consumer<Boolean> verdict) {
        this.verdict = verdict;
    }

    void begin(ForwardedStream opened, EventLoop loop, Duration timeout) {
        stream = opened;
        timer = loop.schedule(() -> giveUp(false), timeout.toMillis(), TimeUnit.MILLISECONDS);
        opened.open();
        opened.flush();
    }

    @Override
    public void onInformation(ResponseHead head) {}

    @Override
    public void onSwitched(ResponseHead head) {
        giveUp(false);
    }

    @Override
    public void onResponse(ResponseHead head, boolean last) {
        good = head.status() < 400;
        if (last) {
            end(good);
        }
    }

    @Override
    public void onResponseData(ByteBuf data, boolean last) {
        read += data.readableBytes();
        data.release();
        if (last) {
            end(good);
        } else if (read > LARGEST_BODY) {
            giveUp(good); // the head has said it; nobody wants to read on
        }
    }

    @Override
    public void onResponseTrailers(HeaderBlock trailers) {
        end(good);
    }

    @Override
    public void onUpstreamReadComplete() {}

    @Override
    public void onUpstreamWritable() {}

    @Override
    public void onUpstreamFailure(UpstreamFailure failure) {
        end(false);
    }

    private void giveUp(boolean passed) {
        ForwardedStream opened = stream;
        if (opened != null && !over) {
            opened.cancel();
        }
        end(passed);
    }

    private void end(boolean passed) {
        if (over) {
            return;
        }
        over = true;
        Future<?> running = timer;
        if (running != null) {
            running.cancel(false);
        }
        verdict.accept(passed);
    }
}
