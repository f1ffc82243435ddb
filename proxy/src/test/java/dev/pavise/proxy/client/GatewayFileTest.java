package dev.pavise.proxy.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.proxy.config.HostPort;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class GatewayFileTest {
    private static final Instant START = Instant.parse("2026-11-22T01:00:00Z");

    @TempDir
    Path folder;

    private GatewayFile file() {
        return GatewayFile.of(
                new HostPort("agents.example.com", 8443), new HostPort("::1", 8443), folder.resolve("ca.crt"), START);
    }

    @Test
    void readsWhatWasWritten() throws Exception {
        file().write(folder);
        assertEquals(new GatewayFile.Reading.Found(file()), GatewayFile.read(folder));
        assertTrue(file().isAlive());
        file().remove(folder);
        assertInstanceOf(GatewayFile.Reading.Absent.class, GatewayFile.read(folder));
    }

    @Test
    void leavesTheFileOfALaterStartAlone() throws Exception {
        GatewayFile later = GatewayFile.of(new HostPort("localhost", 1), new HostPort("::1", 1), null, START);
        later.write(folder);
        file().remove(folder);
        assertEquals(new GatewayFile.Reading.Found(later), GatewayFile.read(folder));
    }

    @Test
    void isFoundOrUnfitWhateverItHolds() throws Exception {
        file().write(folder);
        Path path = folder.resolve(GatewayFile.NAME);
        String whole = Files.readString(path);
        Random random = new Random(1);
        for (int round = 0; round < 600; round++) {
            StringBuilder changed = new StringBuilder(whole.substring(0, random.nextInt(whole.length())));
            for (int i = random.nextInt(3); i > 0 && !changed.isEmpty(); i--) {
                changed.setCharAt(random.nextInt(changed.length()), (char) (' ' + random.nextInt(95)));
            }
            Files.writeString(path, random.nextBoolean() ? changed : changed + whole.substring(changed.length()));
            GatewayFile.Reading reading = GatewayFile.read(folder);
            if (reading instanceof GatewayFile.Reading.Unfit(String message)) {
                assertTrue(message.contains("--server"), message);
            } else {
                assertInstanceOf(GatewayFile.Reading.Found.class, reading);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "https://localhost:8443, localhost, 8443",
        "https://localhost:8443/, localhost, 8443",
        "HTTPS://agents.example.com, agents.example.com, 443",
        "https://[::1]:9, ::1, 9"
    })
    void readsAUrl(String url, String host, int port) {
        assertEquals(new HostPort(host, port), Target.of(url).name());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost:8443",
                "http://localhost:8443",
                "https://",
                "https://:8443",
                "https://user@localhost",
                "https://localhost/v1",
                "https://localhost?x",
                "https://localhost#x",
                "https://local host",
                "https://localhost:99999"
            })
    void refusesWhatIsNoGatewaysUrl(String url) {
        assertThrows(IllegalArgumentException.class, () -> Target.of(url));
    }
}
