package dev.pavise.proxy.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.pavise.proxy.http.HeaderBlock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class KeepAliveTest {
    private long now;

    @ParameterizedTest(name = "{0} after {1} s: {2}")
    @CsvSource({
        "'', 59, true",
        "'', 60, false",
        "timeout=5, 3, true",
        "timeout=5, 4, false",
        "'max=100, Timeout=5', 4, false",
        "timeout=500, 59, true",
        "timeout=500, 60, false",
        "timeout=0, 0, false",
        "timeout=1, 0, false",
        "timeout=-5, 59, true",
        "timeout=99999999999999, 59, true",
        "timeout=abc, 59, true",
        "timeout=, 59, true",
    })
    void staysFresh(String announced, long seconds, boolean fresh) {
        KeepAlive keepAlive = new KeepAlive(Duration.ofSeconds(60), () -> now);
        HeaderBlock headers = new HeaderBlock();
        if (!announced.isEmpty()) {
            headers.add("keep-alive", announced);
        }
        keepAlive.heed(headers);
        now += TimeUnit.SECONDS.toNanos(17);
        keepAlive.restart();
        now += TimeUnit.SECONDS.toNanos(seconds);
        assertEquals(fresh, keepAlive.isFresh());
    }
}
