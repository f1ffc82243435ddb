package dev.pavise.proxy.forward;

import dev.pavise.proxy.http.HeaderBlock;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks each endpoint of an upstream at every interval whether it is well. A check that is still under way when the next is due is let
 * finish. Ends by itself when the upstream is closed.
 */
final class HealthChecker {
    private final EventLoop loop;
    private final Upstream upstream;
    private final Connector connector;
    private final HealthCheck check;
    private final boolean[] underWay;
    private @Nullable Future<?> timer;

    HealthChecker(EventLoop loop, Upstream upstream, Connector connector, HealthCheck check) {
        this.loop = loop;
        this.upstream = upstream;
        this.connector = connector;
        this.check = check;
        this.underWay = new boolean[upstream.all().size()];
    }

    void start() {
        loop.execute(() -> timer =
                loop.scheduleAtFixedRate(this::checkAll, 0, check.interval().toMillis(), TimeUnit.MILLISECONDS));
    }

    private void checkAll() {
        Future<?> running = timer;
        if (upstream.isClosed() && running != null) {
            running.cancel(false);
            return;
        }
        for (int i = 0; i < underWay.length; i++) {
            if (!underWay[i]) {
                underWay[i] = true;
                checkOne(i);
            }
        }
    }

    private void checkOne(int index) {
        String scheme =
                upstream.all().get(index).settings().security() instanceof UpstreamSecurity.Secured ? "https" : "http";
        ForwardRequest request =
                new ForwardRequest("GET", check.path(), check.authority(), scheme, new HeaderBlock(), 0, null, true);
        HealthProbe probe = new HealthProbe(verdict -> ended(index, verdict));
        ForwardedStream stream = new ForwardedStream(loop, Endpoints.only(index, upstream, connector), request, probe);
        probe.begin(stream, loop, check.timeout());
    }

    private void ended(int index, HealthProbe.Verdict verdict) {
        underWay[index] = false;
        if (verdict != HealthProbe.Verdict.NONE) {
            upstream.all().get(index).health().checked(verdict == HealthProbe.Verdict.PASSED, check);
        }
    }
}
