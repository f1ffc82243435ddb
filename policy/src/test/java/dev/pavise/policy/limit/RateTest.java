package dev.pavise.policy.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.Refusal;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateTest {
    @ParameterizedTest
    @CsvSource({
        "100/minute, 100, 60, 100",
        "100/min, 100, 60, 100",
        "6000/minute burst 200, 6000, 60, 200",
        "1/s, 1, 1, 1",
        "1/sec, 1, 1, 1",
        "1/second, 1, 1, 1",
        "5/h, 5, 3600, 5",
        "5/hour, 5, 3600, 5",
        "5/d, 5, 86400, 5",
        "5/day burst 0, 5, 86400, 0",
        "0/minute, 0, 60, 0",
        "1000000000/s, 1000000000, 1, 1000000000"
    })
    void readsRates(String text, long count, long seconds, long burst) {
        assertEquals(new Rate(count, Duration.ofSeconds(seconds), burst), Rate.parse(text));
        assertEquals(Rate.parse(text), Rate.parse(Rate.parse(text).toString()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "100",
                "/minute",
                "100/",
                "100/fortnight",
                "100/Minute",
                "-1/minute",
                "+1/minute",
                "1.5/minute",
                "1e3/minute",
                "100/minute burst",
                "100/minute burst -1",
                "100/minute burst 2 3",
                "100//minute",
                " 1/s",
                "1/s ",
                "\u0661/s",
                "9223372036854775808/d",
                "99999999999999999999/d",
                "1/s\n",
                "unlimited",
                "none"
            })
    void refusesUnfitText(String text) {
        assertTrue(Refusal.of(() -> Rate.parse(text)).contains("rate"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"1000000001/s", "9223372036854775807/d", "1/d burst 100000", "1/s burst 9223372036854775807"})
    void refusesWhatCouldNotBeCounted(String text) {
        Refusal.of(() -> Rate.parse(text));
    }

    @Test
    void zeroIsNoneAtAll() {
        assertTrue(Rate.parse("0/minute burst 5").isNone());
        assertTrue(Rate.parse("5/minute burst 0").isNone());
        assertFalse(Rate.parse("1/minute").isNone());
    }

    @Test
    void neverOverflows() {
        SplittableRandom random = new SplittableRandom(7);
        for (int round = 0; round < 30_000; round++) {
            String text = (random.nextLong() >>> random.nextInt(1, 64)) + "/" + "sdh".charAt(random.nextInt(3))
                    + " burst " + (random.nextLong() >>> random.nextInt(1, 64));
            try {
                Rate rate = Rate.parse(text);
                assertTrue(rate.intervalNanos() > 0, text);
                assertTrue(rate.toleranceNanos() >= 0 && rate.toleranceNanos() <= Long.MAX_VALUE / 2, text);
            } catch (IllegalArgumentException refused) {
                assertTrue(String.valueOf(refused.getMessage()).contains("lower it"), text);
            }
        }
    }

    @Test
    void readsOrRefusesAnyText() {
        SplittableRandom random = new SplittableRandom(15);
        String[] pieces = {
            "1", "0", "99999999999", "/", "s", "minute", "d", " ", "burst", " burst ", "-", "+", ".", "\u0661", "\n"
        };
        int read = 0;
        for (int round = 0; round < 30_000; round++) {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? "1/" : "");
            for (int at = random.nextInt(5); at > 0; at--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            try {
                Rate rate = Rate.parse(text.toString());
                assertEquals(rate, Rate.parse(rate.toString()));
                read++;
            } catch (IllegalArgumentException refused) {
                assertTrue(String.valueOf(refused.getMessage()).contains("lower it")
                        || String.valueOf(refused.getMessage()).startsWith("rate `"));
            }
        }
        assertTrue(read > 100, "read " + read);
    }
}
