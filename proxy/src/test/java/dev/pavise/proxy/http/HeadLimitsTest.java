package dev.pavise.proxy.http;

import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HeadLimitsTest {
    @ParameterizedTest
    @CsvSource({"0, 1, 1", "1, 0, 1", "1, 1, 0", "-1, 1, 1", "2147483647, 1, 1", "1, 2147483647, 1", "1, 1, 2147483647"
    })
    void refusesLimitsThatLimitNothingOrEverything(int target, int bytes, int count) {
        assertThrows(IllegalArgumentException.class, () -> new HeadLimits(target, bytes, count));
    }
}
