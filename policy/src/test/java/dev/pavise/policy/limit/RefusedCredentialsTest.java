package dev.pavise.policy.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefusedCredentialsTest {
    private final AtomicLong clock = new AtomicLong();

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.1, true",
        "192.0.2.1, 192.0.2.2, false",
        "2001:db8::1, 2001:db8::ffff:1, true",
        "2001:db8:0:1::1, 2001:db8:0:2::1, false",
        "::ffff:192.0.2.1, 192.0.2.1, true",
        "::192.0.2.1, 192.0.2.1, false",
        "0.0.0.0, ::, false"
    })
    void countsAddressesAsOne(String one, String other, boolean same) throws UnknownHostException {
        assertEquals(
                same,
                AddressPrefix.of(InetAddress.getByName(one)).equals(AddressPrefix.of(InetAddress.getByName(other))));
    }

    @Test
    void chargesOnlyWhatWasRefusedAndOpensAgain() throws UnknownHostException {
        RefusedCredentials refused =
                new RefusedCredentials(new Limits(clock::get, 10).limiter("refused", Rate.parse("2/minute")));
        InetAddress address = InetAddress.getByName("2001:db8::1");
        for (int asked = 0; asked < 10; asked++) {
            assertTrue(refused.retryAfter(address).isEmpty());
        }
        refused.charge(address);
        refused.charge(InetAddress.getByName("2001:db8::2"));
        assertEquals(30, refused.retryAfter(address).orElseThrow());
        assertTrue(refused.retryAfter(InetAddress.getByName("2001:db8:1::1")).isEmpty());
        clock.addAndGet(30_000_000_000L);
        assertTrue(refused.retryAfter(address).isEmpty());
    }

    @Test
    void zeroLetsNobodyTry() throws UnknownHostException {
        RefusedCredentials refused =
                new RefusedCredentials(new Limits(clock::get, 10).limiter("refused", Rate.parse("0/minute")));
        assertFalse(refused.retryAfter(InetAddress.getLoopbackAddress()).isEmpty());
    }
}
