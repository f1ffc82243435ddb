package dev.pavise.proxy.forward;

import dev.pavise.proxy.http.HeaderBlock;
import dev.pavise.proxy.http.HeaderName;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How long an idle connection may still be used. An upstream that says how long it will keep it ({@code keep-alive: timeout=5}) is believed
 * where that is shorter, less a second: a request that crosses with the upstream's close is lost.
 */
final class KeepAlive {
    private static final String TIMEOUT = "timeout=";
    private static final long MARGIN = TimeUnit.SECONDS.toNanos(1);

    private final LongSupplier nanoClock;
    private long longest;
    private long idleSince;

    KeepAlive(Duration idleTimeout, LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        this.longest = idleTimeout.toNanos();
        restart();
    }

    void restart() {
        idleSince = nanoClock.getAsLong();
    }

    boolean isFresh() {
        return nanoClock.getAsLong() - idleSince < longest;
    }

    void heed(HeaderBlock headers) {
        String value = headers.first(HeaderName.KEEP_ALIVE);
        if (value == null) {
            return;
        }
        for (String parameter : value.split(",", -1)) {
            String text = parameter.strip();
            if (text.regionMatches(true, 0, TIMEOUT, 0, TIMEOUT.length())) {
                heedSeconds(text.substring(TIMEOUT.length()));
            }
        }
    }

    private void heedSeconds(String text) {
        if (!text.isEmpty() && text.length() <= 6 && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            longest = Math.min(longest, Math.max(0, TimeUnit.SECONDS.toNanos(Integer.parseInt(text)) - MARGIN));
        }
    }
}
